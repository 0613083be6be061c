"""All is well: real servers and exporters beside simulated services; everything is up, healthy, and has data."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from servers import Server, free_port, repeating, running
from stack import Running, as_grafana_asks, command, stack

pytestmark = [pytest.mark.servers, pytest.mark.timeout(400)]

HISTORY = ("--history", "6h", "--step", "1m")
# What is wrong with the machine that runs the tests, and its exporter, is none of the example's business.
REAL_MACHINE = "system"
# Pictures with nothing to show here, by dashboard and title, and why.
EMPTY = {
    ("redis", "Replication and cluster"): "it is alone",
    ("alertmanager", "Notifications that do not arrive"): "nothing is sent while all is well",
    ("alertmanager", "Time of a notification (p95)"): "nothing is sent while all is well",
    ("alertmanager", "Peers that do not answer"): "it is alone",
    ("prometheus", "Alerts that do not reach Alertmanager"): "nothing is sent while all is well",
    ("node", "Space left where it will be used up within a day"): "no file system fills up",
    ("node", "Packets with errors"): "an idle machine has too few packets",
    ("node", "Failed disks of RAIDs"): "not every machine has one",
    ("node", "Failed systemd units"): "Debian's exporter does not ask systemd",
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """A running stack in which nothing is driven, its Redis exporter, and how to start that again."""

    stack: Running
    redis_exporter: Server
    again: AbstractContextManager[Server]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory, programs: Mapping[str, str]) -> Iterator[Quiet]:
    folder = tmp_path_factory.mktemp("quiet")
    with ExitStack() as entered:
        port = free_port()
        options = {
            "port": port,
            "bind": "127.0.0.1",
            "save": "",
            "maxmemory": "64mb",
            "appendonly": "yes",
            "dir": folder,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        entered.enter_context(running("redis", [programs["redis-server"], *words], port, folder, ready=None))
        entered.enter_context(repeating(lambda: _use_redis(port), 0.1))
        real = {"redis": free_port(), REAL_MACHINE: free_port()}
        host = command(programs["node-exporter"], {"web.listen-address": f"127.0.0.1:{real[REAL_MACHINE]}"})
        entered.enter_context(running("node-exporter", host, real[REAL_MACHINE], folder, ready="/metrics"))
        redis = {"redis.addr": f"redis://127.0.0.1:{port}", "web.listen-address": f"127.0.0.1:{real['redis']}"}
        first, again = (
            running("redis-exporter", command(programs["redis-exporter"], redis), real["redis"], folder, "/metrics")
            for _ in range(2)
        )
        exporter = entered.enter_context(first)
        yield Quiet(entered.enter_context(stack(folder, programs, HISTORY, real=real)), exporter, again)


def _use_redis(port: int) -> None:
    """A key that is there and one that is not."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"SET there 1\r\nGET there\r\nGET gone\r\n")
        client.recv(1000)


@pytest.fixture
def running_stack(quiet: Quiet) -> Running:
    return quiet.stack


def test_every_target_is_up(running_stack: Running) -> None:
    jobs = [job.name for job in running_stack.meant.jobs]

    def down() -> dict[str, str]:
        targets = running_stack.prometheus.get("/api/v1/targets")["data"]["activeTargets"]
        state = {target["labels"]["job"]: target["lastError"] or target["health"] for target in targets}
        return {job: state.get(job, "not a target") for job in jobs if state.get(job) != "up"}

    running_stack.wait_until("every target is up", lambda: not down(), seen=down)


def test_every_rule_is_healthy(running_stack: Running) -> None:
    meant = [rule.name for group in running_stack.meant.groups for rule in group.rules]

    def unhealthy() -> list[tuple[str, str]]:
        return [(one["name"], one.get("lastError", "")) for one in running_stack.rules() if one["health"] != "ok"]

    running_stack.wait_until("every rule is healthy", lambda: not unhealthy(), seen=unhealthy)
    assert sorted(rule["name"] for rule in running_stack.rules()) == sorted(meant)


def test_there_is_a_history_of_six_hours(running_stack: Running) -> None:
    asked = "sum by (job) (rate(http_requests_total[5m]))"
    for hours in (0.1, 3, 5.8):
        (found,) = running_stack.query(asked, time=str(running_stack.started - hours * 3600))
        assert 1 < float(found["value"][1]) < 100


