"""The unit of a metric is the one that its name tells.

Why: `_seconds` in the name and `ms` beside it cannot both be right, and every threshold and every axis follows from
one of them. A wrong one is wrong by a factor of a thousand.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration_seconds: {type: gauge, unit: ms}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration_seconds: {type: gauge, unit: s}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units import Unit, UnitError, describe, same_scale, unit_named, unit_of_metric_name

ID = "metric/unit-contradicts-name"


def check(stack: Stack) -> Iterator[Finding]:
    """Every declared unit that cannot be that of the name, where the name tells one."""
    for service in stack.spec.services:
        for metric in service.metrics:
            told, declared = unit_of_metric_name(metric.name, metric.type), _declared(metric.unit)
            if told is not None and declared is not None and _contradict(told, declared):
                message = f"`{metric.name}` is {describe(told)} by its name, but declared {describe(declared)}"
                cure = "leave `unit` out, or rename the metric"
                yield Finding(ID, message, (*metric.at, "unit"), help=cure)


def _declared(text: str | None) -> Unit | None:
    try:
        return unit_named(text) if text else None
    except UnitError:
        return None  # `metric/unknown-unit` reports it


def _contradict(told: Unit, declared: Unit) -> bool:
    """Points in time may be called like durations, and what is only counted may be called anything."""
    if declared.is_point or told.is_point or not (told.dimensions or told.is_share):
        return False
    return not same_scale(told, declared)
