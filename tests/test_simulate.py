"""What is made up could be real: in its range, consistent, never falling but for a restart, and the same for a seed."""

from __future__ import annotations

import math
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics

from aimon.build import build
from aimon.catalogue import Label, Metric
from aimon.cli.process import run
from aimon.exposition import parse_exposition
from aimon.live.simulate import Simulation, Target, is_service
from aimon.live.simulate.course import DAY, Clock, Course
from aimon.live.simulate.drive import CannotDriveError, Drive, Input
from aimon.live.simulate.endpoint import Exposition, Site, bind
from aimon.live.simulate.history import Span, pages
from aimon.live.simulate.rows import rows
from aimon.live.simulate.series import Drawing, family
from aimon.live.simulate.words import shares
from aimon.outputs import simulated_hosts
from aimon.parse import parse
from aimon.render import render
from aimon.simulation import SimulationError, drive_of, serve, stack_of
from aimon.stack import Stack
from aimon.units import unit_named, unit_of_metric_name

START = 1_790_000_000.0
EXAMPLE = Path(__file__).parent.parent / "examples" / "01-ai-coding-assistant" / "aimon.yaml"
NONE: Mapping[str, str] = MappingProxyType({})


def metric(
    name: str, type: str = "counter", low: float | None = None, high: float | None = None, **labels: list[str] | int
) -> Metric:
    known = {label: Label(limit=one) if isinstance(one, int) else Label(tuple(one)) for label, one in labels.items()}
    buckets = (0.1, 0.5, 1.0, 5.0) if type == "histogram" else ()
    unit = unit_of_metric_name(name, type)
    return Metric(("x",), name, type, "Help", unit, known, "api", 15.0, buckets, low, high)


def values(of: Metric, now: float = START, seed: int = 0) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """The samples of a metric at a moment."""
    moment = Course(seed, "api/api:1", Clock(START)).at(now)
    made = family(of, NONE, Drawing(seed)).series
    found = {(one.name, frozenset(one.labels.items())): one.value(moment) for one in made}
    assert len(found) == len(made), "two series with the same labels"
    return {key: value for key, value in found.items() if value is not None}


@pytest.fixture(scope="module")
def stack() -> Stack:
    return stack_of(EXAMPLE, None)


def simulation(stack: Stack, seed: int = 0, **more: float) -> Simulation:
    return Simulation(stack, Clock(START, more.get("speed", 1.0)), seed, more.get("scale", 0.1))


# --- time --------------------------------------------------------------------------------------------------------

MOMENTS = st.floats(START - 30 * DAY, START + 30 * DAY)


@given(seed=st.integers(0, 50), now=MOMENTS, later=st.floats(0.01, 10 * DAY), speed=st.sampled_from([0.1, 1.0, 60.0]))
def test_what_is_gained_only_grows_but_for_a_restart(seed: int, now: float, later: float, speed: float) -> None:
    course = Course(seed, "api", Clock(START, speed))
    one, other = course.at(now), course.at(now + later)
    assert one.started <= one.now
    assert all(-1 < height < 1 for height in one.height)
    assert all(gained >= -1e-6 for gained in one.gained)
    if one.started == other.started:
        assert all(after >= before - 1e-6 for before, after in zip(one.gained, other.gained, strict=True))
        # No rate is negative, and none is more than twice the average.
        assert all(after - before <= 2 * later for before, after in zip(one.gained, other.gained, strict=True))
    else:
        assert other.started > one.now


def test_there_is_a_restart_every_day() -> None:
    course = Course(0, "api", Clock(START))
    starts = {course.at(START + hour * 3600).started for hour in range(24 * 30)}
    assert len(starts) == 31
    assert starts != {Course(1, "api", Clock(START)).at(START + hour * 3600).started for hour in range(24 * 30)}


def test_the_afternoon_is_busier_than_the_night() -> None:
    course = Course(0, "api", Clock(START))
    midnight = START // DAY * DAY
    assert all(
        at_three > at_night + 0.3
        for at_three, at_night in zip(
            course.at(midnight + 15 * 3600).height, course.at(midnight + 3 * 3600).height, strict=True
        )
    )


