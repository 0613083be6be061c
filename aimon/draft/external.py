"""The metrics that a draft reads and nothing in it declares."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.promql.tree import selectors
from aimon.stack import Stack


def external(stack: Stack) -> list[str]:
    """Their names in alphabetical order."""
    named = {name for name in _read(stack) if "$" not in name and "[[" not in name}
    return sorted(name for name in named if not stack.catalogue.knows(name))


def _read(stack: Stack) -> Iterator[str]:
    for query in stack.expressions():
        if query.shape is not None:
            yield from (found.name for found in selectors(query.shape) if found.name)
    for board in stack.spec.dashboards:
        yield from (variable.of for variable in board.variables)
