"""An expression uses no function that Prometheus has dropped.

Why: the server that `prometheus.version` names refuses the whole rule file for it.

Bad::

    prometheus: {version: "3.5"}
    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue_length:smooth1h:
        expr: holt_winters(queue_length[1h], 0.5, 0.1)

Good::

    prometheus: {version: "3.5"}
    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue_length:avg1h:
        expr: avg_over_time(queue_length[1h])
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding
from aimon.promql.versions import removed_in
from aimon.stack import Stack

ID = "promql/removed-function"


def check(stack: Stack) -> Iterator[Finding]:
    """Every call of a function that the stack's Prometheus has no longer."""
    return of_queries(stack, lambda query: _dropped(query, stack.server.version))


def _dropped(query: Query, version: tuple[int, int]) -> Iterator[Finding]:
    for span, function, since, successor in removed_in(query.tree, version):
        yield Finding(ID, f"Prometheus {since} has dropped {function}", query.at, span, help=f"use {successor}")
