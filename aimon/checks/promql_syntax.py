"""An expression is PromQL.

Why: Prometheus refuses a whole rule file for one rule that does not parse, and a panel with such a query shows nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m:
        expr: sum by (job (rate(http_requests_total[5m]))

Good::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m:
        expr: sum by (job) (rate(http_requests_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.promql.parse import Unsupported
from aimon.stack import Stack
from aimon.written import queries

ID = "promql/syntax"


def check(stack: Stack) -> Iterator[Finding]:
    """Every expression that Prometheus would refuse; what is only beyond our own reader is left to promtool."""
    for query in queries(stack):
        problem = query.problem
        if problem is not None and not isinstance(problem, Unsupported):
            yield Finding(ID, problem.message, query.at, problem.span, help=problem.help)
