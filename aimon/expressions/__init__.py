"""A query's text made an expression: its tree, and the types of its nodes as far as the catalogue tells them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.expressions.declared import series_of
from aimon.expressions.shapes import Shape, Shapes, retold
from aimon.promql.labelling import with_labels
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.result import Series, Type
from aimon.promql.selector_types import merged, of_many
from aimon.promql.tree import Node, Selector
from aimon.promql.types import Types, infer
from aimon.spec import Labels
from aimon.stack import Expression
from aimon.units import Unit


def expression(text: str, at: Address, known: Catalogue, grafana: bool = False) -> Expression:
    """The expression at an address; ``grafana`` allows the variables of Grafana."""
    memory = _memory_of(known)
    shape = memory.shapes.of(text)
    first = memory.first.get((shape.key, grafana))
    if first is None:
        try:
            tree = parse(text, grafana=grafana)
        except SyntaxProblem as problem:
            return Expression(text, at, problem=problem)
        first = memory.first[shape.key, grafana] = First(tree, shape, result_type(tree, known).unit)
    return Expression(text, at, first.tree, unit=first.unit, grafana=grafana)


def result_type(tree: Node, known: Catalogue) -> Type:
    """The type of an expression over the metrics of a catalogue."""
    return types_of(tree, known).result


def types_of(tree: Node, known: Catalogue) -> Types:
    """The types of all nodes of an expression over the metrics of a catalogue; asking again costs nothing."""
    memory = _memory_of(known)
    types = memory.types.get(id(tree))
    if types is None:
        types = memory.types[id(tree)] = infer(tree, memory.series)
    return types


def recorded_type(query: Expression, labels: Labels, known: Catalogue) -> Type | None:
    """What a recording rule gives its metric: the result of its expression, with its own labels written over."""
    if query.shape is None:
        return None
    made = _retold([query], query.shape, known) or result_type(query.tree or query.shape, known)
    return made._replace(labelling=with_labels(made.labelling, labels))


def recorded_together(rules: Sequence[tuple[Expression, Labels]], known: Catalogue) -> Type:
    """What recording rules of one name give its series; those of one shape that write the same labels at once."""
    alike: dict[Hashable, list[tuple[Expression, Labels]]] = {}
    for query, labels in rules:
        written = tuple((name, bool(text)) for name, text in labels.items())
        alike.setdefault((id(query.shape), written), []).append((query, labels))
    types: list[Type] = []
    for same in alike.values():
        told = _told_at_once(same, known) if len(same) > 1 else None
        types += [told] if told else [recorded_type(*rule, known) or Type("vector") for rule in same]
    return merged(types)


def _told_at_once(same: Sequence[tuple[Expression, Labels]], known: Catalogue) -> Type | None:
    """What rules of one shape give together; None where each has to be asked."""
    query, labels = same[0]
    if query.shape is None:
        return None
    one = _retold([query], query.shape, known)
    every = _retold([each for each, _ in same], query.shape, known)
    if one is None or every is None:
        return None
    one, every = (found._replace(labelling=with_labels(found.labelling, labels)) for found in (one, every))
    written = {name: frozenset(each[name] for _, each in same) for name, text in labels.items() if text}
    every = every._replace(labelling=every.labelling._replace(values={**every.values, **written}))
    return of_many(one, every, len(same))


def _retold(queries: Sequence[Expression], tree: Node, known: Catalogue) -> Type | None:
    """The result with the values that queries of one shape say, taken from the first of its shape if that can be."""
    memory = _memory_of(known)
    told = [memory.shapes.of(query.text) for query in queries]
    first = memory.first.get((told[0].key, queries[0].grafana))
    return retold(result_type(tree, known), first.shape, told) if first is not None and first.tree is tree else None


class First(NamedTuple):
    """The first query of a shape."""

    tree: Node
    shape: Shape
    unit: Unit | None


class _Memory:
    """What was already found out over one catalogue; the types keep their trees, and so their identities, alive."""

    def __init__(self, known: Catalogue) -> None:
        self.known = known
        self.size = len(known.metrics)
        self.types: dict[int, Types] = {}
        self.first: dict[Hashable, First] = {}  # by the key of their shape
        self.shapes = Shapes(self._named)
        self._series: dict[str, tuple[Series, ...]] = {}

    def series(self, selector: Selector) -> tuple[Series, ...]:
        """The series that the selector's name may stand for; none where nobody knows."""
        return self._named(selector.name) if selector.name is not None else ()

    def _named(self, name: str) -> tuple[Series, ...]:
        found = self._series.get(name)
        if found is None:
            found = self._series[name] = series_of(name, self.known)
        return found


_memories: list[_Memory] = []  # only the last: catalogues grow by one recording rule after the other, then stay


def _memory_of(known: Catalogue) -> _Memory:
    if not _memories or _memories[0].known is not known or _memories[0].size != len(known.metrics):
        _memories[:] = [_Memory(known)]
    return _memories[0]
