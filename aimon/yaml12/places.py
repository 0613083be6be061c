"""Where every value of a text was written: a tree of the document's shape that holds offsets instead of values."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, TypeAlias

from aimon.yaml12.events import MERGE, Event, Walker
from aimon.yaml12.mistakes import shortened
from aimon.yaml12.place import Address, Text

BLOCK_STYLES = ("|", ">")
# Anchors and tags stand before a scalar and belong to its event; its text starts after them.
PROPERTIES = re.compile(r"(?:(?:&[0-9A-Za-z_-]+|!\S*)(?:[ \t\r\n]+|#[^\r\n]*)*){1,2}")


class Written(str):
    """A key or a scalar as libyaml read it, and where it stands."""

    __slots__ = ("end", "start", "style")

    start: int
    end: int
    style: str

    @classmethod
    def at(cls, event: Event, content: str) -> Written:
        written = cls(event.value)
        written.start, written.end = event.start_mark.index, event.end_mark.index
        written.style = event.style or ""
        if event.anchor is not None or event.tag is not None:
            properties = PROPERTIES.match(content, written.start, written.end)
            written.start = properties.end() if properties else written.start
        if written.style in BLOCK_STYLES:  # libyaml counts the blank lines and the indentation that follow
            written.end = written.start + len(content[written.start : written.end].rstrip(" \t\r\n"))
        return written


class Pairs(dict[Written, Any]):
    """A mapping: its children by key, and where it stands."""

    start: int
    end: int

    @cached_property
    def names(self) -> dict[str | int, Written]:
        """Its keys by name; each knows where it stands."""
        return {name: name for name in self}


class Items(list[Any]):
    """A list: its children, and where it stands."""

    start: int
    end: int


Tree: TypeAlias = Written | Pairs | Items


class Placer(Walker):
    """Walks the same events as the values came from, so aliases and merges share places as they share values."""

    def __init__(self, text: Text, *, strict: bool = True) -> None:
        super().__init__(text)
        self.strict = strict
        self.last_end = 0

    def scalar(self, event: Event) -> Written:
        written = Written.at(event, self.text.content)
        self.last_end = written.end
        return written

    def name(self, event: Event) -> Any:
        return self.scalar(event)

    def collection(self, event: Event) -> Pairs | Items:
        made = super().collection(event)
        return Pairs() if isinstance(made, dict) else Items()

    def finished(self, container: Any, start: Event, end: Event) -> None:
        if start.flow_style:
            self.last_end = end.end_mark.index
        # A block ends for libyaml where the next token starts; for a reader it ends with its last value.
        container.start, container.end = start.start_mark.index, max(self.last_end, start.start_mark.index)

    def repeated(self, name: Any, event: Event) -> None:
        if not self.strict:
            del self.container[name]
            return
        repeats_merge = name is MERGE
        first = (
            self.merges[-1].start_mark.index if repeats_merge else next(k.start for k in self.container if k == name)
        )
        place = self.text.place(first, first)
        message = (
            f"the key `{shortened(event.value)}` is repeated: line {place.line}, column {place.column} has it already"
        )
        raise self.error(message, event, help="keep one of the two")

    def _alias(self, event: Event) -> None:
        super()._alias(event)
        self.last_end = event.end_mark.index


def find(tree: Tree, address: Address) -> tuple[Tree, Written | None, bool]:
    """The node at the longest existing prefix of the address, its key if it has one, and whether that is all of it."""
    key: Written | None = None
    for step in address:
        if isinstance(tree, Pairs) and step in tree.names:
            key = tree.names[step]
            tree = tree[key]
        elif isinstance(tree, Items) and isinstance(step, int) and 0 <= step < len(tree):
            key, tree = None, tree[step]
        else:
            return tree, key, False
    return tree, key, True


def head(tree: Tree) -> tuple[int, int]:
    """Where to point when a value lacks something and has no key of its own: its first key, its first character."""
    if isinstance(tree, Pairs) and tree:
        first = next(iter(tree))
        return first.start, first.end
    return tree.start, min(tree.start + 1, tree.end)
