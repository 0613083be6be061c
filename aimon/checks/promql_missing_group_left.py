"""The side that has several series for one of the other is named by `group_left` or `group_right`.

Why: without it the rule fails as soon as two series have the same partner (`multiple matches for labels`).

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics: {jobs_done_total: {type: counter, labels: {queue: [mail, image]}}, workers: {type: gauge}}
    recording_rules:
      job:jobs_done:rate5m: {expr: 'rate(jobs_done_total[5m]) / on (instance) workers'}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics: {jobs_done_total: {type: counter, labels: {queue: [mail, image]}}, workers: {type: gauge}}
    recording_rules:
      job:jobs_done:rate5m: {expr: 'rate(jobs_done_total[5m]) / on (instance) group_left workers'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.catalogue import AMBIENT
from aimon.finding import Finding
from aimon.promql.facts import asks_for_strangers, crowded_sides, estranged_labels
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Aggregation, Binary, Node, walk
from aimon.promql.types import Types
from aimon.stack import Stack

ID = "promql/missing-group-left"
_SIDES = ("left", "right")
_CHOICES = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every operator with `on` or `ignoring` where a side has a further label of several values."""
    return of_queries(stack, _crowded)


def _crowded(query: Query) -> Iterator[Finding]:
    types = query.types
    for node in query.binaries:
        if node.op in SET_OPERATORS or node.matching is None:
            continue
        crowded, group = crowded_sides(node, types), node.matching.group
        extra = [_extra(node, side, types) if many else [] for side, many in zip(_SIDES, crowded, strict=True)]
        wrong = [side for side, labels in zip(_SIDES, extra, strict=True) if labels and side != group]
        if not wrong or estranged_labels(node, types) or asks_for_strangers(node, types):
            continue
        labels = extra[wrong[0] == "right"]
        message = f"several series on the {wrong[0]} have the same partner: they differ in `{'`, `'.join(labels)}`"
        cure = f"write `group_{wrong[0]}` after the labels, or aggregate the {wrong[0]} side"
        if group is not None or len(wrong) > 1:
            cure = f"aggregate the {wrong[0]} side"
        yield Finding(ID, message, query.at, node.op_span, help=cure)


def _extra(node: Binary, side: str, types: Types) -> list[str]:
    """The labels in which series with the same partner surely differ; none where a choice may have left one."""
    operand, matching = node.left if side == "left" else node.right, node.matching
    values, free = types[operand], types[operand].labelling.free
    if matching is None or free is None or values.labels is None or values.empty or any(map(_chooses, walk(operand))):
        return []
    if any(name.endswith("_info") for name in values.source.metrics):  # one for each target, whatever it says
        return []
    left = free - {*matching.labels} if matching.on else free & {*matching.labels}
    known = values.labelling.values
    untold = left.difference(known) if values.series is not None else frozenset[str]()
    several = (name for name in left & values.guaranteed if len(known.get(name, ())) > 1 or name in untold)
    return sorted(name for name in several if name not in AMBIENT or name in known)


def _chooses(node: Node) -> bool:
    is_filter = isinstance(node, Binary) and node.op in COMPARISONS | {"and", "unless"} and not node.returns_bool
    return is_filter or (isinstance(node, Aggregation) and node.op in _CHOICES)
