"""What must hold of the same values at once: the bounds that comparisons joined by ``and`` put on one expression.

Nothing is concluded where series of different labels might meet: only ``and`` without ``on`` and ``ignoring`` joins.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from aimon.promql.print import to_text
from aimon.promql.simplify import simplified
from aimon.promql.tree import COMPARISONS, Binary, Node, Number, Span


class Bounds(NamedTuple):
    """What is left of an expression's values: from ``low`` to ``high``, each with whether it is reached itself."""

    low: float = -math.inf
    high: float = math.inf
    has_low: bool = True
    has_high: bool = True

    @property
    def are_empty(self) -> bool:
        """Whether no value is left."""
        return self.low > self.high or (self.low == self.high and not (self.has_low and self.has_high))

    def cut(self, op: str, value: float) -> Bounds:
        """What is left of them where a comparison holds too."""
        made = self
        if op in (">", ">=", "==") and (value > made.low or (value == made.low and op == ">")):
            made = made._replace(low=value, has_low=op != ">")
        if op in ("<", "<=", "==") and (value < made.high or (value == made.high and op == "<")):
            made = made._replace(high=value, has_high=op != "<")
        return made


class Contradiction(NamedTuple):
    """An expression of which nothing is left, and the comparison that took the last of it."""

    subject: str
    span: Span


def contradictions(tree: Node) -> list[Contradiction]:
    """The comparisons that cannot hold together with those that they are joined with."""
    found: list[Contradiction] = []
    _gathered(simplified(tree), found)
    return found


def _gathered(node: Node, found: list[Contradiction]) -> tuple[str, dict[str, Bounds]]:
    """The expression whose values a node has, and what is known of expressions for the series that it returns."""
    if isinstance(node, Binary) and node.op in COMPARISONS and not node.returns_bool and isinstance(node.right, Number):
        subject, known = _gathered(node.left, found)
        return subject, _cut(known, subject, node, node.right.value, found)
    if isinstance(node, Binary) and node.op == "and" and node.matching is None:
        subject, known = _gathered(node.left, found)
        _, others = _gathered(node.right, found)
        for other, bounds in others.items():
            mine = known.get(other, Bounds())
            for op, value in _as_comparisons(bounds):
                mine = mine.cut(op, value)
            if mine.are_empty and not bounds.are_empty:
                found.append(Contradiction(other, node.op_span))
            known[other] = mine
        return subject, known
    return to_text(node), {}


def _cut(
    known: dict[str, Bounds], subject: str, node: Binary, value: float, found: list[Contradiction]
) -> dict[str, Bounds]:
    before = known.get(subject, Bounds())
    after = before.cut(node.op, value)
    if after.are_empty and not before.are_empty:
        found.append(Contradiction(subject, node.op_span))
    return known | {subject: after}


def _as_comparisons(bounds: Bounds) -> list[tuple[str, float]]:
    return [(">=" if bounds.has_low else ">", bounds.low), ("<=" if bounds.has_high else "<", bounds.high)]
