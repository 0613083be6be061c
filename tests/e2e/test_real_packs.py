"""Every built-in pack on a real Prometheus: its rules are healthy, its pictures have data, and nothing is alarming."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from servers import Server, Value, free_port, running, wait_until

from aimon import library

pytestmark = pytest.mark.servers

EXPOSITIONS = Path(__file__).parents[1] / "packs"
SETTINGS = yaml.safe_load((EXPOSITIONS / "settings.yaml").read_text(encoding="utf-8"))
WRITTEN_AT = 1_800_000_000  # what the expositions call now
GROWTH = 0.01  # what a counter gains in a second, as a share of the value in its exposition
GRAFANA = {"__rate_interval": "5s", "__interval": "1s", "__range": "1m"}

# Pictures that show something only when something happened, by job and title.
EMPTY = {
    ("redis", "Last writes to disk"): "the append-only file is off",
    ("redis", "Replication and cluster"): "it is alone",
    ("node", "Space left where it will be used up within a day"): "no file system fills up",
    ("litellm", "Spend compared with the day before"): "there was no day before",
}

# Alerts that are pending here without a cause; they wait long enough.
RASH = {"NodeCpuHigh": "a rate over 5 minutes is too small in the first of them, and what is not idle counts as used"}

_SAMPLE = re.compile(r"(?P<name>[^\s{]+)(?P<labels>\{.*\})? (?P<value>\S+)")


@dataclass(frozen=True, slots=True)
class Use:
    """A job that uses a pack in one of its variants."""

    pack: str
    variant: str | None

    @property
    def job(self) -> str:
        """The name of the service."""
        return self.pack.replace("_", "-")

    @property
    def settings(self) -> dict[str, str]:
        """Its variant, and a value for what has none by default."""
        chosen: dict[str, str] = SETTINGS.get(self.pack, {})
        return {**chosen, **({"variant": self.variant} if self.variant else {})}


def uses(*, default: bool) -> list[Use]:
    """Every pack in its default variant, or each pack in the variant that is not."""
    found = []
    for pack in library.names():
        value = library.built_in(pack).value
        variants = value.get("variants") or {None: None}
        found += [Use(pack, one) for one in variants if (one == value.get("default_variant")) is default]
    return found


def exposition(use: Use) -> Path:
    """The small exposition of a variant, or else of the pack."""
    own = EXPOSITIONS / f"{use.pack}-{use.variant}.txt"
    return own if own.exists() else EXPOSITIONS / f"{use.pack}.txt"


@dataclass
class Exposed:
    """An exposition on a loopback port, whose counters grow and whose times are of today."""

    path: Path
    started: float = field(default_factory=time.time)
    types: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """What it says now."""
        age = time.time() - self.started
        return "".join(f"{self._line(line, age)}\n" for line in self.path.read_text(encoding="utf-8").splitlines())

    def _line(self, line: str, age: float) -> str:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            self.types[name] = kind
        found = _SAMPLE.fullmatch(line) if line and line[0] != "#" else None
        if found is None:
            return line
        return f"{found['name']}{found['labels'] or ''} {self._value(found['name'], float(found['value']), age):.12g}"

    def _value(self, name: str, value: float, age: float) -> float:
        stem = re.sub(r"_(bucket|sum|count)$", "", name)
        if "counter" in (self.types.get(name), self.types.get(stem)) or self.types.get(stem) == "histogram":
            return value * (1 + GROWTH * age)
        return value - WRITTEN_AT + self.started if abs(value - WRITTEN_AT) < 365 * 86400 else value


def serve(exposed: Exposed) -> ThreadingHTTPServer:
    """The exposition at every path of a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        """Answers a GET."""

        def do_GET(self) -> None:
            """Say it."""
            body = exposed.text().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing else."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@dataclass(frozen=True, slots=True)
