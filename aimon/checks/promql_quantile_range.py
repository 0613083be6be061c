"""A quantile lies between 0 and 1.

Why: it is a share and no percentage. Prometheus answers `histogram_quantile(95, …)` with infinity, which is above every
bound, and a negative one with minus infinity.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1]}}}
    recording_rules:
      job:request_seconds:p95: {expr: 'histogram_quantile(95, sum by (job, le) (rate(request_seconds_bucket[5m])))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1]}}}
    recording_rules:
      job:request_seconds:p95: {expr: 'histogram_quantile(0.95, sum by (job, le) (rate(request_seconds_bucket[5m])))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding
from aimon.promql.tree import Aggregation, Call, Node
from aimon.stack import Stack

ID = "promql/quantile-range"


def check(stack: Stack) -> Iterator[Finding]:
    """Every quantile that is known to lie outside."""
    return of_queries(stack, _outside)


def _outside(query: Query) -> Iterator[Finding]:
    for quantile in (each for node in query.nodes for each in _quantiles(node)):
        number = query.types[quantile].number
        if number is not None and (number < 0 or number > 1):
            cure = f"write `{number / 100:.12g}`" if 1 < number <= 100 else "write a number between 0 and 1"
            message = f"a quantile is between 0 and 1, and this is {number:.12g}"
            yield Finding(ID, message, query.at, quantile.span, help=cure)


def _quantiles(node: Node) -> tuple[Node, ...]:
    """The arguments that are quantiles."""
    if isinstance(node, Aggregation):
        return (node.param,) if node.op == "quantile" and node.param is not None else ()
    if isinstance(node, Call) and node.function in ("histogram_quantile", "quantile_over_time"):
        return node.args[:1]
    return node.args[2:] if isinstance(node, Call) and node.function == "histogram_quantiles" else ()
