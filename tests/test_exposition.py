"""Expositions: what is read from them, what is wrong with them, and that Python's own client reads the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Summary, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from aimon.catalogue import Metric
from aimon.exposition import is_exposition, parse_exposition

TEXT = """\
# HELP http_requests_total Requests, with a \\\\ and a\\nbreak
# TYPE http_requests_total counter
http_requests_total{method="GET",code="200"} 1027 1395066363000
http_requests_total{method="a \\"quoted\\" {brace}, and # hash",code="400",} 3
# TYPE latency_seconds histogram
latency_seconds_bucket{path="/",le="0.1"} 1
latency_seconds_bucket{path="/",le="0.5"} 2e0
latency_seconds_bucket{path="/",le="+Inf"} 3 # {trace_id="abc"} 0.7 1.5
latency_seconds_sum{path="/"} 1.5
latency_seconds_count{path="/"} 3
# TYPE size_bytes summary
size_bytes{quantile="0.5"} NaN
size_bytes_sum 10
size_bytes_count 2
# A comment of nobody's.
queue_length 3
job:queue:sum -Inf
# TYPE planned gauge
# TYPE odd untyped
odd{a = "b"} 1
"""

OPENMETRICS = """\
# TYPE requests counter
# UNIT latency_ms milliseconds
# TYPE latency_ms gauge
# HELP requests All of them.
requests_total{code="200"} 5 # {trace_id="x"} 1.0
requests_created{code="200"} 1520430000.1
latency_ms 3
# TYPE build info
build_info{version="1.0"} 1
# TYPE phase stateset
phase{phase="on"} 1
phase{phase="off"} 0
# TYPE queue gaugehistogram
queue_bucket{le="1"} 2
queue_bucket{le="+Inf"} 3
queue_gsum 4
queue_gcount 3
# TYPE sizes histogram
sizes {count:3,sum:6,schema:0,zero_threshold:0.001} 1
{"my.metric","a.b"="c"} 1
# EOF
"""


def read(text: str) -> dict[str, Metric]:
    found = parse_exposition(text)
    assert not found.problems
    return {metric.name: metric for metric in found.metrics}


def test_text_format() -> None:
    metrics = read(TEXT)
    assert {name: metric.type for name, metric in metrics.items()} == {
        "http_requests_total": "counter", "latency_seconds": "histogram", "size_bytes": "summary",
        "queue_length": "unknown", "job:queue:sum": "unknown", "planned": "gauge", "odd": "unknown",
    }  # fmt: skip
    assert metrics["http_requests_total"].help == "Requests, with a \\ and a\nbreak"
    assert list(metrics["http_requests_total"].labels) == ["code", "method"]
    assert metrics["http_requests_total"].at == (2,)
    assert metrics["latency_seconds"].buckets == (0.1, 0.5)
    assert list(metrics["latency_seconds"].labels) == ["path"]
    assert metrics["latency_seconds"].unit is not None
    assert metrics["latency_seconds"].unit.name == "s"
    assert not metrics["size_bytes"].labels
    assert metrics["planned"].open  # nobody has seen its labels
    assert not metrics["queue_length"].open


def test_openmetrics() -> None:
    metrics = read(OPENMETRICS)
    assert {name: metric.type for name, metric in metrics.items()} == {
        "requests_total": "counter", "requests_created": "gauge", "latency_ms": "gauge", "build_info": "info",
        "phase": "stateset", "queue_bucket": "gauge", "queue_gsum": "gauge", "queue_gcount": "gauge", "queue": "gauge",
        "sizes": "native_histogram", "my.metric": "unknown",
    }  # fmt: skip
    assert metrics["latency_ms"].unit is not None
    assert metrics["latency_ms"].unit.name == "ms"
    assert metrics["phase"].labels["phase"].values == ("off", "on")
    assert list(metrics["my.metric"].labels) == ["a.b"]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a 1\n9b 2\n", 2, 1, "`9` cannot start the name of a metric"),
        ("a{b=1} 2\n", 1, 4, "the value of `b` is not in quotes"),
        ('a{b} 2\n', 1, 4, "the label `b` has no value"),
        ('a{b="c 2\n', 1, 4, "the value of `b` never ends"),
        ('a{b="c" d="e"} 2\n', 1, 9, "a comma is expected between two labels"),
        ('a{b="c"\n', 1, 8, "the labels are never closed"),
        ('a{1b="c"} 2\n', 1, 3, "a label is expected here, not `1`"),
        ('a{b="c"}\n', 1, 9, "a sample has a value"),
        ("a one\n", 1, 3, "`one` is no number"),
        ("a 1_000\n", 1, 3, "`1_000` is no number"),
        ("a 1 2 3\n", 1, 5, "behind the value only a timestamp may stand"),
        ('a{b="c",b="d"} 1\n', 1, 1, "`a` has the label `b` twice"),
        ("# TYPE a counter\n# TYPE a gauge\n", 2, 1, "`a` has a second TYPE line"),
        ("# TYPE a thing\n", 1, 10, "`thing` is no type of a metric"),
        ("a 1\n# TYPE a gauge\n", 2, 1, "the type of `a` stands behind its first sample"),
        ("a 1\n# EOF\nb 2\n", 3, 1, "there is text behind `# EOF`"),
    ],
)  # fmt: skip
def test_broken_lines(text: str, line: int, column: int, message: str) -> None:
    problem = parse_exposition(text, "metrics.txt").problems[0]
    assert problem.place is not None
    assert (problem.place.line, problem.place.column, problem.message) == (line, column, message)
    assert problem.path == "metrics.txt"


def test_every_broken_line_is_reported_and_the_rest_is_read() -> None:
    found = parse_exposition("a{ 1\nb 2\nc{\nd 4\n")
    assert [problem.place.line for problem in found.problems if problem.place] == [1, 3]
    assert [metric.name for metric in found.metrics] == ["b", "d"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, True),
        (OPENMETRICS, True),
        ("# EOF", True),
        ("aimon: 1\nservices: {}\n", False),
        ("# How it works\nup: 1\n", False),
        ("", False),
    ],
)
def test_what_looks_like_an_exposition(text: str, expected: bool) -> None:
    assert is_exposition(text) is expected


def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Counter("requests", "Requests", ["code", "path"], registry=made).labels("200", 'a "b" \\ \n c').inc(3)
    Gauge("temperature_celsius", "Heat", registry=made).set(float("nan"))
    Histogram("latency_seconds", "Time", ["path"], buckets=(0.1, 1, 10), registry=made).labels("/").observe(0.5)
    Summary("size_bytes", "Size", registry=made).observe(7)
    Info("build", "Build", registry=made).info({"version": "1"})
    return made


def test_agrees_with_the_python_client_in_text() -> None:
    text = generate_latest(registry()).decode()
    ours = read(text)
    for family in text_string_to_metric_families(text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert ours[name].type == family.type
        assert ours[name].help == family.documentation
        seen = {label for sample in family.samples for label in sample.labels} - {"le", "quantile"}
        assert set(ours[name].labels) == seen


def test_agrees_with_the_python_client_in_openmetrics() -> None:
    ours = read(openmetrics.generate_latest(registry()).decode())  # type: ignore[no-untyped-call]
    assert ours["requests_total"].type == "counter"
    assert ours["build_info"].type == "info"
    assert ours["latency_seconds"].buckets == (0.1, 1.0, 10.0)


@settings(max_examples=200, deadline=None)
@given(some.integers(0, len(TEXT) - 1), some.sampled_from(["", "\x00", "{", "}", '"', "\\", "\n", "#", " ", "é"]))
def test_no_mutation_crashes(at: int, instead: str) -> None:
    for text in (TEXT, OPENMETRICS):
        for problem in parse_exposition(text[:at] + instead + text[at + 1 :]).problems:
            assert problem.place is not None
            assert problem.place.column >= 1


def test_a_large_text_is_read() -> None:
    lines = [f'requests_total{{path="/{number % 500}",code="200",method="GET"}} {number}' for number in range(100_000)]
    text = "\n".join(lines)
    read(text)
