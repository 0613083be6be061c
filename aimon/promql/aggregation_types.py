"""The types of aggregations: one row for each operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aimon.promql.result import Labels, Type, counted, has_variable, vector
from aimon.promql.tree import Aggregation, Grouping
from aimon.units import COUNT, RATIO, Unit, multiply


def aggregation_type(node: Aggregation, body: Type, param: Type | None) -> Type:
    """The type of an aggregation of values of the body's type."""
    if node.op in _CHOICES:
        return vector(body)
    labels = grouped(body.labels, node.grouping)
    if node.op == "count_values":
        name = param.text if param else None
        return counted(1, None, None if labels is None or name is None else labels | {name})
    rule = _RULES.get(node.op)
    return rule(body, labels, param) if rule else Type("vector", labels=labels)


def grouped(labels: Labels, grouping: Grouping | None) -> Labels:
    """The labels that an aggregation leaves."""
    if grouping is None:
        return frozenset()
    if has_variable(grouping.labels):
        return None
    names = frozenset(grouping.labels)
    if grouping.without:
        return None if labels is None else labels - names
    return names if labels is None else labels & names


def truth_share(unit: Unit | None) -> Unit | None:
    """The unit of an average: that of 0 and 1 is the share of ones."""
    return RATIO if unit is not None and unit.name == "bool" else unit


def truth_count(unit: Unit | None) -> Unit | None:
    """The unit of a sum: that of 0 and 1 is the number of ones."""
    return COUNT if unit is not None and unit.name == "bool" else unit


def sum_range(body: Type) -> tuple[float | None, float | None]:
    """The bounds of a sum of one or more values."""
    low = body.low if body.low is not None and body.low >= 0 else None
    high = body.high if body.high is not None and body.high <= 0 else None
    return low, high


def _average(body: Type, labels: Labels, _: Type | None) -> Type:
    return vector(body, labels=labels, unit=truth_share(body.unit))


def _extreme(body: Type, labels: Labels, _: Type | None) -> Type:
    return vector(body, labels=labels)


def _sum(body: Type, labels: Labels, _: Type | None) -> Type:
    low, high = sum_range(body)
    return vector(body, labels=labels, unit=truth_count(body.unit), low=low, high=high)


def _count(_body: Type, labels: Labels, _: Type | None) -> Type:
    return counted(1, None, labels)


def _group(_body: Type, labels: Labels, _: Type | None) -> Type:
    return counted(1, 1, labels)


def _deviation(body: Type, labels: Labels, _: Type | None) -> Type:
    return Type("vector", body.unit, 0, None, labels)


def _variance(body: Type, labels: Labels, _: Type | None) -> Type:
    return Type("vector", multiply(body.unit, body.unit) if body.unit else None, 0, None, labels)


def _quantile(body: Type, labels: Labels, param: Type | None) -> Type:
    return vector(within_quantile(body, param), labels=labels)


def within_quantile(body: Type, quantile: Type | None) -> Type:
    """The values that a quantile may choose; outside [0, 1] Prometheus answers with an infinity."""
    number = quantile.number if quantile else None
    return body if number is not None and 0 <= number <= 1 else vector(body, low=None, high=None)


_CHOICES = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})  # they keep whole series, whatever they group by
_RULES: Mapping[str, Callable[[Type, Labels, Type | None], Type]] = {
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
