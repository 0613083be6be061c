"""The type of an expression follows from the types of the series that it reads."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon.catalogue import Catalogue, Label, Metric, Scraped
from aimon.expressions import expression, recorded_type, types_of
from aimon.promql import facts
from aimon.promql.aggregation_types import RULES as AGGREGATION_RULES
from aimon.promql.call_types import RULES
from aimon.promql.functions import AGGREGATIONS, SIGNATURES
from aimon.promql.labelling import closed
from aimon.promql.matchers import matcher_test
from aimon.promql.parse import parse
from aimon.promql.tree import Binary, Number, Parens, Selector, Unary
from aimon.promql.types import Series, Type, Types, infer, type_of
from aimon.units import unit_named

AMBIENT = frozenset({"job", "instance"})


def series(
    kind: str, unit: str | None = None, labels: str = "", low: float | None = None, high: float | None = None
) -> Series:
    names = AMBIENT | frozenset(labels.split())
    return Series(kind, unit_named(unit) if unit is not None else None, closed(names), low, high)


def histogram(unit: str, part: str, labels: str = "method") -> Series:
    names = AMBIENT | frozenset(labels.split()) | ({"le"} if part == "bucket" else frozenset())
    return Series(
        "histogram", unit_named(unit), closed(names), 0.0, part=part, smallest_bucket=0.1, largest_bucket=10.0
    )


KNOWN = {
    "requests_total": series("counter", "req", "method status"),
    "errors_total": series("counter", "errors", "method status"),
    "latency_seconds_bucket": histogram("s", "bucket"),
    "latency_seconds_sum": histogram("s", "sum"),
    "latency_seconds_count": histogram("s", "count"),
    "wait_ms_sum": histogram("ms", "sum"),
    "wait_ms_count": histogram("ms", "count"),
    "native_seconds": series("native_histogram", "s", "method"),
    "cpu_seconds_total": series("counter", "s", "mode"),
    "tokens_total": series("counter", "tokens", "model"),
    "cost_usd_total": series("counter", "USD", "model team"),
    "budget_usd": series("gauge", "USD", "team"),
    "used_bytes": series("gauge", "B", low=0),
    "limit_bytes": series("gauge", "B", low=0),
    "wait_milliseconds": series("gauge", "ms"),
    "acceptance_ratio": series("gauge", "ratio", low=0, high=1),
    "start_timestamp_seconds": series("gauge", "timestamp"),
    "temp_celsius": series("gauge", "°C", low=-20, high=90),
    "up": series("gauge", "bool", low=0, high=1),
    "load": series("gauge"),
    "build_info": series("gauge", None, "version"),
}


def known(selector: Selector) -> tuple[Series, ...]:
    found = KNOWN.get(selector.name or "")
    return (found,) if found is not None else ()


def typed(text: str, *, grafana: bool = False) -> Type:
    return type_of(parse(text, grafana=grafana), known)


@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        ("requests_total", "req"),
        ("rate(requests_total[5m])", "req/s"),
        ("irate(requests_total[5m])", "req/s"),
        ("increase(requests_total[1h])", "req"),
        ("delta(used_bytes[5m])", "B"),
        ("deriv(used_bytes[5m])", "B/s"),
        ("delta(start_timestamp_seconds[1h])", "s"),
        ("sum by (job) (rate(tokens_total[5m]))", "tokens/s"),
        ("sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))", "ratio"),
        ("100 * sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))", "%"),
        ("sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) * 100", "%"),
        ("(1 - acceptance_ratio) * 100", "%"),
        ("used_bytes / limit_bytes", "ratio"),
        ("100 - avg(rate(cpu_seconds_total[5m])) * 100", "%"),
        ("rate(cpu_seconds_total[5m])", "ratio"),
        ("rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])", "s"),
        ("sum(increase(latency_seconds_sum[5m])) / sum(increase(latency_seconds_count[5m]))", "s"),
        ("rate(wait_ms_sum[5m]) / rate(wait_ms_count[5m])", "ms"),
        ("rate(latency_seconds_count[5m])", "/s"),
        ("sum(rate(latency_seconds_bucket{le='1'}[5m])) / sum(rate(latency_seconds_count[5m]))", "ratio"),
        ("histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m])))", "s"),
        ("histogram_quantile(0.95, rate(native_seconds[5m]))", "s"),
        ("histogram_avg(rate(native_seconds[5m]))", "s"),
        ("histogram_sum(rate(native_seconds[5m])) / histogram_count(rate(native_seconds[5m]))", "s"),
        ("histogram_fraction(0, 1, rate(native_seconds[5m]))", "ratio"),
        ("time() - start_timestamp_seconds", "s"),
        ("start_timestamp_seconds + 60", "timestamp"),
        ("time() - timestamp(up)", "s"),
        ("start_timestamp_seconds * 1000", "timestamp_ms"),
        ("count(up)", ""),
        ("count(up == 0) / count(up)", "ratio"),
        ("avg(up)", "ratio"),
        ("sum(up)", ""),
        ("avg_over_time(up[1h])", "ratio"),
        ("up == bool 0", "bool"),
        ("count_over_time(used_bytes[5m])", ""),
        ("max_over_time(used_bytes[1d])", "B"),
        ("max_over_time(rate(tokens_total[5m])[1h:])", "tokens/s"),
        ("budget_usd * 0.8", "USD"),
        ("used_bytes / 1024 / 1024", "MiB"),
        ("used_bytes * 8", "bit"),
        ("wait_milliseconds / 1000", "s"),
        ("rate(cost_usd_total[1h]) * 3600", "USD/h"),
        ("rate(cost_usd_total[1h]) * 3600 * 24", "USD/d"),
        ("rate(cost_usd_total[1h]) * 86400", "USD/d"),
        ("rate(tokens_total[5m]) / rate(requests_total[5m])", "tokens"),
        ("requests_total + errors_total", ""),
        ("requests_total + requests_total", "req"),
        ("used_bytes > 5", "B"),
        ("5 < used_bytes", "B"),
        ("used_bytes or vector(0)", "B"),
        ("used_bytes or 0 * up", "B"),
        ("0 * up or used_bytes", "B"),
        ("used_bytes and on (job) up", "B"),
        ("abs(used_bytes - limit_bytes)", "B"),
        ("-used_bytes", "B"),
        ("scalar(used_bytes)", "B"),
        ("quantile(0.9, used_bytes)", "B"),
        ("clamp_max(used_bytes, 5)", "B"),
        ("predict_linear(used_bytes[1h], 3600)", "B"),
        ("absent(up)", ""),
        ("1 / rate(requests_total[5m])", "s"),
        # Unknown stays unknown.
        ("load", None),
        ("nobody_knows", None),
        ("rate(nobody_knows[5m])", None),
        ("used_bytes + wait_milliseconds", None),
        ("wait_milliseconds + rate(latency_seconds_sum[5m])", None),
        ("used_bytes or wait_milliseconds", None),
        ("rate(cost_usd_total[1h]) * 2592000", None),
        ("increase(requests_total[5m]) / 300", None),
        ("used_bytes * budget_usd", None),
        ("used_bytes ^ 2", None),
        ("start_timestamp_seconds * 2", None),
        ("log2(used_bytes)", None),
        ("42", None),
    ],
)
def test_units(expression: str, unit: str | None) -> None:
    found = typed(expression).unit
    assert (found.name if found else None) == unit


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("requests_total", 0, None),
        ("rate(requests_total[5m])", 0, None),
        ("delta(acceptance_ratio[5m])", None, None),
        ("acceptance_ratio", 0, 1),
        ("1 - acceptance_ratio", 0, 1),
        ("acceptance_ratio * 100", 0, 100),
        ("(1 - acceptance_ratio) * -1", -1, 0),
        ("-acceptance_ratio", -1, 0),
        ("temp_celsius / 2", -10, 45),
        ("abs(temp_celsius)", 0, 90),
        ("avg(acceptance_ratio)", 0, 1),
        ("sum(acceptance_ratio)", 0, None),
        ("sum(temp_celsius)", None, None),
        ("sum(acceptance_ratio > 0.5)", 0.5, None),
        ("max_over_time(acceptance_ratio[1h])", 0, 1),
        ("histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))", 0, 10),
        ("histogram_quantile(9, rate(latency_seconds_bucket[5m]))", None, None),
        ("histogram_quantile(0.9, rate(native_seconds[5m]))", None, None),
        ("quantile(0.5, acceptance_ratio)", 0, 1),
        ("quantile(2, acceptance_ratio)", None, None),
        ("count(up)", 1, None),
        ("group(up)", 1, 1),
        ("absent(up)", 1, 1),
        ("present_over_time(up[5m])", 1, 1),
        ("count_over_time(up[5m])", 1, None),
        ("changes(up[5m])", 0, None),
        ("hour()", 0, 23),
        ("up > bool 0", 0, 1),
        ("used_bytes > 5", 5, None),
        ("used_bytes < 5", 0, 5),
        ("5 > used_bytes", 0, 5),
        ("used_bytes == 5", 5, 5),
        ("up == 0", 0, 0),
        ("acceptance_ratio or vector(7)", 0, 7),
        ("clamp(temp_celsius, 0, 50)", 0, 50),
        ("clamp_min(temp_celsius, 0)", 0, 90),
        ("clamp_max(load, 5)", None, 5),
        ("clamp_max(used_bytes, scalar(load))", None, None),
        ("floor(temp_celsius / 7)", -3, 12),
        ("used_bytes / limit_bytes", 0, None),
        ("2 * 3 + 4 ^ 2", 22, 22),
        ("1 / 0", math.inf, math.inf),
    ],
)
def test_ranges(expression: str, low: float | None, high: float | None) -> None:
    found = typed(expression)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("expression", "labels"),
    [
        ("requests_total", "job instance method status"),
        ("sum(requests_total)", ""),
        ("sum by (job, absent_label) (requests_total)", "job"),
        ("sum without (instance) (requests_total)", "job method status"),
        ("topk by (job) (3, requests_total)", "job instance method status"),
        ('count_values by (job) ("v", up)', "job v"),
        ("sum by (a, b) (nobody_knows)", "a b"),
        ("sum without (a) (nobody_knows)", None),
        ("nobody_knows", None),
        ("sum by ($l) (requests_total)", None),
        ("histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))", "job instance method"),
        ("requests_total / errors_total", "job instance method status"),
        ("requests_total / ignoring (status) errors_total", "job instance method"),
        ("requests_total / on (job) errors_total", "job"),
        ("up * on (job, instance) group_left (version) build_info", "job instance version"),
        ("build_info * on (job, instance) group_right (version) up", "job instance version"),
        ("requests_total and on (job) up", "job instance method status"),
        ("up or build_info", "job instance version"),
        ("up or nobody_knows", None),
        ("requests_total > 5", "job instance method status"),
        ("5 * requests_total", "job instance method status"),
        ("scalar(up) + requests_total", "job instance method status"),
        ("vector(1)", ""),
        ('label_replace(up, "host", "$1", "instance", "(.*):.*")', "job instance host"),
        ('label_join(up, "key", "-", "job", "instance")', "job instance key"),
        ('absent(up{job="api", instance=~"a.*"})', "job"),
        ('absent(up{job="api", job!="b"})', ""),
        ("absent(sum(up))", ""),
        ("info(up)", None),
        ("time()", ""),
    ],
)
def test_labels(expression: str, labels: str | None) -> None:
    assert typed(expression, grafana="$l" in expression).labels == (
        None if labels is None else frozenset(labels.split())
    )


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("1 + 1", "scalar"),
        ("1 > bool 2", "scalar"),
        ('"text"', "string"),
        ("up", "vector"),
        ("up[5m]", "range"),
        ("rate(requests_total[5m])[1h:1m]", "range"),
        ("up + 1", "vector"),
        ("vector(1) + 1", "vector"),
        ("scalar(up)", "scalar"),
        ("time()", "scalar"),
    ],
)
def test_kinds(expression: str, kind: str) -> None:
    assert typed(expression).kind == kind


def test_grafana_variables_are_numbers_that_nobody_knows() -> None:
    assert typed("used_bytes * $factor", grafana=True).unit is None
    assert typed("used_bytes > $limit", grafana=True)._replace(may_be_nan=True) == typed("used_bytes")
    assert typed("rate(requests_total[$__rate_interval])", grafana=True).unit == unit_named("req/s")


def test_every_node_has_a_type() -> None:
    tree = parse("sum(rate(requests_total[5m])) > 5")
    types = infer(tree, known)
    assert isinstance(tree, Binary)
    assert types[tree.right].number == 5
    left = types[tree.left].unit
    assert left is not None
    assert left.name == "req/s"


def test_series_are_remembered_through_rates_and_sums_only() -> None:
    assert typed("sum by (le) (rate(latency_seconds_bucket[5m]))").series == KNOWN["latency_seconds_bucket"]
    assert typed("requests_total * 2").series is None


def test_every_function_and_aggregation_has_a_rule() -> None:
    assert not set(SIGNATURES) ^ RULES
    assert not set(AGGREGATIONS) ^ AGGREGATION_RULES
    for op, param in AGGREGATIONS.items():
        first = "" if param is None else '"v", ' if param == "a string" else "0.5, "
        assert typed(f"{op}({first}used_bytes)").labels is not None


def test_deep_trees_do_not_recurse() -> None:
    tree: Number | Unary | Binary | Parens = Number(1.0, (0, 1))
    for _ in range(20_000):
        tree = Unary("-", tree, (0, 1))
    assert type_of(tree, known).number == 1.0


numbers = st.sampled_from(["0", "1", "-1", "0.5", "3", "100", "1e308", "1e-320", "NaN", "Inf", "-Inf", "1024"])
leaves = st.sampled_from([*KNOWN, "vector(1)", "time()", "hour()", "nobody_knows"]) | numbers
operators = st.sampled_from(["+", "-", "*", "/", "%", "^", "atan2", "> bool", "== bool"])
functions = st.sampled_from(["abs", "ceil", "round", "sum", "avg", "max", "count", "-", "sgn", "exp", "sqrt", "stddev"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.tuples(inner, operators, inner).map(lambda parts: f"({' '.join(parts)})")
    called = st.tuples(functions, inner).map(
        lambda parts: f"{parts[0]}({parts[1]})" if parts[0] == "-" else f"{parts[0]}(vector(0) + {parts[1]})"
    )
    return joined | called


@given(st.recursive(leaves, grown, max_leaves=8))
def test_any_expression_has_a_type_without_nonsense(expression: str) -> None:
    found = typed(expression)
    for bound in (found.low, found.high):
        assert bound is None or not math.isnan(bound)
    assert found.low is None or found.high is None or found.low <= found.high
    assert found.unit is None or "×" not in found.unit.name


# --- over a catalogue of jobs ------------------------------------------------------------------------------------


def declared(name: str, type: str, job: str, **labels: list[str] | None) -> Metric:
    known = {label: Label(tuple(values)) if values else Label() for label, values in labels.items()}
    buckets = (0.5, 1.0, 5.0) if type == "histogram" else ()
    return Metric(("x",), name, type, "", None, known, job, 15.0 if job == "api" else 60.0, buckets, 0.0)


WORLD = Catalogue(
    {},
    frozenset({"node_load1"}),
    {"api": Scraped(("a:1", "b:1"), {"zone": "eu"}, 15.0), "worker": Scraped(("w",), {}, 60.0)},
).with_metrics(
    [
        declared("requests_total", "counter", "api", method=["get", "post"], status=["200", "404", "500"]),
        declared("errors_total", "counter", "api", kind=["timeout", ""]),
        declared("latency_seconds", "histogram", "api", method=["get", "post"]),
        declared("depth", "gauge", "worker", queue=None),
        declared("limit", "gauge", "worker", queue=None),
        declared("load", "gauge", "api", core=["0", "1"]),
        declared("load", "gauge", "worker"),
        Metric((), "up", "gauge", "", None, {}, low=0.0, high=1.0, open=True, origin="built-in"),
        Metric((), "ALERTS", "gauge", "", None, {"alertname": Label()}, open=True, origin="built-in"),
    ]
)


def found(text: str, world: Catalogue = WORLD) -> Types:
    return types_of(parse(text), world)


@pytest.mark.parametrize(
    ("expression", "sure", "values"),
    [
        (
            "requests_total",
            "job instance zone method status",
            {"job": "api", "instance": "a:1 b:1", "method": "get post"},
        ),
        ('requests_total{status=~"5.."}', "job instance zone method status", {"status": "500"}),
        ('requests_total{status!~"5..|4.."}', "job instance zone method status", {"status": "200"}),
        ('requests_total{method!="get"}', "job instance zone method status", {"method": "post"}),
        ('requests_total{method=~"$method"}', "job instance zone method status", {"method": "get post"}),
        ("errors_total", "job instance zone", {"kind": "timeout"}),
        ('errors_total{kind!=""}', "job instance zone kind", {"kind": "timeout"}),
        ('errors_total{kind=""}', "job instance zone", {}),
        ("depth", "job instance queue", {"instance": "w w:80 w:443"}),
        ('depth{queue=~"a|b"}', "job instance queue", {"queue": "a b"}),
        ("load", "job instance", {"job": "api worker", "core": "0 1", "zone": "eu"}),
        ('load{job="api"}', "job instance zone core", {"instance": "a:1 b:1"}),
        ("up", "job instance", {"job": "api worker"}),
        ('up{job="worker"}', "job instance", {"instance": "w w:80 w:443"}),
        ("ALERTS", "alertname", {}),
        ("node_load1", "", {}),
        ('node_load1{mode="idle"}', "mode", {"mode": "idle"}),
        ("latency_seconds_bucket", "job instance zone method le", {"le": "0.5 5e-01 1 1.0 1e+00 5 5.0 5e+00 +Inf"}),
        ("sum by (zone, queue) (load)", "", {"zone": "eu"}),
        ("sum without (instance) (requests_total)", "job zone method status", {"status": "200 404 500"}),
        ("requests_total or errors_total", "job instance zone", {"method": "get post", "kind": "timeout"}),
        ("load and on (zone) requests_total", "job instance zone", {"zone": "eu"}),
        ("load * on (instance) requests_total", "instance", {"instance": "a:1 b:1"}),
        ("load / ignoring (core) load", "job instance", {"job": "api worker"}),
        ("load * on (instance) group_left (method) requests_total", "job instance method", {"method": "get post"}),
        ('label_replace(up, "host", "$1", "instance", "(.*):.*")', "job instance", {"host": "a b w"}),
        ('label_replace(up, "job", "", "job", "api")', "instance", {"job": "worker"}),
        ('label_replace(depth, "queue", "x", "queue", "y")', "job instance queue", {}),
        ('label_join(up, "key", "/", "job", "zone")', "job instance key", {"key": "api/eu worker/ api/ worker/eu"}),
        ('absent(up{instance="a:1", job="api"})', "instance job", {"job": "api", "instance": "a:1"}),
        ('absent(up{job!="x", job="api"})', "", {"job": "api"}),  # Prometheus 2 gives the label, 3 does not
        ('count_values by (job) ("value", up)', "job value", {"job": "api worker"}),
    ],
)
def test_what_is_surely_there_and_what_it_can_be(expression: str, sure: str, values: dict[str, str]) -> None:
    result = types_of(parse(expression, grafana="$method" in expression), WORLD).result
    assert result.guaranteed == frozenset(sure.split())
    assert {name: result.values.get(name) for name in values} == {
        name: frozenset(texts.split()) for name, texts in values.items()
    }
    assert "kind" in values or "kind" not in result.values


@pytest.mark.parametrize(
    ("expression", "is_empty"),
    [
        ('requests_total{status="501"}', True),
        ('requests_total{status=~"6.."}', True),
        ('requests_total{nobody="x"}', True),
        ('requests_total{nobody!="x"}', False),
        ('requests_total{job="worker"}', True),
        ('requests_total{status=~"(5+)+"}', False),  # a pattern that is not tried
        ('node_load1{job="x"}', False),
        ('errors_total{kind="timeout", kind=""}', True),
        ('sum(rate(requests_total{status="501"}[5m])) / sum(rate(requests_total[5m]))', True),
        ('sum(requests_total{status="501"}) or sum(requests_total)', False),
        ("requests_total / depth", True),
        ("requests_total * on (job) depth", True),
        ("requests_total * on (zone) depth", True),
        ("requests_total and on () depth", False),
        ("requests_total unless depth", False),
        ("sum(depth) unless vector(1)", True),
        ("depth unless on () vector(1)", True),
        ("up > 1", True),
        ("up > bool 1", False),
        ("count(up) < 1", True),
        ("histogram_quantile(0.9, rate(latency_seconds_bucket[5m])) > 5", True),
        ("histogram_quantile(0.9, rate(latency_seconds_bucket[5m])) >= 5", False),
        ("topk(0, up)", True),
        ("clamp(up, 1, 0)", True),
        ("absent(vector(1))", True),
        ("absent(up > 1)", False),
    ],
)
def test_what_never_returns_anything(expression: str, is_empty: bool) -> None:
    assert found(expression).result.empty == is_empty


@pytest.mark.parametrize(
    ("expression", "always"),
    [
        ("1", True),
        ("vector(1)", True),
        ("up", False),
        ("up or vector(0)", True),
        ("sum(up) or vector(0)", True),
        ("(sum(up) or vector(0)) + 1", True),
        ("(sum(up) or vector(0)) > 0", False),
        ("(sum(up) or vector(0)) > bool 0", True),
        ("vector(1) > 0", True),
        ("scalar(up)", True),
        ("hour()", True),
        ("hour() >= 0", True),
        ("absent(up > 1)", True),
        ("absent(up)", False),
        ("vector(1) + vector(2)", True),
        ("vector(1) + on (job) up", False),
    ],
)
def test_what_always_returns_something(expression: str, always: bool) -> None:
    assert found(expression).result.always == always


@pytest.mark.parametrize(
    ("expression", "labels", "is_unique"),
    [
        ("requests_total", "instance method status", True),
        ("requests_total", "job instance method", False),
        ('requests_total{status="500"}', "instance method", True),
        ("sum by (method) (requests_total)", "method", True),
        ("sum(requests_total)", "", True),
        ("node_load1", "instance", False),
        ("sum by (instance) (node_load1)", "instance", True),
        ("topk(1, requests_total)", "", False),
        ("requests_total / ignoring (status) sum without (status) (requests_total)", "instance method", True),
        ("load * on (instance) group_left () up", "job instance core", True),
        ("up or requests_total", "job instance", False),
        ("histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))", "instance method", True),
        ("requests_total > on () group_left () sum(depth)", "instance method status", True),
    ],
)
def test_what_tells_series_apart(expression: str, labels: str, is_unique: bool) -> None:
    assert found(expression).result.labelling.is_unique_on(frozenset(labels.split())) == is_unique


def test_where_values_come_from() -> None:
    both = found("sum(rate(requests_total[5m])) / sum(depth)").result.source
    assert (both.metrics, both.jobs, both.interval) == (
        frozenset({"requests_total", "depth"}),
        frozenset({"api", "worker"}),
        60.0,
    )
    assert found("load").result.source.jobs == frozenset({"api", "worker"})
    assert found("node_load1 * 2").result.source.jobs is None
    assert found("up").result.source.interval == 60.0


@pytest.mark.parametrize(
    ("expression", "property"),
    [
        ("requests_total", "is_raw_counter"),
        ("max_over_time(requests_total[5m])", "is_raw_counter"),
        ("latency_seconds_count", "is_raw_counter"),
        ("sum(requests_total)", "is_aggregated_counter"),
        ("rate(requests_total[5m])", "is_no_counter"),
        ("sum(increase(requests_total[5m]))", "is_no_counter"),
        ("depth", "is_no_counter"),
        ("node_load1", ""),
        ("requests_total * 2", ""),
    ],
)
def test_what_is_still_a_counter(expression: str, property: str) -> None:
    result = found(expression).result
    names = ("is_raw_counter", "is_aggregated_counter", "is_no_counter")
    assert [name for name in names if getattr(result, name)] == ([property] if property else [])


def test_a_recording_is_what_its_rule_computes() -> None:
    def recorded(name: str, text: str, labels: dict[str, str]) -> Metric:
        made = recorded_type(expression(text, ("x",), WORLD), labels, WORLD)
        assert made is not None
        return Metric(("x",), name, "gauge", "", made.unit, {}, origin="recording", result=made, interval=15.0)

    world = WORLD.with_metrics(
        [
            recorded("job:bucket:rate5m", "sum by (job, le) (rate(latency_seconds_bucket[5m]))", {"team": "a"}),
            recorded("job:requests:sum", "sum by (job) (requests_total)", {}),
        ]
    )
    quantile = found("histogram_quantile(0.9, job:bucket:rate5m)", world).result
    assert (quantile.low, quantile.high) == (0, 5)
    assert quantile.values == {"job": {"api"}, "team": {"a"}}
    assert found("job:requests:sum", world).result.is_aggregated_counter
    assert found("vector(1) and on () job:requests:sum", world).result.always is False
    assert found('job:bucket:rate5m{team="b"}', world).result.empty


def test_labels_of_the_target_win_unless_the_job_honours_others() -> None:
    metric = declared("jobs_total", "counter", "api")._replace(labels={"job": Label(("a", "b"))})
    result = found("jobs_total", WORLD.with_metrics([metric])).result
    assert result.labels == frozenset({"job", "exported_job", "instance", "zone"})
    assert result.values["job"] == {"api"}
    honest = WORLD._replace(jobs={"api": Scraped((), {}, 15.0, honors=True)}).with_metrics([metric])
    assert found("jobs_total", honest).result.labels == frozenset({"job", "instance"})
    assert not found("jobs_total", honest).result.values
    renamed = WORLD._replace(jobs={"api": Scraped((), {}, 15.0, open=True)}).with_metrics([metric])
    assert found("jobs_total", renamed).result.labels is None


# --- what checks ask ---------------------------------------------------------------------------------------------


def asked(text: str) -> tuple[Binary, Types]:
    types = found(text)
    assert isinstance(types.tree, Binary)
    return types.tree, types


@pytest.mark.parametrize(
    ("expression", "misfitting", "strange"),
    [
        ('requests_total{status="501", method="get"}', "status", ""),
        ('requests_total{env="x"}', "env", "env"),
        ('requests_total{env!="x"}', "", "env"),
        ('requests_total{env=""}', "", ""),
        ('load{core="0", job="worker"}', "core job", ""),
        ('node_load1{env="x"}', "", ""),
    ],
)
def test_matchers_that_fit_nothing(expression: str, misfitting: str, strange: str) -> None:
    types = found(expression)
    assert isinstance(types.tree, Selector)
    known = types.known(types.tree)
    assert [matcher.label for matcher in facts.misfits(types.tree, known)] == misfitting.split()
    assert [matcher.label for matcher in facts.strange_matchers(types.tree, known)] == strange.split()


@pytest.mark.parametrize(
    ("expression", "estranged", "crowded"),
    [
        ("requests_total / depth", "instance job method queue status zone", (False, False)),
        ("requests_total / on (zone) depth", "zone", (True, True)),
        ("requests_total / on (instance, method) latency_seconds_count", "", (True, False)),
        ("requests_total / ignoring (status) latency_seconds_count", "", (True, False)),
        ("sum by (job) (requests_total) / on (job) sum by (job) (load)", "", (False, False)),
        ("load * on (instance) up", "", (True, True)),
        ('load{job="worker"} * on (instance) up{job="worker"}', "", (False, False)),
        ("depth > 5", "", (False, False)),
    ],
)
def test_joins_that_fail(expression: str, estranged: str, crowded: tuple[bool, bool]) -> None:
    node, types = asked(expression)
    assert facts.estranged_labels(node, types) == estranged.split()
    assert facts.crowded_sides(node, types) == crowded


@pytest.mark.parametrize(
    ("expression", "hides"),
    [
        ("sum(depth) > 0 or sum(load) > 0", True),
        ("depth > 0 or limit > 0", True),
        ("depth or load", False),
        ("sum(depth) or vector(0)", False),
        ("depth or on () load", True),
        ("requests_total{method='get'} or requests_total{method='post'}", False),
        ("node_load1 or node_load1", False),
    ],
)
def test_alternatives_that_hide_each_other(expression: str, hides: bool) -> None:
    node, types = asked(expression)
    assert facts.hides(node.matching, types[node.left], types[node.right]) is hides


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ("up > 1", False),
        ("up >= 0", True),
        ("up > 0", None),
        ("up == 2", False),
        ("up != 2", True),
        ("1 < up", False),
        ("count(up) >= 1", True),
        ('up{job="nobody"} > 1', None),
        ("present_over_time(up[5m]) != 1", False),
        ("up + 1", None),
    ],
)
def test_how_comparisons_come_out(expression: str, outcome: bool | None) -> None:
    assert facts.outcome_of(*asked(expression)) is outcome


@pytest.mark.parametrize(
    ("op", "pattern", "fitting"),
    [
        ("=", "a.c", "a.c"),
        ("=~", "a.c", "a.c abc"),
        ("=~", "abc|b", "abc b"),
        ("=~", "(abc|b)", "abc b"),
        ("=~", r"a\.c", "a.c"),
        ("=~", "[a-b].*", "a.c abc b"),
        ("!~", "a.+", "b"),
        ("!=", "b", "a.c abc"),
        ("=~", "(?:a.*|x)?", "a.c abc"),
        ("=~", "^ab?c$", "abc"),
        ("=~", "a{1,2}.c", "a.c abc"),
        ("=~", "(?i)ABC", None),
        ("=~", "(a|b)+", None),
        ("=~", "[[:alpha:]]+", None),
        ("=~", r"\pL+", None),
        ("=~", "$job", None),
    ],
)
def test_what_matchers_let_through(op: str, pattern: str, fitting: str | None) -> None:
    test = matcher_test(op, pattern)
    assert (test and " ".join(filter(test.fits, ("a.c", "abc", "b")))) == fitting


@pytest.mark.parametrize(
    "pattern",
    [
        "(a*)*b",
        "(a|aa)+b",
        ".*" * 60 + "b",
        "a?" * 60 + "a" * 60,
        "(a|b)" * 80,
        "a{9}{9}{9}{9}",
        "a" * 9000 + ".",
        "(" * 90,
    ],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    test = matcher_test("=~", pattern)
    assert test is None or not test.fits("a" * 200)


def test_an_expression_is_typed_once_over_a_catalogue() -> None:
    tree = parse("sum by (job) (rate(requests_total[5m])) / sum by (job) (load) > 1")
    assert types_of(tree, WORLD) is types_of(tree, WORLD)
