"""The types of aggregations: one row for each operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aimon.promql.labelling import OPEN, Labelling, grouped, has_variable, with_label
from aimon.promql.ranges import Range
from aimon.promql.result import Source, Type, computed, counted, nothing, vector
from aimon.promql.tree import Aggregation
from aimon.units import COUNT, RATIO, Unit, multiply


def aggregation_type(node: Aggregation, body: Type, param: Type | None) -> Type:
    """The type of an aggregation of values of the body's type."""
    if node.op in _CHOICES:
        return _chosen(node.op, body, param)
    if node.op == "count_values":
        return counted(body._replace(labelling=_counted_labels(node, body.labelling, param)), 1)
    body = body._replace(labelling=grouped(body.labelling, node.grouping), source=aggregated(body.source))
    rule = _RULES.get(node.op)
    return rule(body, param) if rule else computed(body)


def aggregated(source: Source) -> Source:
    """The source of values that were made of several samples."""
    return source._replace(form="aggregated") if source.form == "raw" else source


def _chosen(op: str, body: Type, param: Type | None) -> Type:
    """Whole series, whatever they are grouped by; of fewer than one there are none."""
    number = param.number if param else None
    if op == "limit_ratio":
        return nothing(body) if number == 0 else vector(body, always=False)
    if number is not None and number < 1:
        return nothing(body)
    return vector(body, always=body.always and number is not None and number >= 1)


def _counted_labels(node: Aggregation, labels: Labelling, param: Type | None) -> Labelling:
    """The labels of ``count_values``, which counts for each value anew and says in a label of which."""
    name = param.text if param else None
    if name is None or (node.grouping is not None and has_variable(node.grouping.labels)):
        return OPEN
    left = with_label(labels, name, None, True) if _is_without(node) else labels
    left = grouped(left, node.grouping)
    if not _is_without(node):
        left = with_label(left, name, None, True)
    return left._replace(key=left.names)


def _is_without(node: Aggregation) -> bool:
    return node.grouping is not None and node.grouping.without


def truth_share(unit: Unit | None) -> Unit | None:
    """The unit of an average: that of 0 and 1 is the share of ones."""
    return RATIO if unit is not None and unit.name == "bool" else unit


def truth_count(unit: Unit | None) -> Unit | None:
    """The unit of a sum: that of 0 and 1 is the number of ones."""
    return COUNT if unit is not None and unit.name == "bool" else unit


def sum_range(body: Type) -> Range:
    """The bounds of a sum of one or more values."""
    low = body.low if body.low is not None and body.low >= 0 else None
    high = body.high if body.high is not None and body.high <= 0 else None
    return low, high


def _average(body: Type, _: Type | None) -> Type:
    return vector(body, unit=truth_share(body.unit), may_be_nan=True)


def _extreme(body: Type, _: Type | None) -> Type:
    return vector(body)


def _sum(body: Type, _: Type | None) -> Type:
    low, high = sum_range(body)
    may_be_nan = body.may_be_nan or low is None  # an infinity less an infinity is none
    return vector(body, unit=truth_count(body.unit), low=low, high=high, may_be_nan=may_be_nan)


def _count(body: Type, _: Type | None) -> Type:
    return counted(body, 1)


def _group(body: Type, _: Type | None) -> Type:
    return counted(body, 1, 1)


def _deviation(body: Type, _: Type | None) -> Type:
    return computed(body, body.unit, 0)


def _variance(body: Type, _: Type | None) -> Type:
    return computed(body, multiply(body.unit, body.unit) if body.unit else None, 0)


def _quantile(body: Type, param: Type | None) -> Type:
    return within_quantile(body, param)


def within_quantile(body: Type, quantile: Type | None) -> Type:
    """The values that a quantile may choose; outside [0, 1] Prometheus answers with an infinity."""
    number = quantile.number if quantile else None
    if number is not None and 0 <= number <= 1:
        return vector(body, may_be_nan=True)
    return vector(body, low=None, high=None, may_be_nan=True)


_CHOICES = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_RULES: Mapping[str, Callable[[Type, Type | None], Type]] = {
    "avg": _average,
    "count": _count,
    "group": _group,
    "max": _extreme,
    "min": _extreme,
    "quantile": _quantile,
    "stddev": _deviation,
    "stdvar": _variance,
    "sum": _sum,
}
RULES = _RULES.keys() | _CHOICES | {"count_values"}
