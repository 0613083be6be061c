"""What only a spec tells: the metrics that are declared, with their labels and buckets, and the objectives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aimon import spec
from aimon.catalogue import Label, Metric
from aimon.conventions import DEFAULT_SLO_WINDOW
from aimon.inventory.plain import expression, length
from aimon.stack import Stack
from aimon.thing import METRIC, SLO, Thing
from aimon.units import describe


def declared(stack: Stack) -> Iterator[Thing]:
    """Every metric of every job, and every objective."""
    for job in stack.jobs:
        for metric in job.metrics:
            yield Thing(METRIC, metric.name, metric, _metric, metric.at)
    for slo in stack.spec.slos:
        yield Thing(SLO, slo.name, slo, _slo, slo.at)


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


def _slo(slo: spec.Slo) -> dict[str, Any]:
    """The share of good events, over which time, and what an event is; its rules and alerts speak for themselves."""
    counted = {"errors": slo.errors, "good": slo.good, "total": slo.total, "ratio": slo.ratio}
    return {
        "objective": str(slo.objective),
        "window": length(slo.window, DEFAULT_SLO_WINDOW),
        **{f"events.{name}": expression(text) for name, text in counted.items() if text},
        **({"events.latency": expression(slo.latency.metric)} if slo.latency else {}),
        **({"latency_bound": str(slo.latency.below)} if slo.latency else {}),
        "by": sorted(slo.by or ()),
    }
