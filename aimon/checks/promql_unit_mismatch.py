"""What is added or compared has the same unit.

Why: Prometheus adds seconds to bytes and compares milliseconds with seconds, and says nothing. The result is wrong by a
factor of a thousand, or means nothing at all.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {wait: {type: gauge, unit: ms}, timeout_seconds: {type: gauge}}}
    recording_rules:
      job:waits:over: {expr: wait > timeout_seconds}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {wait: {type: gauge, unit: ms}, timeout_seconds: {type: gauge}}}
    recording_rules:
      job:waits:over: {expr: wait / 1000 > timeout_seconds}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.result import Type
from aimon.promql.tree import COMPARISONS, Binary
from aimon.stack import Stack
from aimon.units import Unit, comparable, describe, same_scale

ID = "promql/unit-mismatch"


def check(stack: Stack) -> Iterator[Finding]:
    """Every sum, difference and comparison of two known units that do not go together."""
    return of_queries(stack, _mismatches)


def _mismatches(query: Query) -> Iterator[Finding]:
    for node in query.binaries:
        if node.op not in COMPARISONS | {"+", "-"}:
            continue
        left, right = query.types[node.left], query.types[node.right]
        one, other = left.unit, right.unit
        if one is None or other is None or left.is_constant or right.is_constant:
            continue
        fits = same_scale(one, other) if node.op in COMPARISONS else query.types[node].unit is not None
        if not fits:
            yield _mismatch(node, (left, one), (right, other), query)


def _mismatch(node: Binary, left: tuple[Type, Unit], right: tuple[Type, Unit], query: Query) -> Finding:
    (values, one), (others, other) = left, right
    cure = "look for the metric that is meant; nothing converts one into the other"
    if comparable(one, other) and one.scale != other.scale:
        is_left = one.scale < other.scale
        factor = max(one.scale, other.scale) / min(one.scale, other.scale)
        cure = f"divide the {'left' if is_left else 'right'} side by {factor:f}"
    names = sorted(values.source.metrics | others.source.metrics)
    metrics = [found.metric for name in names for found in query.known.find(name)]
    related = [Related(each.at, f"`{each.name}` is {describe(each.unit)}") for each in metrics if each.unit and each.at]
    verb = "compares" if node.op in COMPARISONS else "takes together"
    message = f"`{node.op}` {verb} {describe(one)} and {describe(other)}"
    return Finding(ID, message, query.at, node.op_span, help=cure, related=tuple(related))
