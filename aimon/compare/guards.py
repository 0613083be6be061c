"""What makes an alert speak when its metric is gone: without it, what compares nothing is silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from aimon.promql.floats import holds
from aimon.promql.simplify import canonical
from aimon.promql.tree import COMPARISONS, Aggregation, Binary, Call, Node, Number, Subquery, Unary, walk

_ABSENT = frozenset({"absent", "absent_over_time"})


def threshold(node: Binary) -> float | None:
    """The number on the right of a comparison; None where there is none."""
    right = node.right
    return right.value if isinstance(right, Number) and right.variable is None else None


def guards(old: Node, new: Node) -> Iterator[tuple[str, str, str | None, str | None]]:
    """A guard, or a fallback that is none, which one side has and the other has not: what, how, before and after."""
    for attribute, parts in (("guard", _guard_parts), ("fallback", _fallbacks)):
        before, after = ({canonical(part) for part in parts(tree)} for tree in (old, new))
        if bool(before) != bool(after):
            said = ", ".join(sorted(before or after))
            yield (attribute, "added", None, said) if after else (attribute, "removed", said, None)


def _fallbacks(tree: Node) -> Iterator[Node]:
    """The numbers behind an ``or`` that keep silent all the same."""
    guards = list(_guard_parts(tree))
    for node in walk(tree):
        if _is_alternative(node) and _constant(node.right) is not None and node.right not in guards:
            yield node.right


def _guard_parts(tree: Node) -> Iterator[Node]:
    """The parts behind an ``or`` that make it fire when there is nothing, as ``vector(0)`` does below 1."""
    for node in walk(tree):
        if _is_alternative(node) and _is_absence(node.right):
            yield node.right
        elif isinstance(node, Binary) and node.op in COMPARISONS and _is_alternative(node.left):
            bound, fallback = threshold(node), _constant(node.left.right)
            if bound is not None and fallback is not None and holds(node.op, fallback, bound):
                yield node.left.right


def _is_alternative(node: Node) -> TypeGuard[Binary]:
    return isinstance(node, Binary) and node.op == "or"


def _is_absence(node: Node) -> bool:
    if isinstance(node, Binary) and node.op in COMPARISONS:
        node = node.left
    return isinstance(node, Call) and node.function in _ABSENT


def _constant(node: Node) -> float | None:
    """The number in ``vector(0)``."""
    argument = node.args[0] if isinstance(node, Call) and node.function == "vector" else None
    return argument.value if isinstance(argument, Number) else None


def unguarded(node: Node) -> Node:
    """The expression without its guards."""
    if isinstance(node, Binary):
        if node.op == "or" and (_is_absence(node.right) or _constant(node.right) is not None):
            return unguarded(node.left)
        return node._replace(left=unguarded(node.left), right=unguarded(node.right))
    if isinstance(node, (Aggregation, Subquery, Unary)):
        return node._replace(body=unguarded(node.body))
    if isinstance(node, Call):
        return node._replace(args=tuple(map(unguarded, node.args)))
    return node
