"""The metrics that a draft reads and nothing in it declares."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.promql.tree import Selector, selectors
from aimon.stack import Stack


def external(stack: Stack) -> list[str]:
    """Their names in alphabetical order."""
    named = {name for name in _read(stack) if "$" not in name and "[[" not in name}
    return sorted(name for name in named if not stack.catalogue.knows(name))


def selected(stack: Stack) -> Iterator[Selector]:
    """The selectors of all queries."""
    for query in stack.expressions():
        if query.tree is not None:
            yield from selectors(query.tree)


def _read(stack: Stack) -> Iterator[str]:
    yield from (found.name for found in selected(stack) if found.name)
    for board in stack.spec.dashboards:
        yield from (variable.of for variable in board.variables)
