"""The name of a metric is one that Prometheus takes.

Why: letters, digits, `_` and `:` are fine everywhere, with no digit in front. Anything else can be queried only in
quotes, and is refused by Prometheus before 3.0.

Bad::

    prometheus: {version: "2.53"}
    services:
      api: {targets: ['api:8080'], metrics: {http.requests: {type: gauge}}}

Good::

    prometheus: {version: "3.5"}
    services:
      api: {targets: ['api:8080'], metrics: {http.requests: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{metric: http.requests}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.promql.names import is_metric_name, mended, why_not
from aimon.spec import Metric, RecordingRule
from aimon.stack import Stack

ID = "metric/invalid-name"


def check(stack: Stack) -> Iterator[Finding]:
    """Every declared metric, and every recording rule, whose result is one."""
    version = stack.server.version
    declared = (metric for service in stack.spec.services for metric in service.metrics)
    metrics: tuple[Metric | RecordingRule, ...] = (*declared, *stack.spec.recording_rules)
    for metric in metrics:
        if not is_metric_name(metric.name, version):
            message = f"`{metric.name}` cannot be the name of a metric{why_not(version)}"
            cure = f"write `{mended(metric.name, 'a-zA-Z0-9_:')}`"
            yield Finding(ID, message, metric.at, key=True, help=cure)
