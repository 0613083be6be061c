"""The documents of all files that were given, each known by a key, and the way from an address to its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from aimon.beside import beside
from aimon.document import JSON_START, Address, Document, DocumentError, Place, parse_yaml, parse_yaml_stream, read

_MANY = 200  # files, of which to read half takes longer than to begin a second process and to hear from it
_OWN = 0.47  # of them this process reads itself, which has to import the checks first

# What the checks call a part of a spec, and where a foreign file has it: the first of these that is there.
_CALLED: dict[str, tuple[Address, ...]] = {
    "to": (("receiver",),),
    "default": (("receiver",),),
    "mute": (("mute_time_intervals",),),
    "legend": (("legendFormat",),),
    "of": (("query", "query"), ("query",), ("definition",)),
    "severity": (("labels", "severity"),),
    "summary": (*(("annotations", name) for name in ("summary", "message", "description")), ("annotations",)),
    "description": (("annotations", "description"), ("annotations",)),
    "action": (("annotations",),),
    "runbook_url": (("annotations", "runbook_url"), ("annotations",)),
    "unit": (
        ("fieldConfig", "defaults", "unit"),
        ("vizConfig", "spec", "fieldConfig", "defaults", "unit"),
        ("format",),
    ),
    "name": (("alert",), ("record",), ("job_name",)),
}


class Source(Protocol):
    """What a finding may point into: a document, or an exposition."""

    @property
    def path(self) -> str: ...

    def line(self, number: int) -> str: ...

    def where(self, address: Address, *, key: bool = False) -> Place: ...


class Files:
    """Addresses start with the key of their document: its path, and its number where a file has several."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}

    def add(self, path: Path, documents: Iterable[Document]) -> Iterator[tuple[str, Document]]:
        """The documents of a file, each with its key."""
        for number, document in enumerate(documents):
            key = f"{path}#{number + 1}" if number else str(path)
            self.sources[key] = document
            yield key, document

    def locate(self, address: Address) -> tuple[Source, Address]:
        """The document that an address leads into, and the address in there, as that document calls its parts."""
        source = self.sources.get(str(address[0])) if address else None
        if source is None:
            return next(iter(self.sources.values())), ()
        return source, _called(source, address[1:])

    def fragment(self, address: Address, start: int, end: int) -> Place:
        """The place of characters [start, end) of the text at an address."""
        source, local = self.locate(address)
        return source.fragment(local, start, end) if isinstance(source, Document) else source.where(local)


def _called(source: Source, local: Address) -> Address:
    if not isinstance(source, Document) or source.has(local):
        return local
    for length in range(len(local), 0, -1):
        if not source.has(local[: length - 1]):
            continue
        for instead in _CALLED.get(str(local[length - 1]), ()):
            if source.has((*local[: length - 1], *instead)):
                return (*local[: length - 1], *instead, *local[length:])
        break
    return local


def documents(path: Path) -> list[Document]:
    """The documents of a YAML or JSON file. Raises `DocumentError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return [read(path)]  # it says best what is wrong
    if JSON_START.match(text):
        document = parse_yaml(text, str(path))
        return [document]
    return parse_yaml_stream(text, str(path))


class Reading:
    """Files that are read; of many a second process reads some, which it begins at once."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = list(paths)
        own = len(self._paths) if len(self._paths) < _MANY else round(len(self._paths) * _OWN)
        self._own, others = self._paths[:own], self._paths[own:]
        self._others = beside(lambda: list(map(_attempt, others))) if others else list

    def documents(self) -> Iterator[tuple[Path, list[Document] | DocumentError]]:
        """What is in each file, or why it cannot be read."""
        yield from zip(self._own, map(_attempt, self._own), strict=True)
        yield from zip(self._paths[len(self._own) :], self._others(), strict=True)


def _attempt(path: Path) -> list[Document] | DocumentError:
    try:
        return documents(path)
    except DocumentError as error:
        return error
