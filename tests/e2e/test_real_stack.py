"""The example as the command line generates it, on real servers: targets, rules, panels, and an alert's whole way."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from exporter import Exporter
from servers import Inbox, Server, Value, free_port, inbox, running, wait_until

from aimon.pipeline import Options, compile_spec
from aimon.stack import Stack

pytestmark = pytest.mark.servers

SPEC = Path(__file__).parents[2] / "examples" / "01-ai-coding-assistant" / "aimon.yaml"
ENVIRONMENT = "test"

# What Grafana would put in place of its variables, at a scrape interval of one second.
GRAFANA = {"__rate_interval": "5s", "__interval": "1s", "__range": "1m"}


@dataclass(frozen=True, slots=True)
class Running:
    """The whole stack: what it was made from, what was generated, and the servers that run it."""

    meant: Stack
    output: Path
    exporter: Exporter
    prometheus: Server
    alertmanager: Server
    inbox: Inbox

    def wait_until(self, what: str, look: Callable[[], Value], seen: Callable[[], object] | None = None) -> Value:
        """`servers.wait_until` with the last words of both servers."""
        return wait_until(what, look, [self.prometheus, self.alertmanager], seconds=20, seen=seen)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that a query returns now, those without a number left out."""
        answer = self.prometheus.get("/api/v1/query", query=expression)
        return [series for series in answer["data"]["result"] if series["value"][1] != "NaN"]

    def rules(self) -> list[dict[str, Any]]:
        """Every rule that Prometheus has loaded."""
        groups = self.prometheus.get("/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def targets(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every query of every panel of the spec's own dashboards, with the words that say where it is.

        What packs bring is looked at in `test_real_packs`, against what exporters really expose.
        """
        for board in self.meant.spec.own_dashboards:
            path = self.output / "grafana" / "dashboards" / f"{board.name}.json"
            for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
                for target in panel.get("targets", ()):
                    yield f"{path.stem} / {panel['title']} / {target['refId']}: {target['expr']}", target


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, programs: Mapping[str, str]) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("stack")
    output = folder / "monitoring"
    _generate(output)
    meant = compile_spec(SPEC, Options(ENVIRONMENT, judged=False)).stack
    assert meant is not None
    ports = {"prometheus": free_port(), "alertmanager": free_port()}
    with ExitStack() as running_now:
        enter = running_now.enter_context
        exporter = enter(Exporter(metric for job in meant.jobs for metric in job.metrics))
        caught = enter(inbox())
        _rewrite_alertmanager(output / "alertmanager.yml", caught)
        _rewrite_prometheus(output / "prometheus.yml", {**exporter.ports, **ports})
        alertmanager = enter(_alertmanager(programs["alertmanager"], output, ports["alertmanager"], folder))
        prometheus = enter(_prometheus(programs["prometheus"], output, ports["prometheus"], folder))
        yield Running(meant, output, exporter, prometheus, alertmanager, caught)


def _generate(output: Path) -> None:
    command = [sys.executable, "-m", "aimon", "generate", str(SPEC), "-o", str(output), "--env", ENVIRONMENT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)


def _rewrite_prometheus(path: Path, ports: Mapping[str, int]) -> None:
    """Scrape loopback instead of the stack's hosts, and send alerts there; everything else stays as generated."""
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    for job in settings["scrape_configs"]:
        for targets in job["static_configs"]:
            targets["targets"] = [f"127.0.0.1:{ports[job['job_name']]}"]
    settings["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{ports['alertmanager']}"]}]
    path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


def _rewrite_alertmanager(path: Path, caught: Inbox) -> None:
    """Send every receiver's webhook messages to the inbox, each to a path of its own."""
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    for receiver in settings["receivers"]:
        for webhook in receiver.get("webhook_configs", ()):
            webhook["url"] = caught.url(receiver["name"])
    path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


def _alertmanager(program: str, output: Path, port: int, folder: Path) -> AbstractContextManager[Server]:
    options = {
        "config.file": output / "alertmanager.yml",
        "storage.path": folder / "alertmanager-data",
        "web.listen-address": f"127.0.0.1:{port}",
        "cluster.listen-address": "",
    }
    return running("alertmanager", _command(program, options), port, folder)


