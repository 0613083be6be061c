"""A doctor visits real servers: a healthy stack gives no finding, and each kind of break gives exactly its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml
from servers import Server, free_port, running, wait_until
from stack import command

from aimon.doctor import Examination, examine
from aimon.pipeline import Options, compile_spec
from aimon.render import render
from aimon.simulation import stack_of
from aimon.symptoms import ALERTMANAGER, PROMETHEUS

pytestmark = pytest.mark.servers

SPEC = """\
aimon: 1
name: shop
self_monitoring: false
prometheus: {version: "2.42", scrape_interval: 1s, evaluation_interval: 1s}
services:
  api:
    targets: ["127.0.0.1:APP"]
    metrics:
      shop_requests_total: {type: counter, help: Requests, labels: {method: [GET, POST], status: 3}}
      shop_latency_seconds: {type: histogram, help: Time, labels: {route: 2}, buckets: [0.1, 0.5, 1]}
      shop_queue_jobs: {type: gauge, help: Jobs that wait, unit: jobs, range: [0, 100]}
      shop_refunds_total: {type: counter, help: Refunds, labels: {reason: [lost, broken]}}
  worker:
    targets: ["127.0.0.1:APP"]
    metrics_path: /worker
    metrics:
      worker_busy_ratio: {type: gauge, help: Share of the time, range: [0, 1]}
      worker_wait_seconds: {type: gauge, help: Time until a job begins, unit: s, range: [0, .inf]}
recording_rules:
  job:shop_requests:rate5m: {expr: 'sum by (job) (rate(shop_requests_total[5m]))'}
alerts:
  QueueLong: {expr: shop_queue_jobs, above: 50, for: 1m, summary: The queue is long, action: Start a worker}
  TooBusy: {expr: worker_busy_ratio, above: 90%, for: 1m, summary: Workers are busy, action: Start a worker}
  NoRequests: {expr: 'absent(shop_requests_total)', equals: 1, for: 5m, summary: Nobody asks, action: Look}
notifications:
  receivers: {team: {webhook: {url: "http://127.0.0.1:5001/"}}}
  default: team
"""
PAGES = {
    "/metrics": """\
# HELP shop_requests_total Requests
# TYPE shop_requests_total counter
shop_requests_total{method="GET",status="200"} 7
shop_requests_total{method="POST",status="500"} 1
# HELP shop_latency_seconds Time
# TYPE shop_latency_seconds histogram
shop_latency_seconds_bucket{route="/",le="0.1"} 1
shop_latency_seconds_bucket{route="/",le="0.5"} 2
shop_latency_seconds_bucket{route="/",le="1.0"} 2
shop_latency_seconds_bucket{route="/",le="+Inf"} 2
shop_latency_seconds_sum{route="/"} 0.3
shop_latency_seconds_count{route="/"} 2
# HELP shop_queue_jobs Jobs that wait
# TYPE shop_queue_jobs gauge
shop_queue_jobs 3
# HELP shop_refunds_total Refunds
# TYPE shop_refunds_total counter
shop_refunds_total{reason="lost"} 1
""",
    "/worker": """\
