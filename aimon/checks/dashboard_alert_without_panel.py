"""Whoever an alert wakes finds a picture of it.

Why: the first question at night is since when, and how bad. An alert links to its panel; where none shows the alert
or what it measures, somebody has to write a query first.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}, jobs_total: {type: counter}}}
    alerts:
      QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    dashboards:
      main: {rows: {Work: [{metric: jobs_total}]}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}, jobs_total: {type: counter}}}
    alerts:
      QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    dashboards:
      main: {rows: {Work: [{metric: jobs_total}, {alert: QueueTooLong}]}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.usage import Usage

ID = "dashboard/alert-without-panel"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert of which neither itself nor a metric that it reads is on a dashboard of the spec."""
    if not stack.spec.own_dashboards:
        return
    usage, own = Usage(stack), {alert.at for alert in stack.spec.alerts}
    for alert in stack.alerts():
        metrics = usage.metrics_of(alert.expression)
        if alert.at in own and metrics and not alert.panels and not any(map(usage.panels_on, metrics)):
            message = f"no panel shows `{alert.name}`, or what it measures"
            yield Finding(ID, message, alert.at, key=True, help=f"add a panel `{{alert: {alert.name}}}`")