def test_speed_hastens_the_waves_and_not_the_flow() -> None:
    one, fast = (Course(0, "api", Clock(START, speed)) for speed in (1.0, 1000.0))
    assert one.at(START).height == fast.at(START).height
    assert fast.at(START + DAY / 1000).height == pytest.approx(one.at(START + DAY).height, abs=1e-3)
    first, last = fast.at(START), fast.at(START + 1)
    assert all(after - before < 2 for before, after in zip(first.gained, last.gained, strict=True))


# --- labels ------------------------------------------------------------------------------------------------------


def test_declared_values_are_combined_and_counted_ones_go_together() -> None:
    made = rows(metric("x_total", method=["get", "post"], device=3, mount=2), NONE, 1.0)
    assert len(made) == 2 * 3
    assert made[0].labels == {"method": "get", "device": "device-1", "mount": "mount-1"}
    assert {row.labels["device"] for row in made} == {"device-1", "device-2", "device-3"}
    assert sum(row.weight for row in made) == pytest.approx(1)


def test_labels_of_the_scrape_are_left_to_it() -> None:
    made = rows(metric("x_total", zone=["eu"], method=["get"]), {"zone": "eu"}, 1.0)
    assert [row.labels for row in made] == [{"method": "get"}]


def test_the_number_of_series_follows_the_scale() -> None:
    assert [len(rows(metric("x_total", route=40), NONE, scale)) for scale in (0.0, 0.5, 1.0, 10.0)] == [1, 20, 40, 400]


def test_too_many_combinations_still_show_every_value() -> None:
    many = {f"label{number}": [f"v{value}" for value in range(12)] for number in range(6)}
    made = rows(metric("x_total")._replace(labels={name: Label(tuple(of)) for name, of in many.items()}), NONE, 1.0)
    assert len(made) == 12
    assert all({row.labels[name] for row in made} == set(declared) for name, declared in many.items())


TEXTS = st.lists(
    st.sampled_from(["200", "404", "500", "503", "error", "success", "idle", "GET", "timeout"]), min_size=1, unique=True
)


@given(TEXTS)
def test_shares_are_parts_of_a_whole(texts: list[str]) -> None:
    found = shares(tuple(texts))
    assert sum(found) == pytest.approx(1)
    assert all(share > 0 for share in found)


def test_failures_are_rare() -> None:
    found = dict(zip(("200", "404", "500"), shares(("200", "404", "500")), strict=True))
    assert found["200"] > 0.9 > 0.1 > found["404"] > 0.001 > found["500"]


# --- values ------------------------------------------------------------------------------------------------------


@given(now=MOMENTS, later=st.floats(0.1, 20_000))
def test_counters_and_buckets_never_fall_but_for_a_restart(now: float, later: float) -> None:
    course = Course(0, "api/api:1", Clock(START))
    restarted = course.at(now).started != course.at(now + later).started
    for of in (metric("requests_total", method=["a"]), metric("cpu_seconds_total", mode=["idle", "user"]),
               metric("latency_seconds", "histogram")):  # fmt: skip
        before, after = values(of, now), values(of, now + later)
        assert restarted or all(after[key] >= before[key] for key in before)


@given(now=MOMENTS, seed=st.integers(0, 20))
def test_buckets_are_cumulative_and_agree_with_count_and_sum(now: float, seed: int) -> None:
    found = values(metric("latency_seconds", "histogram", route=3), now, seed)
    for route in ("route-1", "route-2", "route-3"):
        of = {key: value for key, value in found.items() if ("route", route) in key[1]}
        bounds = {float(dict(labels)["le"]): value for (name, labels), value in of.items() if name.endswith("_bucket")}
        heights = [bounds[bound] for bound in sorted(bounds)]
        count = of[("latency_seconds_count", frozenset({("route", route)}))]
        total = of[("latency_seconds_sum", frozenset({("route", route)}))]
        assert heights == sorted(heights)
        assert heights[-1] == count == int(count)
        # The sum fits the buckets: not less than what each holds at least.
        floors = [0.0, *sorted(bounds)[:-1]]
        gains = [high - low for low, high in zip([0.0, *heights], heights, strict=False)]
        assert total >= sum(floor * gain for floor, gain in zip(floors, gains, strict=True)) * 0.9