class Watched:
    """Prometheus with the rules of all packs, and the dashboards that belong to them."""

    uses: list[Use]
    output: Path
    prometheus: Server

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that a query returns now, those without a number left out."""
        answer = self.prometheus.get("/api/v1/query", query=expression)
        return [series for series in answer["data"]["result"] if series["value"][1] != "NaN"]

    def rules(self, kind: str) -> list[dict[str, Any]]:
        """Every recording or alerting rule."""
        groups = self.prometheus.get("/api/v1/rules", type=kind)["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def wait_until(self, what: str, look: Callable[[], Value], seen: Callable[[], object]) -> Value:
        """`servers.wait_until` with the last words of Prometheus."""
        return wait_until(what, look, [self.prometheus], seconds=40, seen=seen)


@pytest.fixture(scope="module", params=[True, False], ids=["default", "other-variants"])
def watched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, programs: Mapping[str, str]
) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("packs")
    used = uses(default=request.param)
    output = _generated(folder, used)
    with ExitStack() as stopped_after:
        ports = {}
        for use in used:
            server = serve(Exposed(exposition(use)))
            stopped_after.callback(server.server_close)
            stopped_after.callback(server.shutdown)
            ports[use.job] = server.server_port
        _rewrite(output / "prometheus.yml", ports)
        options = {
            "config.file": output / "prometheus.yml",
            "storage.tsdb.path": folder / "data",
            "web.listen-address": f"127.0.0.1:{(port := free_port())}",
        }
        command = [programs["prometheus"], *(f"--{name}={value}" for name, value in options.items())]
        yield Watched(used, output, stopped_after.enter_context(running("prometheus", command, port, folder)))


def _generated(folder: Path, used: list[Use]) -> Path:
    services = {
        use.job: {
            "targets": [f"{use.job}:9000"],
            "scrape_interval": "1s",
            "packs": [{use.pack: use.settings}],
        }
        for use in used
    }
    spec = {
        "prometheus": {"version": "2.42", "scrape_interval": "1s", "evaluation_interval": "1s"},
        "self_monitoring": False,
        "services": services,
        "notifications": {"receivers": {"team": {"webhook": {"url": "http://localhost:5001/"}}}},
    }
    (folder / "aimon.yaml").write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "aimon", "generate", str(folder / "aimon.yaml"), "-o", str(folder / "monitoring")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)
    return folder / "monitoring"


def _rewrite(path: Path, ports: Mapping[str, int]) -> None:
    """Scrape loopback instead of the exporters, without what only the real ones need, and alert nobody."""
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    del settings["alerting"]
    for job in settings["scrape_configs"]:
        job["static_configs"] = [{"targets": [f"127.0.0.1:{ports[job['job_name']]}"]}]
        for needed in ("authorization", "tls_config", "scheme", "relabel_configs"):
            job.pop(needed, None)
    path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


def test_every_target_is_up(watched: Watched) -> None:
    jobs = {use.job for use in watched.uses}

    def down() -> dict[str, str]:
        targets = watched.prometheus.get("/api/v1/targets")["data"]["activeTargets"]
        state = {target["labels"]["job"]: target["lastError"] or target["health"] for target in targets}
        return {job: state.get(job, "not a target") for job in jobs if state.get(job) != "up"}

    watched.wait_until("every target is up", lambda: not down(), seen=down)


def test_every_recording_rule_of_a_pack_has_data(watched: Watched) -> None:
    names = sorted({rule["name"] for rule in watched.rules("record")})

    def empty() -> list[str]:
        return [name for name in names if not watched.query(name)]

    watched.wait_until("every recording rule has data", lambda: not empty(), seen=empty)


def test_every_picture_of_a_pack_has_data(watched: Watched) -> None:
    pictures = list(_pictures(watched.output))
    boards = {use.job for use in watched.uses}
    assert {board for board, _, _ in pictures} >= boards
    assert {picture[:2] for picture in pictures} >= {empty for empty in EMPTY if empty[0] in boards}

    def empty() -> list[str]:
        asked = [picture for picture in pictures if picture[:2] not in EMPTY]
        return [f"{board} / {title}: {text}" for board, title, text in asked if not watched.query(text)]

    watched.wait_until("every picture has data", lambda: not empty(), seen=lambda: "\n".join(empty()))


def _pictures(output: Path) -> Iterator[tuple[str, str, str]]:
    """Every query of the packs' dashboards as Grafana asks it, with its dashboard and its title."""
    for path in sorted((output / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                yield path.stem, panel["title"], _as_grafana_asks(target["expr"])


def _as_grafana_asks(expression: str) -> str:
    return re.sub(r"\$\{?(\w+)(?::\w+)?\}?", lambda found: GRAFANA.get(found[1], ".*"), expression)


def test_no_alert_of_a_pack_is_in_trouble_or_alarming(watched: Watched) -> None:
    def unhealthy() -> dict[str, str]:
        rules = watched.rules("alert")
        return {rule["name"]: rule.get("lastError", rule["health"]) for rule in rules if rule["health"] != "ok"}

    watched.wait_until("every alert is healthy", lambda: not unhealthy(), seen=unhealthy)
    alarming = {rule["name"]: rule["alerts"] for rule in watched.rules("alert") if rule["alerts"]}
    assert sorted(alarming.keys() - RASH.keys()) == [], alarming
