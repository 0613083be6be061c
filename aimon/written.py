"""What stands in the spec word for word: the queries of the user's own, and every scalar, with their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.promql.tree import Node, Selector, Span, children, selectors
from aimon.spec import Query
from aimon.stack import Expression, Stack

# Fields whose key in the spec is a word of Python's, and fields whose entries stand beside the others.
_KEYS = {"wait": "for", "continues": "continue"}
_FLAT = frozenset({"bounds", "integrations"})

# The sections whose rules are our own.
_OURS = frozenset({"self_monitoring", "slos"})


def queries(stack: Stack) -> Iterator[Expression]:
    """The expressions that the user wrote; those of panels by metric or by alert and of our own rules are ours."""
    for expression in stack.expressions():
        if expression.at[-1:] == ("expr",) and expression.at[0] not in _OURS:
            yield expression
    for slo in stack.slos:
        yield from slo.parts


def name_span(selector: Selector, text: str) -> Span:
    """Where in the text of its expression a selector names its metric; the whole selector where that cannot be told."""
    start, end = selector.span
    at = text.find(selector.name, start, end) if selector.name else -1
    return (start, end) if selector.name is None or at < 0 else (at, at + len(selector.name))


_TEXT = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`"


def word_span(node: Node, word: str, text: str) -> Span:
    """Where a node itself, apart from its operands, says a word; the last time, and the whole node where nowhere."""
    start, end = node.span
    own = list(text[start:end])
    for operand in children(node):
        first, last = operand.span
        own[first - start : last - start] = " " * (last - first)
    pattern = rf"(?<![\w:])(?:{re.escape(word)}|\"{re.escape(word)}\")(?![\w:])|{_TEXT}"
    found = [hit for hit in re.finditer(pattern, "".join(own)) if hit[0].strip('"') == word]
    return (start + found[-1].start(), start + found[-1].end()) if found else node.span


def recorded_trees(stack: Stack) -> dict[str, Node | None]:
    """A tree of the shape of every recording rule, by its name; None where it cannot be read."""
    return {rule.name: rule.expression.shape for rule in stack.recordings()}


def with_recorded(tree: Node, recorded: Mapping[str, Node | None]) -> list[Node] | None:
    """The tree and those of all recording rules that it reads, each once; None where one of them cannot be read."""
    trees: list[Node] = [tree]
    taken: set[str] = set()
    for found in trees:  # it grows while we go through it
        for name in dict.fromkeys(selector.name for selector in selectors(found)):
            if name is None or name in taken or name not in recorded:
                continue
            taken.add(name)
            behind = recorded[name]
            if behind is None:
                return None
            trees.append(behind)
    return trees


def scalars(part: Any, at: Address = ()) -> Iterator[tuple[Address, str | int | float]]:
    """Every text and number below a noun of the spec, or below plain values at an address."""
    if isinstance(part, bool) or part is None:
        return
    if isinstance(part, (str, int, float)):
        yield at, part
    elif isinstance(part, Query):
        yield part.at, part.expr
        yield from scalars(part.legend, (*part.at[:-1], "legend"))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from scalars(value, (*at, key))
    elif hasattr(part, "_fields"):
        own = getattr(part, "at", at)
        for field in part._fields:
            if field != "at":
                yield from scalars(getattr(part, field), own if field in _FLAT else (*own, _KEYS.get(field, field)))
    else:
        for index, value in enumerate(part):
            yield from scalars(value, (*at, index))
