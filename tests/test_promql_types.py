"""The type of an expression follows from the types of the series that it reads."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon.promql.call_types import RULES
from aimon.promql.functions import AGGREGATIONS, SIGNATURES
from aimon.promql.labelling import closed
from aimon.promql.parse import parse
from aimon.promql.tree import Binary, Number, Parens, Selector, Unary
from aimon.promql.types import Series, Type, infer, type_of
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
        ("1 / 0", None, None),
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