def test_history_goes_on_where_it_ended(running_stack: Running) -> None:
    """A counter of a live run that began anew would be a reset, and a rate far beyond the usual one."""
    asked = 'resets(http_requests_total[10m]) > 0 or rate(http_requests_total{status_code="200"}[5m]) > 100'
    running_stack.wait_until("requests are counted", lambda: running_stack.query("http_requests_total offset 2s"))
    assert running_stack.query(asked) == []


def test_every_recording_rule_has_data(running_stack: Running) -> None:
    names = [rule.name for rule in running_stack.meant.recordings()]
    assert names

    def empty() -> list[str]:
        return [name for name in names if not running_stack.query(name)]

    running_stack.wait_until("every recording rule has data", lambda: not empty(), seen=empty)


def test_nothing_is_alarming_while_all_is_well(running_stack: Running) -> None:

    def alarming() -> list[dict[str, str]]:
        alerts = running_stack.prometheus.get("/api/v1/alerts")["data"]["alerts"]
        return [alert["labels"] for alert in alerts if alert["labels"].get("job") != REAL_MACHINE]

    running_stack.wait_until("rules are evaluated", lambda: running_stack.query("job:http_requests:rate5m"))
    # An SLO without events is pending until its first two scrapes, which is what its alert waits for.
    running_stack.wait_until("nothing is alarming", lambda: not alarming(), seen=alarming)


def test_every_query_of_every_panel_returns_data(running_stack: Running) -> None:
    targets = _shown(running_stack)
    assert targets

    def empty() -> list[str]:
        return [place for place, target in targets if not running_stack.query(as_grafana_asks(target["expr"]))]

    running_stack.wait_until(
        "every query of every panel returns data", lambda: not empty(), seen=lambda: "\n".join(empty())
    )


def test_deployments_are_marked_when_they_happened(running_stack: Running) -> None:
    (started,) = running_stack.query(running_stack.meant.deployments)
    assert started["metric"]["job"] == "backend"
    assert 0 < float(started["value"][1]) / 1000 < running_stack.started + 60


def _shown(running_stack: Running) -> list[tuple[str, dict[str, Any]]]:
    """Every query whose picture has something to show, with the words that say where it is."""
    known = tuple(f"{board} / {title} / " for board, title in EMPTY)
    return [(place, target) for place, target in running_stack.targets() if not place.startswith(known)]


def test_every_legend_names_labels_that_the_series_have(running_stack: Running) -> None:
    def strangers() -> list[str]:
        return [
            f"{place} has no label {label}"
            for place, target in _shown(running_stack)
            for label in _missing(running_stack, target)
        ]

    running_stack.wait_until("every legend can be read", lambda: not strangers(), seen=lambda: "\n".join(strangers()))


def _missing(running_stack: Running, target: Mapping[str, str]) -> set[str]:
    """The labels in a legend that not all series have."""
    wanted = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", "")))
    if not wanted:
        return set()
    found = [series["metric"].keys() for series in running_stack.query(as_grafana_asks(target["expr"]))]
    return {label for label in wanted if not found or any(label not in labels for labels in found)}


def test_every_variable_has_values(running_stack: Running) -> None:
    variables = [variable for board in running_stack.meant.dashboards for variable in board.variables]
    assert variables

    def empty() -> list[str]:
        asked = [f'{variable.metric}{{{variable.label}!=""}}' for variable in variables]
        return [selector for selector in asked if not running_stack.query(selector)]

    running_stack.wait_until("every variable has values", lambda: not empty(), seen=empty)


def test_an_exporter_that_dies_is_missed_until_it_is_back(quiet: Quiet) -> None:
    running_stack, alert = quiet.stack, "TargetDown"
    running_stack.wait_until("Redis is scraped", lambda: running_stack.query('up{job="redis"} == 1'))
    quiet.redis_exporter.stop()
    running_stack.wait_until("it fires", lambda: running_stack.state(alert) == "firing")
    arrived = running_stack.wait_until("a message arrives", lambda: running_stack.inbox.alerts("on-call", alert))
    assert {message["labels"]["job"] for message in arrived} == {"redis"}
    with quiet.again:
        running_stack.wait_until("it is well again", lambda: running_stack.state(alert) == "inactive")
        running_stack.wait_until("that is said", lambda: running_stack.inbox.alerts("on-call", alert, "resolved"))
