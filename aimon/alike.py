"""What the user wrote, sorted by shape: a check asks the first of each shape, and the others only where it finds fault.

A monorepo has a dozen queries and texts a thousand times, in which hardly more than the name of a service differs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, TypeVar

from aimon import spec
from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.expressions import types_of
from aimon.finding import Finding
from aimon.gotemplate.prometheus import read
from aimon.gotemplate.shape import shape_of
from aimon.gotemplate.tree import TemplateProblem
from aimon.messages import Said, Template, texts
from aimon.promql.tree import Binary, Call, Node, Selector, walk
from aimon.promql.types import Types
from aimon.stack import Alert, Expression, Recording, Stack
from aimon.written import queries

T = TypeVar("T")


class Query:
    """A query that could be read: its tree, the nodes by their kind in source order, and their types."""

    def __init__(self, expression: Expression, stack: Stack, is_alert: bool) -> None:
        self.expression = expression
        self.stack = stack
        self.is_alert = is_alert

    @property
    def text(self) -> str:
        return self.expression.text

    @property
    def at(self) -> Address:
        return self.expression.at

    @property
    def known(self) -> Catalogue:
        """The metrics that may be queried."""
        return self.stack.catalogue

    @cached_property
    def tree(self) -> Node:
        """The whole expression."""
        tree = self.expression.tree
        assert tree is not None  # what cannot be read is no Query
        return tree

    @cached_property
    def types(self) -> Types:
        """The types of all nodes."""
        return types_of(self.tree, self.known)

    @cached_property
    def nodes(self) -> list[Node]:
        """Every node, parents before children."""
        return list(walk(self.tree))

    @cached_property
    def selectors(self) -> list[Selector]:
        """The selectors."""
        return [node for node in self.nodes if isinstance(node, Selector)]

    @cached_property
    def calls(self) -> list[Call]:
        """The calls of functions."""
        return [node for node in self.nodes if isinstance(node, Call)]

    @cached_property
    def binaries(self) -> list[Binary]:
        """The operators between two expressions."""
        return [node for node in self.nodes if isinstance(node, Binary)]


class Alerting(NamedTuple):
    """An alert of the user's, as it is meant and as it was written, with its expression."""

    alert: Alert
    said: spec.Alert
    query: Query


def of_queries(stack: Stack, ask: Callable[[Query], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds in the user's queries."""
    return _each(_sorted(stack).queries, ask)


def of_alerts(stack: Stack, ask: Callable[[Alerting], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds in the user's alerts, of its expression, its bounds and its wait."""
    return _each(_sorted(stack).alerts, ask)


def of_recordings(stack: Stack, ask: Callable[[Recording], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds in the recording rules, of their names and expressions."""
    return _each(_sorted(stack).recordings, ask)


def of_texts(stack: Stack, ask: Callable[[Said], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds in the texts of the user's alerts, of its actions and its expression."""
    return _each(_sorted(stack).texts, ask)


def of_templates(stack: Stack, ask: Callable[[Template], Iterator[Finding]]) -> Iterator[Finding]:
    """The same of texts that can be read; `alert/template-syntax` reports the others."""

    def ask_readable(said: Said) -> Iterator[Finding]:
        try:
            parts = read(said.text, stack.server.version)
        except TemplateProblem:
            return
        yield from ask(Template(said, parts))

    return of_texts(stack, ask_readable)


def _each(groups: Iterable[list[T]], ask: Callable[[T], Iterator[Finding]]) -> Iterator[Finding]:
    for first, *others in groups:
        found = list(ask(first))
        yield from found
        for other in others if found else ():
            yield from ask(other)


class _Sorted:
    """All that a stack says, in groups of one shape; each is sorted on the first question."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    @cached_property
    def queries(self) -> list[list[Query]]:
        alerts = {alert.expression.at for alert in self.stack.alerts()}
        readable = (each for each in queries(self.stack) if each.shape is not None)
        made = (Query(each, self.stack, each.at in alerts) for each in readable)
        return _grouped(((id(each.expression.shape), each.is_alert), each) for each in made)

    @cached_property
    def alerts(self) -> list[list[Alerting]]:
        written = {(alert.at, alert.name): alert for alert in self.stack.spec.alerts}
        return _grouped(
            (
                (id(alert.expression.shape), tuple(said.bounds), alert.threshold, alert.wait),
                Alerting(alert, said, Query(alert.expression, self.stack, True)),
            )
            for alert in self.stack.alerts()
            if (said := written.get((alert.at, alert.name))) is not None and alert.expression.shape is not None
        )

    @cached_property
    def recordings(self) -> list[list[Recording]]:
        return _grouped(((rule.name, id(rule.expression.shape)), rule) for rule in self.stack.recordings())

    @cached_property
    def texts(self) -> list[list[Said]]:
        said = texts(self.stack)
        return _grouped(((id(each.expression.shape), each.is_label, shape_of(each.text)), each) for each in said)


def _grouped(keyed: Iterable[tuple[Hashable, T]]) -> list[list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for key, each in keyed:
        groups.setdefault(key, []).append(each)
    return list(groups.values())


_last: list[_Sorted] = []  # only that of the last stack: the checks look at one after the other


def _sorted(stack: Stack) -> _Sorted:
    if not _last or _last[0].stack is not stack:
        _last[:] = [_Sorted(stack)]
    return _last[0]
