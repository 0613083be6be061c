"""The Prometheus that a draft is for, where its queries need another one than aimon writes for anyway."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.build.scrape import DEFAULT_VERSION
from aimon.promql.tree import Node
from aimon.promql.versions import Version, newer_than, removed_in
from aimon.stack import Stack

_MAJOR, _, _MINOR = DEFAULT_VERSION.partition(".")
_DEFAULT: Version = (int(_MAJOR), int(_MINOR))
_LAST_OF_2 = "2.55"  # which has the functions that version 3 dropped


def version(stack: Stack) -> str | None:
    """The newest that a query needs, or the last that has what a query uses; None where the default will do."""
    trees = list(_trees(stack))
    newer = [since for tree, text in trees for _, _, since in newer_than(tree, text, _DEFAULT)]
    if newer:
        return max(newer, key=lambda since: tuple(map(int, since.split("."))))
    return _LAST_OF_2 if any(next(removed_in(tree, _DEFAULT), None) for tree, _ in trees) else None


def _trees(stack: Stack) -> Iterator[tuple[Node, str]]:
    for query in stack.expressions():
        if query.tree is not None:
            yield query.tree, query.text