RANGES = st.tuples(st.floats(-1e6, 1e6), st.floats(0.001, 1e6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(now=MOMENTS, bounds=RANGES, name=st.sampled_from(["a_level", "a_used_ratio", "jobs_pending", "size_max", "up"]))
def test_gauges_stay_in_their_range(now: float, bounds: tuple[float, float], name: str) -> None:
    low, high = bounds
    (value,) = values(metric(name, "gauge", low, high), now).values()
    assert low <= value <= high


@given(MOMENTS)
def test_what_is_used_fits_what_there_is(now: float) -> None:
    def one(name: str) -> float:
        return next(iter(values(metric(name, "gauge", disk=1), now).values()))

    assert one("redis_memory_used_bytes") < one("redis_memory_max_bytes")
    assert one("node_filesystem_avail_bytes") < one("node_filesystem_size_bytes")
    assert one("node_memory_MemAvailable_bytes") < one("node_memory_MemTotal_bytes")
    assert one("nodejs_heap_size_used_bytes") < one("nodejs_heap_size_total_bytes")


@given(MOMENTS)
def test_what_is_on_is_no_count_of_what_is_active(now: float) -> None:
    def one(name: str) -> float:
        return next(iter(values(metric(name, "gauge"), now).values()))

    assert one("redis_up") == one("app_cluster_enabled") == 1
    assert one("app_active_sessions") > 1
    assert one("nginx_connections_active") > 1


@given(MOMENTS)
def test_shares_lie_between_nothing_and_all(now: float) -> None:
    for name in ("cache_hit_ratio", "busy_ratio"):
        assert all(0 <= value <= 1 for value in values(metric(name, "gauge"), now).values())
    percent = metric("disk", "gauge")._replace(unit=unit_named("%"))
    assert all(1 <= value <= 100 for value in values(percent, now).values())


def test_errors_are_a_small_part_of_the_calls_with_the_same_labels() -> None:
    later = START + 3600

    def gained(of: Metric) -> dict[str, float]:
        before, after = values(of), values(of, later)
        found: dict[str, float] = {}
        for key, value in after.items():
            provider = dict(key[1])["provider"]
            found[provider] = found.get(provider, 0) + value - before[key]
        return found

    calls = gained(metric("ai_calls_total", provider=["a", "b"]))
    errors = gained(metric("ai_errors_total", provider=["a", "b"], kind=["timeout", "error"]))
    assert all(0 < errors[provider] < 0.002 * calls[provider] for provider in calls)


def test_a_cpu_has_a_second_a_second() -> None:
    of = metric("node_cpu_seconds_total", cpu=2, mode=["idle", "user", "system"])
    before, after = values(of), values(of, START + 100)
    for cpu in ("cpu-1", "cpu-2"):
        assert sum(after[key] - before[key] for key in after if ("cpu", cpu) in key[1]) == pytest.approx(100, abs=0.01)


def test_moments_are_near_now() -> None:
    for name, low, high in (
        ("process_start_time_seconds", -2 * DAY, 0),
        ("last_reload_success_timestamp_seconds", -60, 0),
        ("probe_ssl_earliest_cert_expiry_timestamp_seconds", 30 * DAY, 90 * DAY),
    ):
        of = metric(name, "gauge")._replace(unit=unit_named("timestamp"))
        (value,) = values(of).values()
        assert low <= value - START <= high


def test_what_has_few_values() -> None:
    assert set(values(metric("build_info", "info", version=["1"])).values()) == {1}
    assert set(values(metric("redis_up", "gauge", 0, 1)).values()) == {1}
    states = values(metric("mode", "stateset", mode=["ready", "broken"], node=["a", "b"]))
    assert {key[1]: value for key, value in states.items()} == {
        frozenset({("mode", mode), ("node", node)}): float(mode == "ready")
        for mode in ("ready", "broken") for node in ("a", "b")
    }  # fmt: skip
    summary = metric("wait_seconds", "summary")._replace(quantiles=(0.5, 0.9))
    names = sorted((name, dict(labels).get("quantile", "")) for name, labels in values(summary))
    assert names == [
        ("wait_seconds", "0.5"),
        ("wait_seconds", "0.9"),
        ("wait_seconds_count", ""),
        ("wait_seconds_sum", ""),
    ]
    assert len(values(metric("spread_seconds", "native_histogram"))) > 10


# --- a whole spec ------------------------------------------------------------------------------------------------


IN_TEXT = {"info": "gauge", "stateset": "gauge"}  # the text format knows them not


def exposed(target: Target) -> str:
    registry = CollectorRegistry()
    registry.register(Exposition(target))
    return generate_latest(registry).decode()


def test_every_declared_metric_is_exposed_as_declared(stack: Stack) -> None:
    for target in simulation(stack).targets:
        read = parse_exposition(exposed(target))
        assert read.problems == ()
        found = {metric.name: metric for metric in read.metrics}
        for declared in target.job.metrics:
            shown = found.pop(declared.name)
            assert (shown.type, shown.labels.keys(), shown.buckets) == (
                IN_TEXT.get(declared.type, declared.type), declared.labels.keys(), declared.buckets,
            )  # fmt: skip
        assert found == {}


@pytest.mark.servers
def test_promtool_accepts_the_exposition(stack: Stack, programs: Mapping[str, str]) -> None:
    for target in simulation(stack).targets:
        command = [programs["promtool"], "check", "metrics"]
        done = subprocess.run(command, input=exposed(target), capture_output=True, text=True, check=False, timeout=60)
        # 1 is what cannot be read; 3 are names that promtool would choose otherwise, which are other people's here.
        assert done.returncode in (0, 3), done.stderr


def text_of(simulation: Simulation, stack: Stack, span: Span = Span(START - 600, START, 60.0)) -> str:  # noqa: B008
    others = [job for job in stack.jobs if not is_service(job)]
    return "".join(text for page in pages(simulation, others, span) for text in page)


def test_the_history_is_openmetrics(stack: Stack) -> None:
    # One moment: the client's parser takes a second point of a histogram for a duplicate of the first.
    text = text_of(simulation(stack), stack, Span(START, START, 60.0))
    families = {one.name: one for one in read_openmetrics(text)}  # type: ignore[no-untyped-call]
    samples = families["http_requests"].samples
    assert {(sample.labels["job"], sample.labels["instance"]) for sample in samples} == {("backend", "backend:3001")}
    assert {sample.labels["job"] for sample in families["up"].samples} == {job.name for job in stack.jobs}


def test_the_points_of_a_histogram_stand_together_and_in_order_of_time(stack: Stack) -> None:
    lines = [line for line in text_of(simulation(stack), stack).splitlines() if line.startswith("file_size_bytes")]
    points = [(line.partition("operation=")[2][:5], int(line.rpartition(" ")[2])) for line in lines]
    order = list(dict.fromkeys(points))
    assert points == [point for point in order for _ in range(9)]
    assert [time for _, time in order] == [START - 60 * back for back in range(10, -1, -1)] * 4


UTF8 = """
prometheus: {version: "3.5"}
services:
  app:
    targets: ["app:80"]
    metrics:
      http.server.requests_total: {type: counter, labels: {http.route: [/a, '/"b"']}}
      http.server.duration: {type: histogram, unit: seconds, buckets: [0.1, 1]}
      plain_level: {type: gauge, labels: {url.scheme: [http]}}
self_monitoring: false
"""


def test_names_that_only_prometheus_3_takes_are_quoted_in_a_history() -> None:
    stack = build(parse(yaml.safe_load(UTF8)))
    text = text_of(simulation(stack), stack, Span(START, START, 60.0))
    assert '\n{"http.server.requests_total","http.route"="/\\"b\\"",job="app",instance="app:80"} ' in text
    assert '\n{"http.server.duration_bucket",le="+Inf",job="app",instance="app:80"} ' in text
    assert '\nplain_level{"url.scheme"="http",job="app",instance="app:80"} ' in text
    read = {one.name: {sample.name for sample in one.samples} for one in read_openmetrics(text)}  # type: ignore[no-untyped-call]
    assert read["http.server.requests"] == {"http.server.requests_total"}
    assert "http.server.duration_bucket" in read["http.server.duration"]


@pytest.mark.servers
def test_promtool_makes_blocks_of_the_history(stack: Stack, programs: Mapping[str, str], tmp_path: Path) -> None:
    text = text_of(simulation(stack), stack)
    (tmp_path / "history.om").write_text(text)
    command = [programs["promtool"], "tsdb", "create-blocks-from", "openmetrics", "history.om", "data"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    asked = [programs["promtool"], "tsdb", "list", "data"]
    listed = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60).stdout
    held = sum(int(line.split()[4]) for line in listed.splitlines()[1:])
    assert held == sum(not line.startswith("#") for line in text.splitlines())


def test_the_same_seed_means_the_same_bytes(stack: Stack) -> None:
    one, same, other = (text_of(simulation(stack, seed), stack) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_history_and_the_live_run_continue_each_other(stack: Stack) -> None:
    before, live = simulation(stack), simulation(stack)
    for one, other in zip(before.targets, live.targets, strict=True):
        for family_one, family_other in zip(one.families, other.families, strict=True):
            for series, same in zip(family_one.series, family_other.series, strict=True):
                assert series.value(one.at(START + 5)) == same.value(other.at(START + 5))


def test_targets_of_a_service_differ() -> None:
    written = {
        "services": {"api": {"targets": ["a:1", "b:1"], "metrics": {"x_total": {"type": "counter", "help": "X"}}}}
    }
    one, other = Simulation(build(parse(written)), Clock(START)).targets
    assert one.families[0].series[0].value(one.at(START)) != other.families[0].series[0].value(other.at(START))


# --- how it is served --------------------------------------------------------------------------------------------


def site_of(stack: Stack) -> Site:
    return Site(simulation(stack), partial(drive_of, stack, begin=START))


def answer(site: Site, path: str, host: str = "127.0.0.1:9999", method: str = "GET") -> tuple[str, str]:
    """The status and the body of an answer."""
    environ: dict[str, Any] = {"QUERY_STRING": "", "REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": host}
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
        said.append(status)

    body = b"".join(site(environ, start_response)).decode()
    return said[0].partition(" ")[0], body


def test_a_target_is_found_by_path_by_name_and_by_proxy(stack: Stack) -> None:
    site = site_of(stack)
    assert answer(site, "/") == ("200", "/backend/metrics\n/redis/metrics\n/system/metrics\n/docker/metrics\n")
    for path, host in (
        ("/redis/metrics", "127.0.0.1:9999"),
        ("/metrics", "redis-exporter:9121"),
        ("http://redis-exporter:9121/metrics", "redis-exporter:9121"),
    ):
        status, body = answer(site, path, host)
        assert (status, "redis_up 1.0" in body.splitlines()) == ("200", True)
    for path, host in (
        ("/metrics", "127.0.0.1:9999"),
        ("/nothing", "redis-exporter:9121"),
        ("/prometheus/metrics", ""),
    ):
        assert answer(site, path, host)[0] == "404"


def test_a_target_that_is_driven_down_answers_so(stack: Stack) -> None:
    made = simulation(stack)
    made.drive([Drive("Down", (Input("up", {"job": "redis"}, 0),), (), START)])
    site = Site(made, partial(drive_of, stack, begin=START))
    assert answer(site, "/redis/metrics")[0] == "503"
    assert answer(site, "/system/metrics")[0] == "200"


def test_what_is_not_metrics_is_answered_again_and_again(stack: Stack) -> None:
    """Over a real connection: a server adds to the headers of an answer."""
    (server,) = bind(site_of(stack), "127.0.0.1", [0]).values()
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        client = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        for path in ("/", "/nothing", "/fire/", "/"):
            client.request("GET", path)
            answered = client.getresponse()
            assert len(answered.read()) == int(answered.headers["Content-Length"])
        client.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_missing_library_has_a_cure(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aimon.live.simulate.endpoint", None)
    with pytest.raises(SimulationError, match="prometheus-client is not installed") as raised:
        serve(stack, simulation(stack), "127.0.0.1:0", False, print)
    assert raised.value.cure == "pip install 'aimon-stack[simulate]'"


def test_the_demo_stands_in_for_every_host_that_a_container_can_be_called_by() -> None:
    targets = {
        "api": ["api:3001", "10.0.0.1:3001", "[::1]:3001", "localhost:80", "host.docker.internal:80"],
        "redis": ["redis-exporter:9121"],
        "safe": ["safe:443"],
    }
    services: dict[str, Any] = {name: {"targets": some} for name, some in targets.items()}
    services["safe"]["scheme"] = "https"
    assert simulated_hosts(build(parse({"services": services}))) == ["api", "redis-exporter"]


def test_the_demo_runs_a_command_that_there_is(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Up to its last step: the address is one that nobody can listen on."""
    composed = next(one for one in render(stack) if one.path == "docker-compose.yml")
    simulator = yaml.safe_load(composed.text)["services"]["simulator"]
    assert simulator["networks"]["default"]["aliases"] == simulated_hosts(stack)
    command = simulator["command"][-1].replace("$$AIMON_OPTIONS", "--seed 3").rpartition("exec aimon ")[2]
    words = shlex.split(command.replace("/spec/$$AIMON_SPEC", str(EXAMPLE)).replace(":9999", "203.0.113.1:1"))
    monkeypatch.setattr(sys, "argv", ["aimon", *words])
    assert run() == 2
    assert "cannot listen on 203.0.113.1:1" in capsys.readouterr().err


# --- an alert that is driven -------------------------------------------------------------------------------------

DRIVE = Drive(
    "A",
    (
        Input("requests_total", {"job": "api", "status": "500", "instance": "elsewhere:1"}, 0, 50.0),
        Input("temperature", {"job": "api"}, 90.0, 0.5),
        Input("requests_total", {"job": "other", "status": "500"}, 0, 1e9),
    ),
    ("gone",),
    START,
    START + 100,
)
DRIVEN = {
    "services": {
        "api": {
            "targets": ["api:1"],
            "metrics": {
                "requests_total": {"type": "counter", "help": "R", "labels": {"status": ["200", "500"]}},
                "temperature": {"type": "gauge", "help": "T"},
                "gone": {"type": "gauge", "help": "G"},
                "other": {"type": "gauge", "help": "O"},
            },
        }
    }
}


@pytest.fixture
def driven() -> Target:
    simulation = Simulation(build(parse(DRIVEN)), Clock(START))
    simulation.drive([DRIVE])
    return simulation.targets[0]


def samples(target: Target, now: float) -> Iterator[tuple[str, float]]:
    moment = target.at(now)
    for made in target.families:
        for series in made.series:
            value = series.value(moment)
            if value is not None:
                yield series.name + series.labels.get("status", ""), value


def test_a_driven_alert_has_its_inputs_and_nothing_beside_them(driven: Target) -> None:
    begin, then = dict(samples(driven, START)), dict(samples(driven, START + 10))
    assert then["requests_total500"] - begin["requests_total500"] == pytest.approx(500)
    assert then["requests_total200"] == begin["requests_total200"]
    assert then["temperature"] == pytest.approx(95)
    assert "gone" not in then
    assert "other" in then


def test_before_and_after_it_goes_on_by_itself(driven: Target) -> None:
    before, after = dict(samples(driven, START - 10)), dict(samples(driven, START + 110))
    quiet = Simulation(build(parse(DRIVEN)), Clock(START)).targets[0]
    assert before == dict(samples(quiet, START - 10))
    assert after.keys() == before.keys()
    assert after["temperature"] == dict(samples(quiet, START + 110))["temperature"]


@given(st.lists(st.floats(-50, 300), min_size=2, max_size=8))
def test_a_driven_counter_never_falls(offsets: list[float]) -> None:
    simulation = Simulation(build(parse(DRIVEN)), Clock(START))
    simulation.drive([DRIVE, DRIVE._replace(alert="B", begin=START + 120, end=START + 150)])
    target = simulation.targets[0]
    moments = [START + offset for offset in sorted(offsets)]
    assert len({target.at(now).started for now in moments}) == 1
    for status in ("200", "500"):
        heights = [dict(samples(target, now))[f"requests_total{status}"] for now in moments]
        assert all(after >= before - 1e-6 for before, after in pairwise(heights))


def test_a_target_that_is_to_be_down_refuses_to_answer() -> None:
    simulation = Simulation(build(parse(DRIVEN)), Clock(START))
    simulation.drive([Drive("Down", (Input("up", {"job": "api"}, 0),), (), START, START + 60)])
    target = simulation.targets[0]
    assert [target.is_down(START + offset) for offset in (-1, 1, 61)] == [False, True, False]


def test_a_new_series_of_a_driven_metric_begins_at_nothing() -> None:
    simulation = Simulation(build(parse(DRIVEN)), Clock(START))
    simulation.drive([Drive("A", (Input("requests_total", {"status": "418"}, 0, 2.0),), (), START, math.inf)])
    target = simulation.targets[0]
    assert dict(samples(target, START + 10))["requests_total418"] == pytest.approx(20)


def test_a_clock_and_steps() -> None:
    inputs = (Input("temperature", {}, -600.0, clock=True), Input("requests_total", {"status": "500"}, 0, 0.1, 60.0))
    simulation = Simulation(build(parse(DRIVEN)), Clock(START))
    simulation.drive([Drive("A", inputs, (), START)])
    heights = [dict(samples(simulation.targets[0], START + passed)) for passed in (0, 59, 60)]
    assert [height["temperature"] - START for height in heights] == [-600, -541, -540]
    assert [height["requests_total500"] - heights[0]["requests_total500"] for height in heights] == [0, 0, 6]


def test_two_alerts_cannot_have_the_same_series_at_once(stack: Stack) -> None:
    made = simulation(stack)
    first, second = (drive_of(stack, name, START, START + 60) for name in ("HighAICallRate", "HighAIErrorRate"))
    with pytest.raises(CannotDriveError, match="`HighAIErrorRate` and `HighAICallRate` both need `ai_api_calls_total`"):
        made.drive([first, second])
    made.drive([first, second._replace(begin=START + 60, end=math.inf)])


def test_what_nobody_simulates_cannot_be_driven(stack: Stack) -> None:
    made = Simulation(stack, Clock(START), jobs={"system"})
    with pytest.raises(CannotDriveError, match="no simulated service exposes `redis_up`"):
        made.drive([drive_of(stack, "RedisDown", START)])


@pytest.mark.parametrize(("alert", "cure"), [("HighErorRate", "did you mean `HighErrorRate`?")])
def test_an_alert_that_there_is_not(stack: Stack, alert: str, cure: str) -> None:
    with pytest.raises(CannotDriveError, match=f"there is no alert `{alert}`") as raised:
        drive_of(stack, alert, START)
    assert raised.value.cure == cure


def test_alerts_are_driven_and_let_go_over_http(stack: Stack) -> None:
    site = site_of(stack)
    assert answer(site, "/fire/RedisDown", method="POST") == ("200", "RedisDown is driven\n")
    assert "redis_up 0.0" in answer(site, "/redis/metrics")[1].splitlines()
    assert answer(site, "/fire/") == ("200", "/fire/RedisDown\n")
    assert answer(site, "/fire/RedisDown", method="DELETE") == ("200", "RedisDown is let go\n")
    assert "redis_up 1.0" in answer(site, "/redis/metrics")[1].splitlines()
    assert answer(site, "/fire/RedisDown", method="DELETE")[0] == "404"
    assert answer(site, "/fire/Nothing", method="POST")[0] == "409"


@pytest.mark.parametrize(("name", "is_whole"), [("depth", True), ("node_load5", False), ("avg_depth", False)])
def test_what_is_an_average_has_fractions(name: str, is_whole: bool) -> None:
    said = {value for hour in range(9) for value in values(metric(name, "gauge"), START + 3600 * hour).values()}
    assert len(said) > 1
    assert all(value == round(value) for value in said) is is_whole


def test_errors_do_not_come_all_at_once() -> None:
    """A young history holds few requests, of which a burst of errors would be a share that wakes somebody."""
    of = metric("http_requests_total", method=["GET", "POST", "PUT"], route=10, status=["200", "500", "502", "503"])
    shares = []
    for start in range(40):
        before, after = (values(of, START + start * 3600 + seconds) for seconds in (0, 150))
        gained = {key: after[key] - before[key] for key in after}
        failed = sum(count for key, count in gained.items() if dict(key[1])["status"].startswith("5"))
        shares.append(failed / sum(gained.values()))
    assert sum(share > 0.001 for share in shares) <= 2, shares
