"""A query can return something.

Why: a part that never has a value makes what stands around it empty too, and nobody is told: a comparison that no value
passes, `topk(0, …)`, a clamp between bounds that are the wrong way round.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {hit_ratio: {type: gauge, range: [0, 1]}}}
    recording_rules:
      job:hits:high: {expr: hit_ratio > 80}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {hit_ratio: {type: gauge, range: [0, 1]}}}
    recording_rules:
      job:hits:high: {expr: hit_ratio > 0.8}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.bounds import said_range
from aimon.finding import Finding
from aimon.promql.facts import estranged_labels, outcome_of
from aimon.promql.tree import Binary, Node, Selector, Span, children
from aimon.promql.types import Types
from aimon.stack import Stack

ID = "promql/empty"


def check(stack: Stack) -> Iterator[Finding]:
    """Every part that is empty while its operands are not, and for no reason that another check tells."""
    return of_queries(stack, _empty)


def _empty(query: Query) -> Iterator[Finding]:
    types = query.types
    for node in query.nodes:
        if types[node].empty and not any(types[operand].empty for operand in children(node)):
            found = _why(node, types, query.is_alert)
            if found is not None:
                yield Finding(ID, found[0], query.at, found[1], help="without it nothing is lost, or mend its bounds")


def _why(node: Node, types: Types, is_alert: bool) -> tuple[str, Span] | None:
    """What to say of an empty part, and where; None where another check says it."""
    if isinstance(node, Selector):
        return None if types.known(node) else ("no series fits all of these matchers at once", node.span)
    if isinstance(node, Binary):
        if estranged_labels(node, types):
            return None
        if outcome_of(node, types) is False:
            left = types[node.left]
            values = types[node.right] if left.is_constant else left
            return None if is_alert else (f"`{node.op}` never holds here: {said_range(values)}", node.op_span)
        return f"`{node.op}` leaves nothing here", node.op_span
    return "this never returns anything", node.span
