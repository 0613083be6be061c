"""Operators between vectors: how they meet, and what they make together.

Source: ``VectorBinop``, ``VectorAnd`` and their like in promql/engine.go of Prometheus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aimon.promql.floats import computed
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Matching
from aimon.prove.vectors import NAME, Element, Key, Labels, Unsupported, Vector, key_ignoring, key_on, nameless

Compare = Callable[[str, float, float], bool]

_ALL = Matching((), False, None, ())


class Operation:
    """An operator with its matching and its way to compare."""

    def __init__(self, op: str, matching: Matching | None, returns_bool: bool, compare: Compare) -> None:
        self.op = op
        self.matching = matching or _ALL
        self.returns_bool = returns_bool
        self.compare = compare

    def key(self, labels: Labels) -> Key:
        """What two elements must share to meet."""
        names = self.matching.labels
        return key_on(labels, names) if self.matching.on else key_ignoring(labels, names)

    def result(self, left: float, right: float, kept: float) -> float | None:
        """The value of a pair; None where a comparison drops it."""
        if self.op not in COMPARISONS:
            return computed(self.op, left, right)
        passes = self.compare(self.op, left, right)
        if self.returns_bool:
            return float(passes)
        return kept if passes else None

    def scalars(self, left: float, right: float) -> float:
        """The result for two scalars; a comparison of them is one with ``bool``."""
        if self.op in COMPARISONS:
            return float(self.compare(self.op, left, right))
        return computed(self.op, left, right)

    def with_scalar(self, vector: Vector, scalar: float, scalar_is_left: bool) -> Vector:
        """The result for a vector and a scalar."""
        filters = self.op in COMPARISONS and not self.returns_bool
        made = []
        for labels, value in vector:
            left, right = (scalar, value) if scalar_is_left else (value, scalar)
            result = self.result(left, right, value)
            if result is not None:
                made.append(Element(labels if filters else nameless(labels), result))
        return made

    def vectors(self, left: Vector, right: Vector) -> Vector:
        """The result for two vectors."""
        if self.op in SET_OPERATORS:
            return self._set(left, right)
        swapped = self.matching.group == "right"
        many, one = (right, left) if swapped else (left, right)
        partners: dict[Key, Element] = {}
        for element in one:
            if partners.setdefault(self.key(element.labels), element) is not element:
                raise Unsupported("several series have the same partner")
        made: dict[tuple[tuple[str, str], ...], Element] = {}
        for element in many:
            partner = partners.get(self.key(element.labels))
            if partner is None:
                continue
            pair = (partner.value, element.value) if swapped else (element.value, partner.value)
            result = self.result(*pair, pair[0])
            if result is None:
                continue
            labels = self._labels(element.labels, partner.labels)
            if made.setdefault(tuple(sorted(labels.items())), Element(labels, result))[1] is not result:
                raise Unsupported("several series have the same partner")
        return list(made.values())

    def _set(self, left: Vector, right: Vector) -> Vector:
        if self.op == "or":
            known = {self.key(element.labels) for element in left}
            return left + [element for element in right if self.key(element.labels) not in known]
        known = {self.key(element.labels) for element in right}
        return [element for element in left if (self.key(element.labels) in known) == (self.op == "and")]

    def _labels(self, many: Labels, one: Labels) -> Mapping[str, str]:
        matching = self.matching
        keeps_name = self.op in COMPARISONS and not self.returns_bool
        labels = dict(many)
        if not keeps_name:
            labels.pop(NAME, None)
        if matching.group is not None:
            for name in matching.include:
                labels.pop(name, None)
                if one.get(name):
                    labels[name] = one[name]
        elif matching.on:
            labels = {name: labels[name] for name in matching.labels if name in labels}
        else:
            for name in matching.labels:
                labels.pop(name, None)
        return labels
