"""The metrics that a draft reads and nothing in it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aimon.build import build
from aimon.expand import expand
from aimon.parse import parse
from aimon.promql.tree import selectors
from aimon.stack import Stack


def external(draft: dict[str, Any]) -> list[str]:
    """Their names in alphabetical order; ``draft`` has the shape of a spec."""
    stack = build(expand(parse(draft)))
    return sorted({name for name in _read(stack) if "$" not in name and "[[" not in name} - _known(stack))


def _known(stack: Stack) -> set[str]:
    return {name for name in _read(stack) if stack.catalogue.knows(name)}


def _read(stack: Stack) -> Iterator[str]:
    for query in stack.expressions():
        if query.shape is not None:
            yield from (found.name for found in selectors(query.shape) if found.name)
    for board in stack.spec.dashboards:
        yield from (variable.of for variable in board.variables)
