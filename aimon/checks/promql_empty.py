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

from aimon.bounds import said_range
from aimon.expressions import types_of
from aimon.finding import Finding
from aimon.promql.facts import estranged_labels, outcome_of
from aimon.promql.tree import Binary, Node, Selector, Span, children, walk
from aimon.promql.types import Types
from aimon.stack import Stack
from aimon.written import queries

ID = "promql/empty"


def check(stack: Stack) -> Iterator[Finding]:
    """Every part that is empty while its operands are not, and for no reason that another check tells."""
    alerts = {alert.expression.at for alert in stack.alerts()}
    for query in queries(stack):
        types = types_of(query.tree, stack.catalogue) if query.tree is not None else None
        for node in walk(query.tree) if query.tree is not None else ():
            if types is not None and types[node].empty and not any(types[operand].empty for operand in children(node)):
                found = _why(node, types, query.at in alerts)
                if found is not None:
                    yield Finding(
                        ID, found[0], query.at, found[1], help="without it nothing is lost, or mend its bounds"
                    )


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
