"""What only a spec tells: the metrics that are declared, with their labels and buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aimon.catalogue import Label, Metric
from aimon.stack import Stack
from aimon.thing import METRIC, Thing
from aimon.units import describe


def declared(stack: Stack) -> Iterator[Thing]:
    """Every metric of every job."""
    for job in stack.jobs:
        for metric in job.metrics:
            yield Thing(METRIC, metric.name, metric, _metric, metric.at)


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "type": metric.type,
        "unit": "" if metric.unit is None else describe(metric.unit),
        "job": metric.job or "",
        "help": metric.help,
        **{f"label.{name}": _values(label) for name, label in metric.labels.items()},
        **({"buckets": list(metric.buckets)} if metric.buckets else {}),
        "range": [metric.low, metric.high],
    }


def _values(label: Label) -> list[str] | int | str:
    """All values, how many there are at most, or that nobody says."""
    if label.values is not None:
        return sorted(label.values)
    return "any" if label.limit is None else label.limit
