"""A form of expressions in which equal meaning is equal text."""

from __future__ import annotations

import math

from aimon.promql.floats import computed, holds
from aimon.promql.print import matcher_text, to_text
from aimon.promql.tree import (
    COMPARISONS,
    SET_OPERATORS,
    Aggregation,
    Binary,
    Call,
    Grouping,
    Matching,
    Node,
    Number,
    Selector,
    Subquery,
    Unary,
    bare,
)

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def canonical(node: Node) -> str:
    """A text that two expressions share if and only if they mean the same by the rules of ``simplified``."""
    return to_text(simplified(node))


def simplified(node: Node) -> Node:
    """The tree with sorted matchers and labels, no parentheses, constants folded, literals right of a comparison."""
    node = bare(node)
    if isinstance(node, Binary):
        return _simplified_chain(node)
    if isinstance(node, Selector):
        return _simplified_selector(node)
    if isinstance(node, Unary):
        return _simplified_unary(node)
    if isinstance(node, Subquery):
        return node._replace(body=simplified(node.body))
    if isinstance(node, Call):
        return node._replace(args=tuple(map(simplified, node.args)))
    if isinstance(node, Aggregation):
        param = None if node.param is None else simplified(node.param)
        return node._replace(body=simplified(node.body), param=param, grouping=_simplified_grouping(node.grouping))
    return node


def _simplified_selector(node: Selector) -> Selector:
    groups = [tuple(sorted(set(group), key=matcher_text)) for group in (node.matchers, *node.any_of)]
    first, *others = sorted(groups, key=lambda group: [matcher_text(matcher) for matcher in group])
    return node._replace(matchers=first, any_of=tuple(others))


def _simplified_grouping(grouping: Grouping | None) -> Grouping | None:
    if grouping is None or not (grouping.labels or grouping.without):
        return None  # `sum by () (x)` is `sum(x)`
    return Grouping(tuple(sorted(set(grouping.labels))), grouping.without)


def _simplified_matching(matching: Matching | None) -> Matching | None:
    if matching is None or not (matching.labels or matching.on or matching.group):
        return None  # `ignoring ()` is what happens anyway
    labels, include = tuple(sorted(set(matching.labels))), tuple(sorted(set(matching.include)))
    return matching._replace(labels=labels, include=include)


def _simplified_unary(node: Unary) -> Node:
    body = simplified(node.body)
    if node.op == "+":
        return body
    if isinstance(body, Number) and body.variable is None:
        return Number(-body.value, node.span)
    return node._replace(body=body)


def _simplified_chain(node: Binary) -> Node:
    chain: list[Binary] = []
    left: Node = node
    while isinstance(left, Binary):
        chain.append(left)
        left = bare(left.left)
    result = simplified(left)
    for link in reversed(chain):
        result = _simplified_link(link, result, simplified(link.right))
    return result


def _simplified_link(link: Binary, left: Node, right: Node) -> Node:
    literals = isinstance(left, Number), isinstance(right, Number)
    if isinstance(left, Number) and isinstance(right, Number) and left.variable is None and right.variable is None:
        value = _folded(link.op, left.value, right.value)
        if value is not None:
            return Number(value, link.span)
    op = link.op
    if literals == (True, False) and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
    return link._replace(op=op, left=left, right=right, matching=_simplified_matching(link.matching))


def _folded(op: str, left: float, right: float) -> float | None:
    """The value of a constant operation; None where nobody writes that as a number."""
    if op in SET_OPERATORS:
        return None
    value = float(holds(op, left, right)) if op in COMPARISONS else computed(op, left, right)
    return value if math.isfinite(value) else None
