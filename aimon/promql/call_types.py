"""The types of function calls: one row for each function of Prometheus 2.42 … 3.x, one small rule for each behaviour.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from aimon.promql.aggregation_types import aggregated, sum_range, truth_count, truth_share, within_quantile
from aimon.promql.histogram_types import HISTOGRAM_RULES
from aimon.promql.label_types import joined_labels, replaced_labels, told_labels
from aimon.promql.labelling import BARE, OPEN, Labelling, has_variable
from aimon.promql.operator_types import comparison_outcome
from aimon.promql.ranges import added, negated
from aimon.promql.result import NOWHERE, Form, Type, computed, constant, counted, merely, mixed, nothing, vector
from aimon.promql.tree import Call
from aimon.units import COUNT, SECOND, Unit, multiply, per_second, unit_named

Rule: TypeAlias = Callable[[Sequence[Type], Call], Type]


def call_type(node: Call, args: Sequence[Type]) -> Type:
    """The type of a function call; of an unknown function nothing is known."""
    rule = _RULES.get(node.function)
    return rule(args, node) if rule else Type("vector")


# --- over time ---------------------------------------------------------------------------------------------------


def _rate(args: Sequence[Type], _: Call) -> Type:
    unit = per_second(args[0].unit) if args[0].unit else None
    return _grown(args[0], unit, "rate")


def _increase(args: Sequence[Type], _: Call) -> Type:
    return _grown(args[0], args[0].unit, "increase")


def _grown(values: Type, unit: Unit | None, form: Form) -> Type:
    """Growth takes every fall for a reset to zero, so it is negative only where values are or NaN hides a fall."""
    low = 0.0 if values.low is not None and values.low >= 0 and not values.may_be_nan else None
    source = values.source
    if source.form == "raw":
        source = source._replace(form=form)
    return vector(values, unit=unit, low=low, high=None, source=source, may_be_nan=True)


def _difference(args: Sequence[Type], _: Call) -> Type:
    """How far a value moved; two points in time are seconds apart."""
    unit = args[0].unit
    return computed(args[0], SECOND if unit and unit.name == "timestamp" else unit)


def _step(args: Sequence[Type], node: Call) -> Type:
    """The difference of two samples, which no extrapolation stretches."""
    bounds = (args[0].low, args[0].high)
    low, high = added(bounds, negated(bounds))
    return _difference(args, node)._replace(low=low, high=high)


def _slope(args: Sequence[Type], _: Call) -> Type:
    unit = args[0].unit
    return computed(args[0], per_second(unit) if unit else None)


def _forecast(args: Sequence[Type], _: Call) -> Type:
    return computed(args[0], args[0].unit)


def _kept(args: Sequence[Type], _: Call) -> Type:
    return vector(args[0])


def _average(args: Sequence[Type], _: Call) -> Type:
    return vector(args[0], unit=truth_share(args[0].unit), source=aggregated(args[0].source), may_be_nan=True)


def _sum(args: Sequence[Type], _: Call) -> Type:
    low, high = sum_range(args[0])
    source = aggregated(args[0].source)
    return vector(args[0], unit=truth_count(args[0].unit), low=low, high=high, source=source, may_be_nan=True)


def _deviation(args: Sequence[Type], _: Call) -> Type:
    return computed(args[0], args[0].unit, 0)


def _variance(args: Sequence[Type], _: Call) -> Type:
    unit = args[0].unit
    return computed(args[0], multiply(unit, unit) if unit else None, 0)


def _integral(args: Sequence[Type], _: Call) -> Type:
    unit = args[0].unit
    return computed(args[0], multiply(unit, SECOND) if unit else None)


def _counted(args: Sequence[Type], _: Call, low: float | None = None, high: float | None = None) -> Type:
    return counted(args[0] if args else _EVALUATION, low, high)


def _quantile_over_time(args: Sequence[Type], _: Call) -> Type:
    return within_quantile(args[1], args[0])


# --- one value at a time -----------------------------------------------------------------------------------------


def _absolute(args: Sequence[Type], _: Call) -> Type:
    values = args[0]
    if values.low is not None and values.low >= 0:
        return vector(values)
    high = None if values.low is None or values.high is None else max(abs(values.low), abs(values.high))
    return vector(values, low=0.0, high=high)


def _rounded(args: Sequence[Type], _: Call, to: Callable[[float], float]) -> Type:
    step = 1.0 if len(args) == 1 else args[1].number
    if step is None or not step > 0 or math.isinf(step) or not math.isfinite(1 / step):
        return vector(args[0], low=None, high=None, may_be_nan=True)
    bounds = (args[0].low, args[0].high)
    many = 1 / step  # as Prometheus computes it
    low, high = (None if bound is None or math.isinf(bound) else to(bound * many) / many for bound in bounds)
    if low == 0 and (args[0].low or 0.0) < 0:
        low = -0.0  # as Go rounds it
    return vector(args[0], low=low, high=high, may_be_nan=True)


def _half_up(number: float) -> float:
    return math.floor(number + 0.5)


def _clamped(args: Sequence[Type], node: Call) -> Type:
    """Values pushed between limits; between limits that are the wrong way round there is nothing."""
    values, first, last = args[0], args[1], args[-1]
    low, high, always = values.low, values.high, values.always
    if node.function == "clamp":
        fits = comparison_outcome("<=", first, last)
        if fits is False and not (first.may_be_nan or last.may_be_nan):  # NaN is no limit, but makes all NaN
            return nothing(vector(values))
        always = always and fits is True
    if node.function != "clamp_max":
        low = first.low if low is None else low if first.low is None else max(low, first.low)
        high = None if high is None or first.high is None else max(high, first.high)
    if node.function != "clamp_min":
        low = None if low is None or last.low is None else min(low, last.low)
        high = last.high if high is None else high if last.high is None else min(high, last.high)
    may_be_nan = values.may_be_nan or first.may_be_nan or last.may_be_nan
    return vector(values, low=low, high=high, always=always, may_be_nan=may_be_nan)


def _sign(args: Sequence[Type], _: Call) -> Type:
    low = 0.0 if args[0].low is not None and args[0].low >= 0 else -1.0
    high = 0.0 if args[0].high is not None and args[0].high <= 0 else 1.0
    return computed(args[0], None, low, high)


def _pure(args: Sequence[Type], _: Call, low: float | None = None, high: float | None = None) -> Type:
    """A mathematical function, whose result has no unit that could be told."""
    return computed(args[0], None, low, high)


def _to_scalar(args: Sequence[Type], _: Call) -> Type:
    """The one value there is, or NaN."""
    return args[0]._replace(kind="scalar", labelling=BARE, always=True, empty=False, may_be_nan=True)


def _to_vector(args: Sequence[Type], _: Call) -> Type:
    return args[0]._replace(kind="vector", labelling=BARE)


# --- labels ------------------------------------------------------------------------------------------------------


def _replaced(args: Sequence[Type], _: Call) -> Type:
    told = [text for text in (argument.text for argument in args[1:]) if text is not None]
    if len(told) < 4 or has_variable((told[0], told[2])):
        return vector(args[0], labelling=OPEN)
    return vector(args[0], labelling=replaced_labels(args[0].labelling, *told))


def _joined(args: Sequence[Type], _: Call) -> Type:
    told = [text for text in (argument.text for argument in args[1:]) if text is not None]
    if len(told) < len(args) - 1 or has_variable((told[0], *told[2:])):
        return vector(args[0], labelling=OPEN)
    return vector(args[0], labelling=joined_labels(args[0].labelling, told[0], told[1], tuple(told[2:])))


def _absent(args: Sequence[Type], node: Call) -> Type:
    """One value where there is nothing, and nothing where there is something."""
    source, labelling = merely(args[0].source), told_labels(node.args[0])
    return Type("vector", COUNT, 1, 1, labelling, source, always=args[0].empty, empty=args[0].always, may_be_nan=False)


def _enriched(args: Sequence[Type], _: Call) -> Type:
    """``info`` adds labels of metrics that nobody declared; those that are there stay."""
    labels = args[0].labelling
    return vector(args[0], labelling=Labelling(None, labels.sure, labels.values, labels.key), always=False)


# --- time --------------------------------------------------------------------------------------------------------

_EVALUATION = Type("vector", labelling=BARE, source=NOWHERE, always=True, may_be_nan=False)


def _number(unit: Unit | None, low: float | None = None, *, may_be_nan: bool = False) -> Type:
    return Type("scalar", unit, low, None, BARE, NOWHERE, always=True, may_be_nan=may_be_nan)


def _moment(_args: Sequence[Type], _: Call) -> Type:
    return _number(unit_named("timestamp"))


def _span(_args: Sequence[Type], _: Call) -> Type:
    return _number(SECOND, 0.0)


def _moments(args: Sequence[Type], _: Call) -> Type:
    return computed(args[0], unit_named("timestamp"), may_be_nan=False)


def _either(args: Sequence[Type], node: Call) -> Type:
    """``min_of`` and ``max_of`` two numbers."""
    one, other = args
    unit: Unit | None = one.unit if one.unit == other.unit else None
    if one.is_constant or other.is_constant:
        unit = other.unit if one.is_constant else one.unit
    return _number(unit, may_be_nan=True)._replace(source=mixed(one.source, other.source))


def _pi(_args: Sequence[Type], _: Call) -> Type:
    return constant(math.pi)


def _rows(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


_RULES: Mapping[str, Rule] = {
    **_rows("rate irate", _rate),
    **_rows("increase", _increase),
    **_rows("delta", _difference),
    **_rows("idelta", _step),
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
    **HISTOGRAM_RULES,
    **_rows("abs", _absolute),
    **_rows("ceil", partial(_rounded, to=math.ceil)),
    **_rows("floor", partial(_rounded, to=math.floor)),
    **_rows("round", partial(_rounded, to=_half_up)),
    **_rows("clamp clamp_max clamp_min", _clamped),
    **_rows("exp sqrt cosh", partial(_pure, low=0)),
    **_rows("ln log2 log10 deg rad tan acos acosh asin asinh atan atanh sinh", _pure),
    **_rows("sgn", _sign),
    **_rows("sin cos tanh", partial(_pure, low=-1, high=1)),
    **_rows("sort sort_desc sort_by_label sort_by_label_desc", _kept),
    **_rows("scalar", _to_scalar),
    **_rows("vector", _to_vector),
    **_rows("label_replace", _replaced),
    **_rows("label_join", _joined),
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
