"""Where rounding has a say: what is made from series with broken numbers, other than by counting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aimon.promql.tree import (
    COMPARISONS,
    SET_OPERATORS,
    Aggregation,
    Binary,
    Call,
    Node,
    Selector,
    Subquery,
    Unary,
    bare,
    walk,
)
from aimon.prove.series import Series
from aimon.prove.world import Rule

# What is a whole number whatever it is made of.
_COUNTING = frozenset({
    "absent", "absent_over_time", "ceil", "changes", "count_over_time", "floor", "present_over_time", "resets", "sgn",
})  # fmt: skip
_COUNTS = frozenset({"count", "count_values", "group"})
_CHOOSING = frozenset({"max", "min", "topk", "bottomk"})


class Rounding:
    """Tells of the nodes of expressions over given series whether their values are rounded."""

    def __init__(self, series: Mapping[str, Sequence[Series]], rules: Mapping[str, Sequence[Rule]]) -> None:
        self._broken = {name for name, named in series.items() if not all(one.is_whole for one in named)}
        self._growing = {name for name in self._broken if any(one.grows for one in series[name])}
        self._rules = rules

    def comparisons(self, tree: Node) -> Iterator[Binary]:
        """The comparisons of rounded values, in an expression and in all rules."""
        trees = [tree, *(rule.tree for named in self._rules.values() for rule in named)]
        nodes = (node for one in trees for node in walk(one))
        compared = (node for node in nodes if isinstance(node, Binary) and node.op in COMPARISONS)
        return (node for node in compared if self.has(node.left) or self.has(node.right))

    def has(self, node: Node, reckoned: bool = False) -> bool:
        """Whether the value of an expression is rounded; what stands still is so only where it is ``reckoned`` with."""
        node = bare(node)
        if isinstance(node, Selector):
            series = self._broken if reckoned else self._growing
            return node.name is None or node.name in series or any(map(self._of, self._rules.get(node.name, ())))
        if isinstance(node, Binary):
            if node.op in COMPARISONS and node.returns_bool:
                return False
            reckoned |= node.op not in COMPARISONS | SET_OPERATORS
            return self.has(node.left, reckoned) or self.has(node.right, reckoned)
        if isinstance(node, Call):
            return node.function not in _COUNTING and any(self.has(one, True) for one in node.args)
        if isinstance(node, Aggregation):
            return node.op not in _COUNTS and self.has(node.body, reckoned or node.op not in _CHOOSING)
        return isinstance(node, (Unary, Subquery)) and self.has(node.body, reckoned)

    def _of(self, rule: Rule) -> bool:
        return self.has(rule.tree)
