"""A YAML or JSON text that remembers where every value was written."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from aimon.yaml12 import fragments
from aimon.yaml12.events import MAX_CHARACTERS, MAX_DEPTH, RepeatedKeyError, Walker
from aimon.yaml12.place import Address, DocumentError, Place, Text
from aimon.yaml12.places import Placer, Tree, Written, find, head

__all__ = ["Address", "Document", "DocumentError", "Place", "parse_yaml", "parse_yaml_stream", "read", "remembered"]

_NOWHERE = object()

JSON_START = re.compile(r"[ \t\r\n]*[{\[]")


class Source(Text):
    """A text whose documents share one late walk for places."""

    def __init__(self, content: str, path: str) -> None:
        super().__init__(content.lstrip("\ufeff"), path)
        self.strict = True  # False for JSON, whose reader does not mind repeated keys

    @cached_property
    def trees(self) -> list[Tree]:
        """One tree for each document; none for the rare JSON (a key of 1,024 characters) that libyaml does not read."""
        try:
            return list(Placer(self, strict=self.strict).documents())
        except DocumentError:
            if self.strict:
                raise
            return []


def value_at(value: Any, address: Address, otherwise: Any = None) -> Any:
    """What stands at an address within plain values."""
    for step in address:
        known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if step not in known:
            return otherwise
        value = value[step]
    return value


class Document:
    """Plain values (dict, list, str, int, float, bool, None), the text they came from, and the way back by address.

    Places are late: the first question walks the text once more and remembers all of them.
    """

    def __init__(self, value: Any, source: Source, number: int = 0) -> None:
        self.value = value
        self._source = source
        self._number = number

    @property
    def path(self) -> str:
        return self._source.path

    @property
    def text(self) -> str:
        return self._source.content

    def line(self, number: int) -> str:
        """Line `number`, 1-based, without its break; empty when there is no such line."""
        return self._source.line(number)

    def has(self, address: Address) -> bool:
        """Whether there is a value at the address."""
        return value_at(self.value, address, _NOWHERE) is not _NOWHERE

    def where(self, address: Address, *, key: bool = False) -> Place:
        """The place of the value at the address, or of its key.

        A missing address gives the key of its longest prefix that exists; a root or a list item has no key, and then
        its first key or character stands in. A value behind an alias or a merge is where it was written. An empty value
        (`a:`) is the empty stretch after the colon.
        """
        if self._tree is None:
            return Place(1, 1, 1, 1)
        node, name, complete = find(self._tree, address)
        if complete and not key:
            return self._source.place(node.start, node.end)
        return self._source.place(*((name.start, name.end) if name is not None else head(node)))

    def fragment(self, address: Address, start: int, end: int) -> Place:
        """The place of characters [start, end) of the scalar at the address, as far as quotes and folds let us tell."""
        node = find(self._tree, address) if self._tree is not None else None
        if node is None or not node[2] or not isinstance(node[0], Written) or not 0 <= start <= end <= len(node[0]):
            return self.where(address)
        spans = fragments.spans(self.text, node[0], max(end, 1))
        if not spans:
            return self.where(address)
        if start == end:
            at = spans[start][0] if start < len(spans) else spans[-1][1]
            return self._source.place(at, at)
        return self._source.place(spans[start][0], spans[end - 1][1])

    @property
    def _tree(self) -> Tree | None:
        trees = self._source.trees
        return trees[self._number] if self._number < len(trees) else None


def remembered(value: Any, text: str, path: str) -> Document:
    """A document whose values are known already; the text is only read when somebody asks for a place."""
    return Document(value, Source(text, path))


def read(path: Path) -> Document:
    """The document in a UTF-8 file (a byte order mark is accepted); DocumentError when it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CHARACTERS + 1)
    except OSError as error:
        raise DocumentError(f"cannot read the file: {error.strerror}", path=str(path)) from None
    if len(data) > MAX_CHARACTERS:
        raise DocumentError(f"the file is larger than {MAX_CHARACTERS // 2**20} MiB", path=str(path))
    return parse_yaml(_decoded(data, str(path)), str(path))


def parse_yaml(text: str, path: str = "<text>") -> Document:
    """The only document of a YAML 1.2 or JSON text; a text without one has the value None. Raises DocumentError.

    A text that is JSON is read by orjson: fast, but it keeps the last of repeated keys without a word, and an integer
    beyond 64 bits becomes a float.
    """
    source = Source(text, path)
    value = _json(source)
    if value is not None:
        source.strict = False
        return Document(value, source)
    values = _walked(source, single=True)
    return Document(values[0] if values else None, source)


def parse_yaml_stream(text: str, path: str = "<text>") -> list[Document]:
    """Every document of a YAML text, none of an empty one. Raises DocumentError."""
    source = Source(text, path)
    return [Document(value, source, number) for number, value in enumerate(_walked(source, single=False))]


def _walked(source: Source, *, single: bool) -> list[Any]:
    try:
        return list(Walker(source).documents(single=single))
    except RepeatedKeyError:
        # Values know nothing of places; the walk that does raises the same error with both of them.
        list(Placer(source).documents(single=single))
        raise


def _json(source: Source) -> dict[str, Any] | list[Any] | None:
    """The value of a JSON text; None when it is something else, which YAML may still be able to read."""
    if not JSON_START.match(source.content) or len(source.content) > MAX_CHARACTERS:
        return None
    import orjson  # late: most texts are not JSON, and a small command would feel it (design/numbers.md)

    try:
        value: dict[str, Any] | list[Any] = orjson.loads(source.content)
    except orjson.JSONDecodeError:
        return None
    return value if _shallow(value) else None


def _shallow(value: Any) -> bool:
    """Whether nothing is nested deeper than YAML may be; level by level, because a recursion would be the victim."""
    level = [value]
    for _ in range(MAX_DEPTH):
        children = [child for node in level for child in (node.values() if type(node) is dict else node)]
        level = [child for child in children if type(child) is dict or type(child) is list]
        if not level:
            return True
    return False


def _decoded(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source = Text(data[: error.start].decode("utf-8", "ignore"), path)
        at = len(source.content)
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        message = "the file is UTF-16" if utf16 else f"the byte 0x{data[error.start]:02x} is not UTF-8"
        raise source.error(message, at, at, "save the file as UTF-8") from None