# HELP worker_busy_ratio Share
# TYPE worker_busy_ratio gauge
worker_busy_ratio 0.25
# HELP worker_wait_seconds Time
# TYPE worker_wait_seconds gauge
# UNIT worker_wait_seconds seconds
worker_wait_seconds 0.25
# HELP worker_lost Lost
# TYPE worker_lost counter
# EOF
""",
}


_TEXT, _OPENMETRICS = "text/plain; version=0.0.4", "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Hospital:
    """The running stack and the spec that it was made from."""

    spec: str
    folder: Path
    prometheus: Server
    alertmanager: Server

    @contextmanager
    def treated(self, spec: str) -> Iterator[None]:
        """Prometheus with what another spec generates, and without an Alertmanager, until it is healed."""
        output, other = self.folder / "monitoring", self.folder / "other"
        kept = {path: path.read_text() for path in output.rglob("*.yml")}
        generate(spec, other)
        settings = yaml.safe_load((other / "prometheus.yml").read_text())
        settings["alerting"] = {}
        (output / "prometheus.yml").write_text(yaml.safe_dump(settings))
        for path in (other / "rules").glob("*.yml"):
            (output / "rules" / path.name).write_text(path.read_text())
        try:
            self.prometheus.ask("POST", "/-/reload")
            jobs = len(settings["scrape_configs"])
            wait_until("it is reloaded", lambda: _evaluated(self.prometheus, jobs), [self.prometheus], 60)
            yield
        finally:
            for path, text in kept.items():
                path.write_text(text)
            self.prometheus.ask("POST", "/-/reload")
            wait_until("it is healed", lambda: _settled(self.prometheus), [self.prometheus], 60)

    def visit(self, spec: str, path: Path, **addresses: str) -> Examination:
        """What a doctor finds who reads this spec."""
        (path / "aimon.yaml").write_text(spec)
        result = compile_spec(path / "aimon.yaml", Options(judged=False))
        return examine(result, addresses or {PROMETHEUS: self.prometheus.url, ALERTMANAGER: self.alertmanager.url})


def found(examination: Examination) -> list[tuple[str, str]]:
    """Each finding and where it is."""
    assert examination.failures == ()
    return [(one.check.removeprefix("doctor/"), one.address) for one in examination.diagnostics]


@pytest.fixture(scope="module")
def app() -> Iterator[int]:
    """The port of an application that exposes what the spec says."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in PAGES else 404)
            self.send_header("Content-Type", _TEXT if self.path == "/metrics" else _OPENMETRICS)
            self.end_headers()
            self.wfile.write(PAGES.get(self.path, "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def hospital(app: int, programs: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    folder, ports = tmp_path_factory.mktemp("doctor"), [free_port(), free_port()]
    spec = SPEC.replace("APP", str(app))
    (folder / "aimon.yaml").write_text(spec)
    generate(spec, folder / "monitoring")
    config = folder / "monitoring" / "prometheus.yml"
    settings = yaml.safe_load(config.read_text())
    settings["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{ports[1]}"]}]
    config.write_text(yaml.safe_dump(settings, sort_keys=False))
    first = {
        "config.file": config,
        "storage.tsdb.path": folder / "data",
        "storage.tsdb.retention.time": "15d",
        "web.listen-address": f"127.0.0.1:{ports[0]}",
    }
    second = {
        "config.file": folder / "monitoring" / "alertmanager.yml",
        "storage.path": folder / "alertmanager-data",
        "web.listen-address": f"127.0.0.1:{ports[1]}",
        "cluster.listen-address": "",
    }
    with ExitStack() as stopped_after:
        alertmanager = stopped_after.enter_context(
            running("alertmanager", command(programs["alertmanager"], second), ports[1], folder)
        )
        prometheus = stopped_after.enter_context(
            running("prometheus", [*command(programs["prometheus"], first), "--web.enable-lifecycle"], ports[0], folder)
        )
        wait_until("all is scraped and evaluated", lambda: _settled(prometheus), [prometheus], 60)
        yield Hospital(spec, folder, prometheus, alertmanager)


def generate(spec: str, folder: Path) -> None:
    """The outputs of a spec, which may have faults that a server forgives."""
    folder.mkdir(exist_ok=True)
    (folder / "aimon.yaml").write_text(spec)
    for artifact in render(stack_of(folder / "aimon.yaml", None)):
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text)


