"""What is said of the range of values when a bound is never or always crossed."""

from __future__ import annotations

from aimon.finding import Related
from aimon.promql.result import Type
from aimon.stack import Alert, Stack
from aimon.units import comparable


def fits(alert: Alert, values: Type) -> bool:
    """Whether the bound measures the same; otherwise that is the complaint, of `alert/threshold-unit`."""
    unit = alert.threshold.quantity.unit if alert.threshold is not None else None
    return unit is None or values.unit is None or comparable(unit, values.unit)


def said_range(values: Type) -> str:
    """The range of values in words."""
    low, high = ("" if bound is None else f"{bound:.12g}" for bound in (values.low, values.high))
    if low and high:
        return f"the values are between {low} and {high}" if low != high else f"the value is {low}"
    return f"the values are never below {low}" if low else f"the values are never above {high}"


def declared_ranges(values: Type, stack: Stack) -> tuple[Related, ...]:
    """Where the metrics are declared that the range follows from."""
    metrics = [found.metric for name in sorted(values.source.metrics) for found in stack.catalogue.find(name)]
    last = {metric.at: f"its largest bucket is {metric.bucket_names[-1]}" for metric in metrics if metric.buckets}
    return tuple(Related(each.at, last.get(each.at, "declared here")) for each in metrics if each.at)
