"""The types of function calls: one row for each function of Prometheus 2.42 … 3.x, one small rule for each behaviour.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from aimon.promql.aggregation_types import sum_range, truth_count, truth_share, within_quantile
from aimon.promql.result import Labels, Type, constant, counted, has_variable, vector
from aimon.promql.tree import Call, Node, Selector, bare
from aimon.units import COUNT, RATIO, SECOND, Unit, divide, multiply, per_second, unit_named

Rule: TypeAlias = Callable[[Sequence[Type], Call], Type]


def call_type(node: Call, args: Sequence[Type]) -> Type:
    """The type of a function call; of an unknown function nothing is known."""
    rule = _RULES.get(node.function)
    return rule(args, node) if rule else Type("vector")


# --- over time ---------------------------------------------------------------------------------------------------


def _rate(args: Sequence[Type], _: Call) -> Type:
    unit = per_second(args[0].unit) if args[0].unit else None
    return vector(args[0], unit=unit, low=0.0, high=None)


def _increase(args: Sequence[Type], _: Call) -> Type:
    return vector(args[0], low=0.0, high=None)


def _difference(args: Sequence[Type], _: Call) -> Type:
    """How far a value moved; two points in time are seconds apart."""
    unit = args[0].unit
    return vector(args[0], unit=SECOND if unit and unit.name == "timestamp" else unit, low=None, high=None)


def _slope(args: Sequence[Type], _: Call) -> Type:
    unit = args[0].unit
    return vector(args[0], unit=per_second(unit) if unit else None, low=None, high=None)


def _forecast(args: Sequence[Type], _: Call) -> Type:
    return vector(args[0], low=None, high=None)


def _kept(args: Sequence[Type], _: Call) -> Type:
    return vector(args[0])


def _average(args: Sequence[Type], _: Call) -> Type:
    return vector(args[0], unit=truth_share(args[0].unit))


def _sum(args: Sequence[Type], _: Call) -> Type:
    low, high = sum_range(args[0])
    return vector(args[0], unit=truth_count(args[0].unit), low=low, high=high)


def _deviation(args: Sequence[Type], _: Call) -> Type:
    return Type("vector", args[0].unit, 0, None, args[0].labels)


def _variance(args: Sequence[Type], _: Call) -> Type:
    unit = args[0].unit
    return Type("vector", multiply(unit, unit) if unit else None, 0, None, args[0].labels)


def _integral(args: Sequence[Type], _: Call) -> Type:
    unit = args[0].unit
    return Type("vector", multiply(unit, SECOND) if unit else None, None, None, args[0].labels)


def _counted(args: Sequence[Type], _: Call, low: float | None = None, high: float | None = None) -> Type:
    return counted(low, high, args[0].labels if args else frozenset())


def _quantile_over_time(args: Sequence[Type], _: Call) -> Type:
    return vector(within_quantile(args[1], args[0]))


# --- histograms --------------------------------------------------------------------------------------------------


def _histogram_quantile(args: Sequence[Type], _: Call) -> Type:
    return _estimated(args[1], [args[0].number])


def _histogram_quantiles(args: Sequence[Type], _: Call) -> Type:
    estimated = _estimated(args[0], [quantile.number for quantile in args[2:]])
    name, labels = args[1].text, estimated.labels
    return estimated._replace(labels=None if labels is None or name is None else labels | {name})


def _estimated(histogram: Type, quantiles: Sequence[float | None]) -> Type:
    """A quantile cannot leave the finite buckets, whatever was observed.

    Source: ``BucketQuantile`` in promql/quantile.go: a rank in the last bucket gives the upper bound of the one before.
    """
    labels = None if histogram.labels is None else histogram.labels - {"le"}
    series = histogram.series
    if series is None or not series.is_histogram:
        return Type("vector", labels=labels)
    if not all(number is not None and 0 <= number <= 1 for number in quantiles):
        return Type("vector", series.unit, labels=labels)
    is_classic = series.largest_bucket is not None
    low = series.low if series.low is not None else 0.0 if is_classic else None
    return Type("vector", series.unit, low, series.largest_bucket, labels)


def _histogram_fraction(args: Sequence[Type], _: Call) -> Type:
    labels = args[2].labels
    return Type("vector", RATIO, 0, 1, None if labels is None else labels - {"le"})


def _histogram_average(args: Sequence[Type], _: Call) -> Type:
    series = args[0].series
    return Type("vector", series.unit if series else None, labels=args[0].labels)


def _histogram_count(args: Sequence[Type], _: Call) -> Type:
    """How many observations; of a rate of histograms how many a second."""
    unit, series = args[0].unit, args[0].series
    times = divide(unit, series.unit) if unit and series and series.unit else None
    return Type("vector", COUNT if times and times.is_share else times, 0, None, args[0].labels)


def _histogram_sum(args: Sequence[Type], _: Call) -> Type:
    return Type("vector", args[0].unit, labels=args[0].labels)


# --- one value at a time -----------------------------------------------------------------------------------------


def _absolute(args: Sequence[Type], _: Call) -> Type:
    values = args[0]
    if values.low is not None and values.low >= 0:
        return vector(values)
    high = None if values.low is None or values.high is None else max(abs(values.low), abs(values.high))
    return vector(values, low=0.0, high=high)


def _rounded(args: Sequence[Type], _: Call, to: Callable[[float], float]) -> Type:
    if len(args) > 1:
        return vector(args[0], low=None, high=None)
    bounds = (args[0].low, args[0].high)
    low, high = (None if bound is None or math.isinf(bound) else float(to(bound)) for bound in bounds)
    return vector(args[0], low=low, high=high)


def _half_up(number: float) -> float:
    return math.floor(number + 0.5)


def _clamped(args: Sequence[Type], node: Call) -> Type:
    values, limits = args[0], [limit.number for limit in args[1:]]
    least = limits[0] if node.function != "clamp_max" else -math.inf
    most = limits[-1] if node.function != "clamp_min" else math.inf
    if least is None or most is None or math.isnan(least + most):
        return vector(values, low=None, high=None)
    low, high = (-math.inf if values.low is None else values.low), (math.inf if values.high is None else values.high)
    low, high = min(max(low, least), most), min(max(high, least), most)
    return vector(values, low=None if low == -math.inf else low, high=None if high == math.inf else high)


def _pure(args: Sequence[Type], _: Call, low: float | None = None, high: float | None = None) -> Type:
    """A mathematical function, whose result has no unit that could be told."""
    return Type("vector", None, low, high, args[0].labels)


def _to_scalar(args: Sequence[Type], _: Call) -> Type:
    return args[0]._replace(kind="scalar", labels=frozenset())


def _to_vector(args: Sequence[Type], _: Call) -> Type:
    return args[0]._replace(kind="vector", labels=frozenset())


# --- labels ------------------------------------------------------------------------------------------------------


def _labelled(args: Sequence[Type], _: Call) -> Type:
    """``label_replace`` and ``label_join`` add the label that their second argument names."""
    name, labels = args[1].text, args[0].labels
    if name is None or labels is None or has_variable((name,)):
        return vector(args[0], labels=None)
    return vector(args[0], labels=labels | {name})


def _absent(_args: Sequence[Type], node: Call) -> Type:
    return counted(1, 1, _told_labels(node.args[0]))


def _told_labels(node: Node) -> Labels:
    """The labels of ``absent(selector)``: those that an equality tells, once each; other expressions have none.

    Source: ``createLabelsForAbsentFunction`` in promql/functions.go.
    """
    node = bare(node)
    if not isinstance(node, Selector):
        return frozenset()
    if node.any_of or has_variable(tuple(matcher.label for matcher in node.matchers)):
        return None
    written = [matcher.label for matcher in node.matchers]
    return frozenset(
        found.label for found in node.matchers if found.op == "=" and written.count(found.label) == 1 and found.value
    )


def _enriched(args: Sequence[Type], _: Call) -> Type:
    """``info`` adds labels of metrics that nobody declared."""
    return vector(args[0], labels=None)


# --- time --------------------------------------------------------------------------------------------------------


def _moment(_args: Sequence[Type], _: Call) -> Type:
    return Type("scalar", unit_named("timestamp"), 0.0, None, frozenset())


def _span(_args: Sequence[Type], _: Call) -> Type:
    return Type("scalar", SECOND, 0.0, None, frozenset())


def _moments(args: Sequence[Type], _: Call) -> Type:
    return Type("vector", unit_named("timestamp"), None, None, args[0].labels)


def _either(args: Sequence[Type], node: Call) -> Type:
    """``min_of`` and ``max_of`` two numbers."""
    one, other = args
    unit: Unit | None = one.unit if one.unit == other.unit else None
    if one.is_constant or other.is_constant:
        unit = other.unit if one.is_constant else one.unit
    return Type("scalar", unit, labels=frozenset())


def _pi(_args: Sequence[Type], _: Call) -> Type:
    return constant(math.pi)


def _rows(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


_RULES: Mapping[str, Rule] = {
    **_rows("rate irate", _rate),
    **_rows("increase", _increase),
    **_rows("delta idelta", _difference),
    **_rows("deriv", _slope),
    **_rows("predict_linear double_exponential_smoothing holt_winters", _forecast),
    **_rows("min_over_time max_over_time last_over_time first_over_time", _kept),
    **_rows("avg_over_time", _average),
    **_rows("sum_over_time", _sum),
    **_rows("stddev_over_time mad_over_time", _deviation),
    **_rows("stdvar_over_time", _variance),
    **_rows("integral", _integral),
    **_rows("changes resets", partial(_counted, low=0)),
    **_rows("count_over_time", partial(_counted, low=1)),
    **_rows("present_over_time", partial(_counted, low=1, high=1)),
    **_rows("quantile_over_time", _quantile_over_time),
    **_rows("histogram_quantile", _histogram_quantile),
    **_rows("histogram_quantiles", _histogram_quantiles),
    **_rows("histogram_fraction", _histogram_fraction),
    **_rows("histogram_avg histogram_stddev", _histogram_average),
    **_rows("histogram_count", _histogram_count),
    **_rows("histogram_sum", _histogram_sum),
    **_rows("abs", _absolute),
    **_rows("ceil", partial(_rounded, to=math.ceil)),
    **_rows("floor", partial(_rounded, to=math.floor)),
    **_rows("round", partial(_rounded, to=_half_up)),
    **_rows("clamp clamp_max clamp_min", _clamped),
    **_rows("exp sqrt cosh", partial(_pure, low=0)),
    **_rows("ln log2 log10 deg rad tan acos acosh asin asinh atan atanh sinh", _pure),
    **_rows("histogram_stdvar", _pure),
    **_rows("sgn sin cos tanh", partial(_pure, low=-1, high=1)),
    **_rows("sort sort_desc sort_by_label sort_by_label_desc", _kept),
    **_rows("scalar", _to_scalar),
    **_rows("vector", _to_vector),
    **_rows("label_replace label_join", _labelled),
    **_rows("absent absent_over_time", _absent),
    **_rows("info", _enriched),
    **_rows("time start end", _moment),
    **_rows("range step", _span),
    **_rows("timestamp start_timestamp", _moments),
    **_rows("ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time", _moments),
    **_rows("min_of max_of", _either),
    **_rows("pi", _pi),
    **_rows("minute", partial(_counted, low=0, high=59)),
    **_rows("hour", partial(_counted, low=0, high=23)),
    **_rows("day_of_week", partial(_counted, low=0, high=6)),
    **_rows("day_of_month", partial(_counted, low=1, high=31)),
    **_rows("day_of_year", partial(_counted, low=1, high=366)),
    **_rows("days_in_month", partial(_counted, low=28, high=31)),
    **_rows("month", partial(_counted, low=1, high=12)),
    **_rows("year", _counted),
}
RULES = frozenset(_RULES)
