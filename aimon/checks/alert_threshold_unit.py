"""The bound of an alert measures what its expression measures.

Why: seconds never reach `5%`, and a rate is no count. Prometheus compares bare numbers and says nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {request_duration_seconds: {type: summary}}}
    alerts:
      Slow:
        expr: sum(rate(request_duration_seconds_sum[5m])) / sum(rate(request_duration_seconds_count[5m]))
        above: 5%
        for: 5m
        summary: Requests are slow
        action: Look at the database
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {request_duration_seconds: {type: summary}}}
    alerts:
      Slow:
        expr: sum(rate(request_duration_seconds_sum[5m])) / sum(rate(request_duration_seconds_count[5m]))
        above: 500ms
        for: 5m
        summary: Requests are slow
        action: Look at the database
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Alert, Stack
from aimon.units import comparable, describe
from aimon.usage import metrics_of

ID = "alert/threshold-unit"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound whose unit cannot be compared with that of the expression, where both are known."""
    for alert in stack.alerts():
        threshold, unit = alert.threshold, alert.expression.unit
        bound = threshold.quantity.unit if threshold is not None else None
        if threshold is not None and bound is not None and unit is not None and not comparable(bound, unit):
            written = f"`{threshold.at[-1]}: {threshold.quantity.text}`"
            message = f"{written} is {describe(bound)}, but the expression gives {describe(unit)}"
            cure = f"write a quantity in `{unit.name}`" if unit.name else "write a number without unit"
            yield Finding(ID, message, threshold.at, help=cure, related=tuple(_declarations(alert, stack)))


def _declarations(alert: Alert, stack: Stack) -> Iterator[Related]:
    """Where the metrics are declared that the unit follows from."""
    for name in metrics_of(alert.expression, stack.catalogue):
        metric = stack.catalogue.metrics[name][0]
        if metric.unit is not None and metric.at:
            yield Related(metric.at, f"`{name}` is {describe(metric.unit)}")
