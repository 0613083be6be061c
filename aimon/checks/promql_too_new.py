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

from aimon.alike import Query, of_queries
from aimon.document import Address
from aimon.finding import Finding
from aimon.promql.parse import Unsupported
from aimon.promql.tree import Span
from aimon.promql.versions import Version, newer_than
from aimon.stack import Stack
from aimon.written import queries

ID = "promql/too-new"


def check(stack: Stack) -> Iterator[Finding]:
    """Everything that came with a later Prometheus."""
    version = stack.server.version
    yield from of_queries(stack, lambda query: _newer(query, version))
    for unread in queries(stack):
        problem = unread.problem
        if isinstance(problem, Unsupported) and problem.since:
            major, _, minor = problem.since.partition(".")
            if (int(major), int(minor)) > version:
                yield _finding(unread.at, problem.span, "this syntax", problem.since, version)


def _newer(query: Query, version: Version) -> Iterator[Finding]:
    for span, feature, since in dict.fromkeys(newer_than(query.tree, query.text, version)):
        yield _finding(query.at, span, feature, since, version)


def _finding(at: Address, span: Span, feature: str, since: str, version: Version) -> Finding:
    message = f"{feature} needs Prometheus {since}, but {version[0]}.{version[1]} must load it"
    cure = f'write `prometheus: {{version: "{since}"}}` if no older one is in use'
    return Finding(ID, message, at, span, help=cure)