def _settled(prometheus: Server) -> bool:
    """Whether every target is up, what is recorded has data, and Alertmanager is found."""
    targets = prometheus.get("/api/v1/targets")["data"]["activeTargets"]
    recorded = prometheus.get("/api/v1/query", query="job:shop_requests:rate5m")["data"]["result"]
    sent = prometheus.get("/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
    up = all(one["health"] == "up" for one in targets)
    return bool(targets and up and recorded and sent and _evaluated(prometheus))


def _evaluated(prometheus: Server, jobs: int = 2) -> bool:
    """Whether every job has a target that was scraped, and every rule was evaluated, well or not."""
    targets = prometheus.get("/api/v1/targets")["data"]["activeTargets"]
    rules = [rule for group in prometheus.get("/api/v1/rules")["data"]["groups"] for rule in group["rules"]]
    return bool(rules) and len(targets) == jobs and "unknown" not in {one["health"] for one in (*targets, *rules)}


def test_a_healthy_stack(hospital: Hospital, tmp_path: Path) -> None:
    visit = hospital.visit(hospital.spec, tmp_path)
    assert found(visit) == []
    assert "Prometheus: 2 targets" in " ".join(visit.notes)
    assert "Grafana: not asked" in " ".join(visit.notes)


API, WORKER = "services.api.metrics", "services.worker.metrics"
REFUNDS, QUEUE, LATENCY = f"{API}.shop_refunds_total", f"{API}.shop_queue_jobs", f"{API}.shop_latency_seconds"
BUSY = "      worker_busy_ratio: {"
# What somebody believes otherwise: a part of the spec, what it says instead, and what a doctor finds.
BELIEFS = {
    # Jobs.
    "a service that nobody scrapes": (
        "  worker:\n",
        "  other:\n    targets: ['127.0.0.1:1']\n  worker:\n",
        [("job-missing", "services.other")],
    ),
    "a service with another name": (
        "  worker:\n",
        "  workers:\n",
        [("unknown-job", "services"), ("job-missing", "services.workers")],
    ),
    "a target too many": (
        "  worker:\n    targets: [",
        "  worker:\n    targets: ['127.0.0.1:1', ",
        [("target-missing", "services.worker")],
    ),
    "a label of the target": ("/worker", "/worker\n    labels: {zone: eu}", [("drift", "services.worker")]),
    "another interval": (
        "/worker",
        "/worker\n    scrape_interval: 2s",
        [("scrape-interval", "services.worker")],
    ),
    # Metrics.
    "a metric with another name": (
        "shop_refunds_total",
        "shop_refund_total",
        [("metric-missing", f"{API}.shop_refund_total")],
    ),
    "a metric that is gone": (
        BUSY,
        f"      worker_gone: {{type: gauge, help: Gone}}\n{BUSY}",
        [("metric-missing", f"{WORKER}.worker_gone")],
    ),
    "a metric of another job": (
        BUSY,
        f"      shop_queue_jobs: {{type: gauge, help: Jobs, unit: jobs}}\n{BUSY}",
        [("metric-missing", f"{WORKER}.shop_queue_jobs")],
    ),
    "a case that may not have happened": (
        BUSY,
        f"      oops_total: {{type: counter, help: Oops, labels: {{kind: [bad]}}}}\n{BUSY}",
        [("metric-unseen", f"{WORKER}.oops_total")],
    ),
    "a case that has not happened": (
        BUSY,
        f"      worker_lost_total: {{type: counter, help: Lost, labels: {{kind: [bad]}}}}\n{BUSY}",
        [("metric-silent", f"{WORKER}.worker_lost_total")],
    ),
    "another type": (
        "refunds_total: {type: counter",
        "refunds_total: {type: gauge",
        [("metric-type", f"{REFUNDS}.type")],
    ),
    "a label with another name": ("{reason:", "{reasons:", [("label-missing", f"{REFUNDS}.labels.reasons")]),
    "a label too many": (
        "{reason: [lost, broken]}",
        "{reason: [lost, broken], shop: 3}",
        [("label-missing", f"{REFUNDS}.labels.shop")],
    ),
    "a label too few": (", labels: {reason: [lost, broken]}", "", [("label-undeclared", REFUNDS)]),
    "another value": ("[lost, broken]", "[late, broken]", [("value-unknown", f"{REFUNDS}.labels.reason")]),
    "fewer values": ("status: 3", "status: 1", [("values-many", f"{API}.shop_requests_total.labels.status")]),
    "another unit": ("unit: s,", "unit: ms,", [("metric-unit", f"{WORKER}.worker_wait_seconds")]),
    "a range of another unit": ("range: [0, 100]", "range: [0, 1]", [("value-range", f"{QUEUE}.range")]),
    "a bucket elsewhere": ("[0.1, 0.5, 1]", "[0.1, 0.5, 2]", [("buckets-differ", f"{LATENCY}.buckets")]),
    "a bucket too few": ("[0.1, 0.5, 1]", "[0.1, 1]", [("more-buckets", f"{LATENCY}.buckets")]),
    # Rules.
    "an alert of another group": (
        "QueueLong: {",
        "QueueLong: {group: night, ",
        [("group-missing", "alerts.QueueLong")],
    ),
    "another alert": (
        "alerts:\n",
        "alerts:\n  New: {expr: shop_queue_jobs, above: 90, for: 1m, summary: Long, action: Look}\n",
        [("rule-missing", "alerts.New")],
    ),
    "another bound": ("above: 50", "above: 60", [("rule-differs", "alerts.QueueLong")]),
    "the same in other words": (
        "sum by (job) (rate(shop_requests_total[5m]))",
        "sum(rate(shop_requests_total[300s])) by (job)",
        [],
    ),
    "another wait": ("above: 50, for: 1m", "above: 50, for: 2m", [("drift", "alerts.QueueLong")]),
    # Who is told.
    "another receiver": (
        "{team: {",
        "{night: {webhook: {url: 'http://127.0.0.1:5002/'}}, team: {",
        [("receiver-missing", "notifications.receivers.night")],
    ),
    "another way": (
        "{team: {",
        "{team: {slack: {channel: '#a', api_url_file: /run/secrets/slack}, ",
        [("receiver-missing", "notifications.receivers.team")],
    ),
    "another pace": ("  default: team", "  default: team\n  group_wait: 7m", [("routing-differs", "notifications")]),
    "another route": (
        "  default: team",
        "  default: team\n  routes: [{match: {severity: critical}, to: team}]",
        [("routing-differs", "notifications.routes.0")],
    ),
    # What is accepted.
    "what is accepted": (
        "reason: [lost, broken]}}",
        "reason: [late, broken]}}  # aimon: ignore[doctor/value-unknown] the old word is still about",
        [],
    ),
}


@pytest.mark.parametrize("belief", BELIEFS)
def test_a_belief(belief: str, hospital: Hospital, tmp_path: Path) -> None:
    before, after, expected = BELIEFS[belief]
    assert before in hospital.spec
    visit = hospital.visit(hospital.spec.replace(before, after), tmp_path)
    assert found(visit) == expected


SICK = """\
  dead:
    targets: ["127.0.0.1:1"]
    metrics: {dead_jobs: {type: gauge, help: Jobs, range: [0, .inf]}}
recording_rules:
  job:twice:one: {expr: 'shop_requests_total * on (job) shop_requests_total'}
  job:shop_broken:rate5m: {expr: 'sum by (job) (rate(shop_refunds_total{reason="broken"}[5m]))'}
"""
WEAK = """\
alerts:
  DeadJobs: {expr: dead_jobs, above: 5, for: 1m, summary: Jobs, action: Look}
  Broken: {expr: 'sum(rate(shop_refunds_total{reason="broken"}[5m]))', above: 5, for: 1m, summary: Jobs, action: Look}
  Recorded: {expr: 'job:shop_broken:rate5m', above: 5, for: 1m, summary: Jobs, action: Look}
  Guarded: {expr: 'shop_queue_jobs unless job:shop_broken:rate5m', above: 50, for: 1m, summary: Jobs, action: Look}
  Either: {expr: 'shop_queue_jobs or job:shop_broken:rate5m', above: 50, for: 1m, summary: Jobs, action: Look}
"""


def test_a_sick_stack(hospital: Hospital, tmp_path: Path) -> None:
    """A target is down, a rule fails, alerts are blind, and nobody would hear them."""
    sick = hospital.spec.replace("recording_rules:\n", SICK).replace("alerts:\n", WEAK)
    with hospital.treated(sick):
        visit = hospital.visit(sick, tmp_path)
    assert sorted(found(visit)) == [
        ("alert-blind", "alerts.Recorded"),
        ("alert-idle", "alerts.Broken"),
        ("no-alertmanager", "notifications"),
        ("rule-unhealthy", "recording_rules.job:twice:one"),
        ("target-down", "services.dead"),
    ]
    (down,) = (one.message for one in visit.diagnostics if one.check == "doctor/target-down")
    assert "connection refused" in down
    assert any("the metrics of `dead` were not compared" in note for note in visit.notes)


def test_a_bucket_that_somebody_asks_for(hospital: Hospital, tmp_path: Path) -> None:
    """It is worse than one that is only declared: the query returns nothing, and its alert is told with the bucket."""
    fast = """recording_rules:
  job:shop_fast:rate5m: {expr: 'sum by (job) (rate(shop_latency_seconds_bucket{le=~"2|2.0"}[5m]))'}
"""
    spec = hospital.spec.replace("[0.1, 0.5, 1]", "[0.1, 0.5, 2]").replace("recording_rules:\n", fast)
    assert sorted(found(hospital.visit(spec, tmp_path))) == [
        ("bucket-missing", f"{LATENCY}.buckets"),
        ("rule-missing", "recording_rules.job:shop_fast:rate5m"),
    ]


def test_a_metric_that_nobody_reads(hospital: Hospital, tmp_path: Path) -> None:
    """What is wrong with it is said in a low voice."""
    board = "dashboards: {main: {rows: {Queue: [{metric: shop_queue_jobs}]}}}\nalerts:\n"
    spec = hospital.spec.replace("refunds_total: {type: counter", "refunds_total: {type: gauge")
    visit = hospital.visit(spec.replace("alerts:\n", board), tmp_path)
    (unread,) = (one for one in visit.diagnostics if one.check != "doctor/drift")  # an alert links to its picture
    assert (unread.check, unread.address) == ("doctor/metric-unread", f"{REFUNDS}.type")
    assert unread.message.endswith("is exposed as a counter, not as a gauge; nobody reads it")


@pytest.mark.parametrize("form", ["text", "concise", "json", "github", "gitlab", "sarif", "junit", "markdown"])
def test_the_command(form: str, hospital: Hospital, tmp_path: Path) -> None:
    (tmp_path / "aimon.yaml").write_text(hospital.spec.replace("above: 50", "above: 60"))
    words = ["doctor", str(tmp_path), "--prometheus", hospital.prometheus.url, "--format", form]
    done = subprocess.run([sys.executable, "-m", "aimon", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "rule-differs" in done.stdout
    assert "Prometheus: 2 targets, 6 metrics, 4 rules compared\n" in done.stderr
    assert "Alertmanager: not asked" in done.stderr


def test_the_command_on_a_healthy_stack(hospital: Hospital) -> None:
    words = ["doctor", str(hospital.folder), "--prometheus", hospital.prometheus.url, "--fail-on", "info"]
    done = subprocess.run([sys.executable, "-m", "aimon", *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.endswith("1 spec checked: nothing found\n")
