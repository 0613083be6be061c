"""Drafts: what an exposition shows becomes metrics and packs of a spec, in which nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from aimon.draft import Draft, draft
from aimon.draft.labels import declared, round_number_above
from aimon.draft.services import services
from aimon.draft.starter import starter
from aimon.exposition import TYPES as TEXT_TYPES
from aimon.exposition import parse_exposition, read_exposition
from aimon.exposition.samples import samples
from aimon.pipeline import Options, compile_spec

PACKS = Path(__file__).parent / "packs"
TEXT = r"""
# HELP orders_total Orders   taken,
# TYPE orders_total counter
orders_total{method="GET",status="done",user_id="u1"} 3
orders_total{method="POST",status="lost",user_id="u2"} 1
# TYPE orders_created gauge
orders_created{method="GET"} 1.7e9
# HELP wait Time of waiting, in seconds.
# TYPE wait histogram
wait_bucket{le="0.5",queue="a"} 1
wait_bucket{le="2.0",queue="a"} 2
wait_bucket{le="+Inf",queue="b"} 3
wait_sum{queue="a"} 1.5
wait_count{queue="a"} 3
# TYPE size summary
size{quantile="0.5"} 1
size{quantile="0.99"} 4
size_sum 10
size_count 2
# HELP shop_open Whether the shop is open
# TYPE shop_open gauge
shop_open 1
# TYPE shop_build_info gauge
shop_build_info{version="1.2.3",dirty="false"} 1
queue_depth{queue="a"} 7
up 1
scrape_duration_seconds 0.1
target_info{service_name="x"} 1
# TYPE planned counter
{"my.metric","a.b"="c"} 1
9broken 3
"""


def drafted(text: str) -> Draft:
    return draft(parse_exposition(text, "metrics.txt"))


def test_what_an_exposition_shows_is_declared() -> None:
    assert drafted(TEXT).metrics == {
        "orders_total": {
            "type": "counter",
            "help": "Orders taken,",
            "labels": {"method": 5, "status": ["done", "lost"]},
        },
        "wait": {
            "type": "histogram",
            "help": "Time of waiting, in seconds.",
            "unit": "seconds",
            "labels": {"queue": 5},
            "buckets": [0.5, 2],
        },
        "size": {"type": "summary", "quantiles": [0.5, 0.99]},
        "shop_open": {"type": "gauge", "help": "Whether the shop is open", "range": [0, 1]},
        "shop_build_info": {"type": "info", "labels": {"dirty": ["false", "true"], "version": 2}},
        "planned": {"type": "counter"},
        "queue_depth": {"type": "unknown", "labels": {"queue": 2}},
        "my.metric": {"type": "unknown", "labels": {"a.b": 2}},
    }


def test_what_is_not_carried_over_is_told_with_its_line() -> None:
    told = [(remark.line, remark.message) for remark in drafted(TEXT).remarks]
    assert told == [
        (3, "`user_id` of `orders_total` may have any number of values, here 2"),
        (29, "`planned` has no sample yet, so nobody can tell its labels"),
        (31, "`9` cannot start the name of a metric"),
    ]


def test_what_is_told_is_fit_for_a_terminal() -> None:
    (remark,) = drafted('{"jobs","\x1b[31m"="x"} 1\n').remarks
    assert str(remark) == "`\ufffd[31m` of `jobs` cannot be the name of a label"


OPENMETRICS = """\
# TYPE depth gauge
# UNIT depth bytes
depth 3
# TYPE phase stateset
phase{phase="on"} 1
phase{phase="off"} 0
# TYPE build info
build_info{version="1.0"} 1
# TYPE queue gaugehistogram
queue_bucket{le="1"} 2
queue_gcount 3
# TYPE requests counter
requests_total{code="200"} 5 # {trace_id="x"} 1.0
requests_created{code="200"} 1520430000.1
# EOF
"""


def test_openmetrics() -> None:
    assert drafted(OPENMETRICS).metrics == {
        "depth": {"type": "gauge", "unit": "B"},
        "phase": {"type": "stateset", "labels": {"phase": ["off", "on"]}},
        "build_info": {"type": "info", "labels": {"version": 2}},
        "queue_bucket": {"type": "gauge", "labels": {"le": 2}},
        "queue_gcount": {"type": "gauge"},
        "requests_total": {"type": "counter", "labels": {"code": 2}},
    }
    assert drafted(OPENMETRICS).remarks == ()


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("status", ["success", "error"], ["error", "success"]),
        ("http_status", ["200", "500"], 5),
        ("status", ["success"], 2),
        ("error_type", ["timeout", "overload"], 5),
        ("model", ["small", "large"], 5),
        ("type", [f"kind-{letter}" for letter in "abcdefghijklm"], 20),
        ("type", ["a1", "b2"], 5),
        ("dirty", ["true"], ["false", "true"]),
        ("pod", [], 2),
        ("pod", [""], 2),
    ],
)
def test_only_sure_values_are_listed(label: str, values: list[str], expected: list[str] | int) -> None:
    assert declared(label, values) == expected


def test_round_numbers() -> None:
    assert [round_number_above(seen) for seen in (0, 1, 2, 4, 5, 9, 10, 57, 100, 1999)] == [
        *(2, 2, 5, 5, 10, 10, 20, 100, 200, 2000),
    ]


@pytest.mark.parametrize("path", sorted(PACKS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_pack_is_known_by_what_its_exporter_exposes(path: Path) -> None:
    name, _, variant = path.stem.partition("-")
    assert [use.reference for use in draft(read_exposition(path)).packs] == [
        {name: {"variant": variant}} if variant else name
    ]


def test_a_pack_is_not_taken_for_another_because_of_a_name() -> None:
    """The name of OpenTelemetry's histogram, with labels that its pack does not ask for."""
    name = "http_server_request_duration_seconds"
    made = drafted(f'# TYPE {name} histogram\n{name}_bucket{{route="/",le="1"}} 1\nprocess_cpu_seconds_total 1\n')
    assert made.packs == ()
    assert list(made.metrics) == [name, "process_cpu_seconds_total"]


