"""The unit of a metric is one that aimon knows.

Why: the unit decides what an alert's bound means and how a panel shows the values; an unknown one decides nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_wait: {type: gauge, unit: secnds}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_wait: {type: gauge, unit: seconds}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.spec import Metric, RecordingRule
from aimon.stack import Stack
from aimon.units import UnitError, unit_named

ID = "metric/unknown-unit"


def check(stack: Stack) -> Iterator[Finding]:
    """The units of metrics and of recording rules."""
    declared = (metric for service in stack.spec.services for metric in service.metrics)
    metrics: tuple[Metric | RecordingRule, ...] = (*declared, *stack.spec.recording_rules)
    for metric in metrics:
        try:
            if metric.unit is not None:
                unit_named(metric.unit)
        except UnitError as error:
            yield Finding(ID, error.message, (*metric.at, "unit"), help=error.help)
