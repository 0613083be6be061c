"""A quantile is read from a histogram that still has its buckets.

Why: `histogram_quantile` finds the buckets by their label `le`. Of series that lost it in an aggregation, or that are
no histogram, it returns nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1]}}}
    recording_rules:
      job:request_seconds:p95: {expr: 'histogram_quantile(0.95, sum by (job) (rate(request_seconds_bucket[5m])))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1]}}}
    recording_rules:
      job:request_seconds:p95: {expr: 'histogram_quantile(0.95, sum by (job, le) (rate(request_seconds_bucket[5m])))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.tree import Aggregation, Call, Node, Span, selectors, walk
from aimon.promql.types import Types
from aimon.stack import Stack
from aimon.written import name_span

ID = "promql/le-lost"
_OPERAND = {"histogram_quantile": 1, "histogram_quantiles": 0, "histogram_fraction": 2}


def check(stack: Stack) -> Iterator[Finding]:
    """Every quantile of what is known to be no histogram, or to have no `le` any more."""
    return of_queries(stack, _all_wrong)


def _all_wrong(query: Query) -> Iterator[Finding]:
    for call in query.calls:
        if len(call.args) > _OPERAND.get(call.function, 9):
            yield from _wrong(call, call.args[_OPERAND[call.function]], query)


def _wrong(call: Call, operand: Node, query: Query) -> Iterator[Finding]:
    values = query.types[operand]
    series = values.series
    if values.empty or series is None or not (series.is_histogram or series.is_counter or series.is_gauge):
        return
    metrics = [found.metric for name in sorted(values.source.metrics) for found in query.known.find(name)]
    related = tuple(Related(metric.at, f"declared a {metric.type}") for metric in metrics if metric.at)
    if not series.is_histogram:
        is_part = any(metric.type == "histogram" for metric in metrics)
        cure = f"read `{series.name.rpartition('_')[0]}_bucket`" if is_part else "read the buckets of a histogram"
        what = f"the {series.part} of a {series.type}" if series.part else f"a {series.type}"
        message = f"`{call.function}` needs the buckets of a histogram, and `{series.name}` is {what}"
        found = next(iter(selectors(operand)), None)
        span = name_span(found, query.text) if found is not None else operand.span
        yield Finding(ID, message, query.at, span, help=cure, related=related)
    elif series.part == "bucket" and not values.labelling.may_have("le"):
        message = f"`{call.function}` needs the label `le`, and this leaves none"
        cure = "group `by (le, …)`, and never `without (le)`"
        yield Finding(ID, message, query.at, _loss(operand, query.types), help=cure, related=related)


def _loss(operand: Node, types: Types) -> Span:
    """Which aggregation took the label away; the operand where a recording rule did."""
    for node in walk(operand):
        if isinstance(node, Aggregation) and types[node.body].labelling.may_have("le"):
            return node.name_span
    return operand.span