def test_without_packs_everything_is_listed() -> None:
    exposition = read_exposition(PACKS / "redis.txt")
    made = draft(exposition, use_packs=False)
    assert (made.packs, made.surplus) == ((), ())
    assert "redis_up" in made.metrics


def test_one_name_has_one_type_and_one_unit_in_a_spec() -> None:
    exposition = parse_exposition("# TYPE a gauge\na 1\n# TYPE b gauge\n# UNIT b bytes\nb 1\n# TYPE c gauge\nc 1\n")
    beside = {"a": {"type": "counter"}, "b": {"type": "gauge", "unit": "seconds"}, "c": {"type": "gauge"}}
    made = draft(exposition, beside)
    assert list(made.metrics) == ["c"]
    assert [remark.message for remark in made.remarks] == [
        "`a` is a gauge here, but a counter elsewhere in the spec",
        "`b` counts in B here, but in s elsewhere in the spec",
    ]


def test_samples_are_read_one_by_one() -> None:
    found = list(samples(parse_exposition(TEXT + 'native{a="}"} {count:3,sum:6} 1\n# EOF\nlate 1\n')))
    by_name = {sample.name: sample for sample in found}
    assert by_name["my.metric"] == ("my.metric", {"a.b": "c"}, "1")
    assert by_name["native"].labels == {"a": "}"}
    assert by_name["shop_open"].value == "1"
    assert "late" not in by_name


# --- of whatever is exposed, something valid is drafted ------------------------------------------------------------

NAMES = some.sampled_from(
    [
        *("jobs", "jobs_total", "jobs_created", "jobs_seconds", "jobs_count", "a.b", "job:jobs:sum", "up", "redis_up"),
        *("process_start_time_seconds", "go_goroutines", "queueLength", "jobs_ms", "target_info", "__x", "a{b", "é"),
    ]
)
LABELS = some.sampled_from(
    ["a", "type", "le", "quantile", "job", "instance", "user_id", "__x", "a.b", "é", "camelCase"]
)
WORDS = some.sampled_from(["x", "y", "GET", "0.5", "1", "true", "", "+Inf", "nan", "héllo", "a: b", "#", "12-34"])
TYPES = some.sampled_from([*TEXT_TYPES, "nonsense"])
UNITS = some.sampled_from(["", "seconds", "bytes", "ratio", "widgets", "milliseconds"])


def quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") + '"'


@some.composite
def families(draw: some.DrawFn) -> str:
    """A family with samples of its own and of its parts, in which anything may be odd."""
    name = draw(NAMES)
    lines = [f"# TYPE {quoted(name)} {draw(TYPES)}"] if draw(some.booleans()) else []
    lines += [f"# HELP {quoted(name)} {draw(some.text(max_size=20))}"] if draw(some.booleans()) else []
    lines += [f"# UNIT {quoted(name)} {draw(UNITS)}"] if draw(some.booleans()) else []
    for _ in range(draw(some.integers(0, 4))):
        part = draw(some.sampled_from(["", "_total", "_bucket", "_sum", "_count", "_created", "_info"]))
        labels = draw(some.dictionaries(LABELS, WORDS, max_size=3))
        inside = "".join(f",{quoted(label)}={quoted(value)}" for label, value in labels.items())
        lines.append(f"{{{quoted(name + part)}{inside}}} {draw(some.sampled_from(['0', '1', '2.5', 'NaN', '1e400']))}")
    return "\n".join(lines)


TEXTS = some.lists(families(), max_size=5).map("\n".join)


@settings(max_examples=60)
@given(some.lists(TEXTS, max_size=2), some.sets(some.sampled_from(["redis", "python", "prometheus"])))
def test_a_draft_of_anything_validates(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], packs: set[str]
) -> None:
    made = services(sorted(packs), [parse_exposition(text, "shop.txt") for text in texts])
    spec = starter("shop", made)
    read = yaml.safe_load(spec)["services"]
    assert {one.place.name: dict(one.metrics) for one in made} == {
        name: service.get("metrics", {}) for name, service in read.items() if made
    }
    path = tmp_path_factory.mktemp("draft") / "aimon.yaml"
    path.write_text(spec, encoding="utf-8")
    found = compile_spec(path, Options(only="prometheus.yml", judged=False)).diagnostics
    assert [(one.check, one.message) for one in found if one.level == "error"] == []
