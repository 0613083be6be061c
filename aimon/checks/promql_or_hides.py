"""Both sides of `or` can be seen.

Why: `or` leaves out what has the same labels as something on the left, and names do not count. Of two sums, or two
metrics with the same labels, the right one never shows while the left one is there.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {io_faults_total: {type: counter}, net_faults_total: {type: counter}}}
    recording_rules:
      job:faults:rate5m: {expr: 'sum by (job) (rate(io_faults_total[5m])) or sum by (job) (rate(net_faults_total[5m]))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {io_faults_total: {type: counter}, net_faults_total: {type: counter}}}
    recording_rules:
      job:faults:rate5m: {expr: 'sum by (job) (rate(io_faults_total[5m])) + sum by (job) (rate(net_faults_total[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.facts import hides
from aimon.promql.tree import Binary, walk
from aimon.stack import Stack

ID = "promql/or-hides"


def check(stack: Stack) -> Iterator[Finding]:
    """Every `or` whose right side vanishes; one that is always a number, or stands in for a case, is a fallback."""
    return of_queries(stack, _hidden)


def _hidden(query: Query) -> Iterator[Finding]:
    for node in query.binaries:
        if node.op != "or":
            continue
        left, right = query.types[node.left], query.types[node.right]
        is_fallback = right.low is not None and right.low == right.high
        is_choice = any(isinstance(each, Binary) and each.op in ("and", "unless") for each in walk(node.left))
        # Of metrics that nobody declares one may be the other's name in a later version.
        is_declared = all(map(query.known.find, left.source.metrics | right.source.metrics))
        if is_declared and not is_fallback and not is_choice and hides(node.matching, left, right):
            labels = ", ".join(sorted(left.labels or ())) or "none"
            message = f"the right side of `or` is hidden by the left one: the labels of both are the same ({labels})"
            cure = 'tell them apart, with `label_replace(…, "kind", "…", "", "")`, or add them'
            metrics = [found.metric for name in sorted(right.source.metrics) for found in query.known.find(name)]
            related = tuple(Related(each.at, f"`{each.name}` would not be seen") for each in metrics if each.at)
            yield Finding(ID, message, query.at, node.right.span, help=cure, related=related)
