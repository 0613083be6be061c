"""A counter is read by its growth.

Why: the value of a counter is what happened since the process started. It only grows, and a restart makes it zero, so
neither a bound nor a picture of it says anything about now.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_failed_total: {type: counter}}}
    recording_rules:
      job:jobs_failed:sum: {expr: sum by (job) (jobs_failed_total)}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_failed_total: {type: counter}}}
    recording_rules:
      job:jobs_failed:rate5m: {expr: 'sum by (job) (rate(jobs_failed_total[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.tree import Aggregation, Binary, Call, Node, Selector, children
from aimon.stack import Stack
from aimon.written import name_span

ID = "promql/raw-counter"

# What asks for growth, or only whether and when there is a sample; the last line is for `promql/delta-of-counter`.
_CALLS = frozenset({"rate", "irate", "increase", "changes", "resets", "absent", "absent_over_time", "timestamp"}) | {
    *("present_over_time", "count_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "start_timestamp"),
    *("delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing", "holt_winters"),
}
_COUNTS = frozenset({"count", "group"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every counter whose value is used as it is, once for each metric of a query."""
    return of_queries(stack, _raw)


def _raw(query: Query) -> Iterator[Finding]:
    seen = set[str]()
    for selector in _read(query.tree):
        known = query.types.known(selector)
        if not query.types[selector].is_raw_counter or any(series.recorded is not None for series in known):
            continue
        declared = [found.metric for found in query.known.find(selector.name or "")]
        if not declared or declared[0].name in seen:
            continue
        seen.add(declared[0].name)
        related = tuple(Related(metric.at, f"declared a {metric.type}") for metric in declared if metric.at)
        cure = f"write `rate({selector.name}[5m])`, or `increase` for how many"
        message = f"`{selector.name}` counts since the process started; its value says nothing about now"
        yield Finding(ID, message, query.at, name_span(selector, query.text), help=cure, related=related)


def _read(tree: Node) -> Iterator[Selector]:
    """The selectors whose values are used, in source order."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Selector):
            yield node
        elif isinstance(node, Binary) and node.op in ("and", "unless"):
            waiting.append(node.left)
        elif not (isinstance(node, Call) and node.function in _CALLS) and not (
            isinstance(node, Aggregation) and node.op in _COUNTS
        ):
            waiting.extend(reversed(children(node)))
