"""An expression uses only what the oldest Prometheus of the stack knows.

Why: `prometheus.version` names the oldest server that must load the rules; one that does not know a function refuses
the whole file.

Bad::

    prometheus: {version: "2.42"}
    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue_length:mad10m:
        expr: mad_over_time(queue_length[10m])

Good::

    prometheus: {version: "2.42"}
    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue_length:stddev10m:
        expr: stddev_over_time(queue_length[10m])
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.promql.parse import Unsupported
from aimon.promql.tree import Span
from aimon.promql.versions import newer_than
from aimon.stack import Expression, Stack
from aimon.written import queries

ID = "promql/too-new"


def check(stack: Stack) -> Iterator[Finding]:
    """Everything that came with a later Prometheus."""
    version = stack.server.version
    for query in queries(stack):
        for span, feature, since in dict.fromkeys(_newer(query, version)):
            message = f"{feature} needs Prometheus {since}, but {version[0]}.{version[1]} must load it"
            cure = f'write `prometheus: {{version: "{since}"}}` if no older one is in use'
            yield Finding(ID, message, query.at, span, help=cure)


def _newer(query: Expression, version: tuple[int, int]) -> Iterator[tuple[Span, str, str]]:
    if query.tree is not None:
        yield from newer_than(query.tree, query.text, version)
    problem = query.problem
    if isinstance(problem, Unsupported) and problem.since:
        major, _, minor = problem.since.partition(".")
        if (int(major), int(minor)) > version:
            yield problem.span, "this syntax", problem.since
