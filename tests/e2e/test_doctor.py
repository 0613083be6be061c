"""A doctor visits real servers: a healthy stack gives no finding, and each kind of break gives exactly its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
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
    "/worker": "# HELP worker_busy_ratio Share\n# TYPE worker_busy_ratio gauge\nworker_busy_ratio 0.25\n",
}


@dataclass(frozen=True, slots=True)
class Hospital:
    """The running stack and the spec that it was made from."""

    spec: str
    folder: Path
    prometheus: Server
    alertmanager: Server

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
            self.send_header("Content-Type", "text/plain; version=0.0.4")
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
    generate = [sys.executable, "-m", "aimon", "generate", str(folder), "--quiet"]
    subprocess.run(generate, check=True, timeout=120)
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
            running("prometheus", command(programs["prometheus"], first) + ["--web.enable-lifecycle"], ports[0], folder)
        )
        wait_until("all is scraped and evaluated", lambda: _settled(prometheus), [prometheus], 60)
        yield Hospital(spec, folder, prometheus, alertmanager)


def _settled(prometheus: Server) -> bool:
    """Whether every target is up, every rule was evaluated, and what is recorded has data."""
    targets = prometheus.get("/api/v1/targets")["data"]["activeTargets"]
    rules = [rule for group in prometheus.get("/api/v1/rules")["data"]["groups"] for rule in group["rules"]]
    recorded = prometheus.get("/api/v1/query", query="job:shop_requests:rate5m")["data"]["result"]
    sent = prometheus.get("/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
    return (
        all(one["health"] == "up" for one in targets)
        and all(one["health"] == "ok" for one in rules)
        and bool(targets and rules and recorded and sent)
    )


def test_a_healthy_stack(hospital: Hospital, tmp_path: Path) -> None:
    visit = hospital.visit(hospital.spec, tmp_path)
    assert found(visit) == []
    assert "Prometheus: 2 targets" in " ".join(visit.notes)
    assert "Grafana: not asked" in " ".join(visit.notes)


REFUNDS = "services.api.metrics.shop_refunds_total"
BREAKS = {
    "a service that nobody scrapes": (
        "  worker:\n",
        "  other:\n    targets: ['127.0.0.1:1']\n  worker:\n",
        [("job-missing", "services.other")],
    ),
    "a service that is gone": (
        "  worker:\n",
        "  workers:\n",
        [("unknown-job", "services"), ("job-missing", "services.workers")],
    ),
    "another target": (
        "/worker",
        "/worker\n    labels: {zone: eu}",
        [("label-missing", "services.worker.metrics.worker_busy_ratio")],
    ),
    "a counter with another name": (
        "shop_refunds_total",
        "shop_refund_total",
        [("metric-missing", REFUNDS.replace("ds_", "d_"))],
    ),
    "a gauge that is gone": (
        "worker_busy_ratio: {",
        "worker_gone: {type: gauge, help: G}\n      worker_busy_ratio: {",
        [("metric-missing", "services.worker.metrics.worker_gone")],
    ),
    "a counter that may not have happened": (
        "worker_busy_ratio: {",
        "oops_total: {type: counter, help: G, labels: {a: [b]}}\n      worker_busy_ratio: {",
        [("metric-unseen", "services.worker.metrics.oops_total")],
    ),
    "another type": (
        "shop_refunds_total: {type: counter",
        "shop_refunds_total: {type: gauge",
        [("metric-type", f"{REFUNDS}.type")],
    ),
    "another label": ("{reason:", "{reasons:", [("label-missing", f"{REFUNDS}.labels.reasons")]),
    "one label more": (
        "{reason: [lost, broken]}",
        "{reason: [lost, broken], shop: 3}",
        [("label-missing", f"{REFUNDS}.labels.shop")],
    ),
    "one label less": (", labels: {reason: [lost, broken]}", "", [("label-undeclared", REFUNDS)]),
    "another value": ("[lost, broken]", "[late, broken]", [("value-unknown", f"{REFUNDS}.labels.reason")]),
    "fewer values": (
        "status: 3",
        "status: 1",
        [("values-many", "services.api.metrics.shop_requests_total.labels.status")],
    ),
    "a value out of range": (
        "range: [0, 100]",
        "range: [0, 1]",
        [("value-range", "services.api.metrics.shop_queue_jobs.range")],
    ),
    "a bucket that is not there": (
        "[0.1, 0.5, 1]",
        "[0.1, 0.5, 2]",
        [("buckets", "services.api.metrics.shop_latency_seconds.buckets")],
    ),
    "a bucket more": (
        "[0.1, 0.5, 1]",
        "[0.1, 1]",
        [("more-buckets", "services.api.metrics.shop_latency_seconds.buckets")],
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_break(case: str, hospital: Hospital, tmp_path: Path) -> None:
    before, after, expected = BREAKS[case]
    assert hospital.spec.count(before) == 1
    visit = hospital.visit(hospital.spec.replace(before, after), tmp_path)
    assert found(visit) == expected


def test_the_command(hospital: Hospital) -> None:
    words = ["doctor", str(hospital.folder), "--prometheus", hospital.prometheus.url]
    done = subprocess.run([sys.executable, "-m", "aimon", *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    done = subprocess.run([sys.executable, "-m", "aimon", *words, "--format", "json"], capture_output=True, text=True)
    assert json.loads(done.stdout) == []
