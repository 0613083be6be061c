"""Types of expressions: for every node the kind, unit, labels and range of its result; the unknown stays unknown."""

from __future__ import annotations

from collections.abc import Sequence

from aimon.promql.aggregation_types import aggregation_type
from aimon.promql.call_types import call_type
from aimon.promql.labelling import BARE, Labelling, Labels
from aimon.promql.operator_types import binary_type, negated_type
from aimon.promql.result import NOWHERE, Kind, Lookup, Series, Source, Type, constant
from aimon.promql.selector_types import selector_type
from aimon.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Node,
    Number,
    Parens,
    Selector,
    String,
    Subquery,
    Unary,
    children,
)

__all__ = ["Kind", "Labelling", "Labels", "Lookup", "Series", "Source", "Type", "Types", "infer", "type_of"]


class Types:
    """The types of all nodes of one tree: ``types[node]``."""

    def __init__(self, tree: Node, by_identity: dict[int, Type], lookup: Lookup) -> None:
        self.tree = tree  # also keeps the nodes alive, and so their identities
        self._by_identity = by_identity
        self._lookup = lookup

    def __getitem__(self, node: Node) -> Type:
        return self._by_identity[id(node)]

    def known(self, selector: Selector) -> tuple[Series, ...]:
        """The series that a selector's name may stand for, before its matchers choose; none where nobody knows."""
        return self._lookup(selector)

    @property
    def result(self) -> Type:
        """The type of the whole expression."""
        return self._by_identity[id(self.tree)]


def infer(tree: Node, lookup: Lookup) -> Types:
    """The types of all nodes; ``lookup`` says what a selector's series are, none where nobody knows."""
    found: dict[int, Type] = {}
    waiting, order = [tree], []
    while waiting:
        node = waiting.pop()
        operands = children(node)
        order.append((node, operands))
        waiting += operands
    for node, operands in reversed(order):  # operands before their operator, without recursion
        found[id(node)] = _type(node, [found[id(operand)] for operand in operands], lookup)
    return Types(tree, found, lookup)


def type_of(tree: Node, lookup: Lookup) -> Type:
    """The type of the whole expression."""
    return infer(tree, lookup).result


def _type(node: Node, operands: Sequence[Type], lookup: Lookup) -> Type:
    if isinstance(node, Selector):
        return selector_type(node, lookup(node))
    if isinstance(node, Call):
        return call_type(node, operands)
    if isinstance(node, Aggregation):
        return aggregation_type(node, operands[-1], operands[0] if node.param is not None else None)
    if isinstance(node, Binary):
        return binary_type(node, *operands)
    return _plain_type(node, operands)


def _plain_type(node: Number | String | Subquery | Unary | Parens, operands: Sequence[Type]) -> Type:
    if isinstance(node, Number):
        return constant(node.value)
    if isinstance(node, String):
        return Type("string", labelling=BARE, source=NOWHERE, text=node.value)
    (body,) = operands
    if isinstance(node, Subquery):
        return body._replace(kind="range", number=None, before=None, always=False)
    if isinstance(node, Unary) and node.op == "-":
        return negated_type(body)
    return body
