"""Two sides of an operator can meet.

Why: series meet where they agree on all labels, or on those of `on (…)`. A label that only one side has, or that has
other values there, keeps all of them apart, and the result is always empty.

Bad::

    services:
      api: {targets: ['api:80'], metrics: {jobs_total: {type: counter, labels: {queue: 9}}, workers: {type: gauge}}}
    recording_rules:
      job:jobs:rate5m: {expr: 'rate(jobs_total[5m]) / workers'}

Good::

    services:
      api: {targets: ['api:80'], metrics: {jobs_total: {type: counter, labels: {queue: 9}}, workers: {type: gauge}}}
    recording_rules:
      job:jobs:rate5m: {expr: 'sum without (queue) (rate(jobs_total[5m])) / workers'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding
from aimon.promql.facts import asks_for_strangers, estranged_labels
from aimon.promql.tree import Binary
from aimon.promql.types import Types
from aimon.stack import Stack
from aimon.written import word_span

ID = "promql/join-labels"


def check(stack: Stack) -> Iterator[Finding]:
    """Every operator whose sides never meet, though there is something on both."""
    return of_queries(stack, _strangers)


def _strangers(query: Query) -> Iterator[Finding]:
    for node in query.binaries:
        if not (query.types[node.left].empty or query.types[node.right].empty):
            labels = estranged_labels(node, query.types)
            if labels and not asks_for_strangers(node, query.types):  # `promql/unknown-label` tells those
                yield _apart(labels, node, query.types, query)


def _apart(labels: list[str], node: Binary, types: Types, query: Query) -> Finding:
    left, right, name = types[node.left].labelling, types[node.right].labelling, labels[0]
    lacking = "left" if not left.may_have(name) else "right" if not right.may_have(name) else ""
    if lacking:
        message = f"nothing can meet: the {lacking} side has no label `{name}`, which the other side always has"
    else:
        one, other = (", ".join(sorted(side.values.get(name, ()))[:3]) for side in (left, right))
        message = f"nothing can meet: `{name}` is {one} on the left and {other} on the right"
    common = sorted((left.sure & right.sure) - {*labels})
    if node.matching is not None and node.matching.on:
        common = [label for label in common if label in node.matching.labels]
    cure = f"write `on ({', '.join(common)})`, and `group_left` where the left side has several series for one"
    span = word_span(node, name, query.text) if node.matching is not None else node.op_span
    return Finding(ID, message, query.at, node.op_span if span == node.span else span, help=cure)