def _prometheus(program: str, output: Path, port: int, folder: Path) -> AbstractContextManager[Server]:
    options = {
        "config.file": output / "prometheus.yml",
        "storage.tsdb.path": folder / "prometheus-data",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    return running("prometheus", _command(program, options), port, folder)


def _command(program: str, options: Mapping[str, object]) -> list[str]:
    return [program, *(f"--{name}={value}" for name, value in options.items())]


def test_every_target_is_up(stack: Running) -> None:
    jobs = [job.name for job in stack.meant.jobs]

    def down() -> dict[str, str]:
        targets = stack.prometheus.get("/api/v1/targets")["data"]["activeTargets"]
        state = {target["labels"]["job"]: target["lastError"] or target["health"] for target in targets}
        return {job: state.get(job, "not a target") for job in jobs if state.get(job) != "up"}

    stack.wait_until("every target is up", lambda: not down(), seen=down)


def test_every_rule_is_healthy(stack: Running) -> None:
    meant = [rule.name for group in stack.meant.groups for rule in group.rules]

    def unhealthy() -> dict[str, str]:
        rules = {rule["name"]: rule.get("lastError", rule["health"]) for rule in stack.rules()}
        return {name: rules.get(name, "not loaded") for name in meant if rules.get(name) != "ok"}

    stack.wait_until("every rule is healthy", lambda: not unhealthy(), seen=unhealthy)
    assert sorted(rule["name"] for rule in stack.rules()) == sorted(meant)


def test_every_recording_rule_has_data(stack: Running) -> None:
    names = [rule.name for rule in stack.meant.recordings()]
    assert names

    def empty() -> list[str]:
        return [name for name in names if not stack.query(name)]

    stack.wait_until("every recording rule has data", lambda: not empty(), seen=empty)


def test_nothing_is_alarming_while_all_is_well(stack: Running) -> None:
    of_packs = {alert.name for alert in stack.meant.alerts() if alert.pack}

    def alarming() -> list[dict[str, str]]:
        alerts = [alert["labels"] for alert in stack.prometheus.get("/api/v1/alerts")["data"]["alerts"]]
        return [labels for labels in alerts if labels["alertname"] not in of_packs]

    stack.wait_until("rules are evaluated", lambda: stack.query("job:http_requests:rate5m"))
    # An SLO without events is pending until its first two scrapes, which is what its alert waits for.
    stack.wait_until("nothing is alarming", lambda: not alarming(), seen=alarming)


def test_every_query_of_every_panel_returns_data(stack: Running) -> None:
    targets = list(stack.targets())
    assert targets

    def empty() -> list[str]:
        return [place for place, target in targets if not stack.query(_as_grafana_asks(target["expr"]))]

    stack.wait_until("every query of every panel returns data", lambda: not empty(), seen=lambda: "\n".join(empty()))


def test_every_legend_names_labels_that_the_series_have(stack: Running) -> None:
    def strangers() -> list[str]:
        return [
            f"{place} has no label {label}" for place, target in stack.targets() for label in _missing(stack, target)
        ]

    stack.wait_until("every legend can be read", lambda: not strangers(), seen=lambda: "\n".join(strangers()))


def _missing(stack: Running, target: Mapping[str, str]) -> set[str]:
    """The labels in a legend that not all series have."""
    wanted = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", "")))
    found = [series["metric"].keys() for series in stack.query(_as_grafana_asks(target["expr"]))]
    return {label for label in wanted if not found or any(label not in labels for labels in found)}


def test_every_variable_has_values(stack: Running) -> None:
    variables = [variable for board in stack.meant.dashboards for variable in board.variables]
    assert variables

    def empty() -> list[str]:
        asked = [f'{variable.metric}{{{variable.label}!=""}}' for variable in variables]
        return [selector for selector in asked if not stack.query(selector)]

    stack.wait_until("every variable has values", lambda: not empty(), seen=empty)


def test_a_high_error_rate_reaches_the_team(stack: Running) -> None:
    stack.wait_until("requests are counted", lambda: stack.query("job:http_errors:ratio_rate5m"))
    stack.exporter.speed_up("http_requests_total", 100_000, status_code="5..")

    stack.wait_until("HighErrorRate is pending", lambda: _state(stack) == "pending", seen=lambda: _state(stack))
    stack.wait_until("HighErrorRate fires", lambda: _state(stack) == "firing", seen=lambda: _state(stack))
    stack.wait_until("HighErrorRate is in Alertmanager", lambda: _in_alertmanager(stack))
    arrived = stack.wait_until("a message arrives", lambda: stack.inbox.alerts("team-slack", "HighErrorRate"))

    alert = arrived[0]
    assert alert["status"] == "firing"
    assert alert["labels"] == {
        "alertname": "HighErrorRate",
        "severity": "warning",
        "job": "backend",
        "environment": "test",
        "region": "eu-west-1",
    }
    assert alert["annotations"]["summary"] == "The HTTP error rate is high"
    assert re.fullmatch(r"[\d.]+% of the requests to backend fail\.", alert["annotations"]["description"])
    assert alert["annotations"]["action"] == "Check application logs and health"
    assert stack.inbox.alerts("on-call", "HighErrorRate") == [], "a warning must not page anybody"


def _state(stack: Running) -> str:
    return next(str(rule["state"]) for rule in stack.rules() if rule["name"] == "HighErrorRate")


def _in_alertmanager(stack: Running) -> list[Any]:
    alerts = stack.alertmanager.get("/api/v2/alerts")
    return [alert for alert in alerts if alert["labels"]["alertname"] == "HighErrorRate"]


def _as_grafana_asks(expression: str) -> str:
    """The query with Grafana's own variables as durations, and the dashboard's as anything."""

    def value(found: re.Match[str]) -> str:
        return GRAFANA.get(found["name"], ".*")

    return re.sub(r"\$\{?(?P<name>\w+)(?::\w+)?\}?", value, expression)
