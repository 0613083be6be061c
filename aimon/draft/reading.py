"""The files that somebody wants to import, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from aimon.document import Document
from aimon.exposition import Exposition, is_exposition, read_exposition
from aimon.foreign.files import Files, documents
from aimon.foreign.part import OTHER, SPEC, Part, parts
from aimon.inputs import SUFFIXES, files_below, head, is_foreign
from aimon.openslo import is_object


class Found(NamedTuple):
    """The files, and their parts but for the `/metrics` texts."""

    files: Files
    parts: tuple[Part, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that can be imported."""
        return not (self.shown or self.promised or any(part.kind not in (OTHER, SPEC) for part in self.parts))

    @property
    def shown(self) -> list[Exposition]:
        """The `/metrics` texts."""
        return [source for source in self.files.sources.values() if isinstance(source, Exposition)]

    @property
    def promised(self) -> list[Document]:
        """The objects of OpenSLO."""
        sources = self.files.sources.values()
        return [source for source in sources if isinstance(source, Document) and is_object(source.value)]

    def of(self, *kinds: str) -> list[Part]:
        """The parts of some kinds."""
        return [part for part in self.parts if part.kind in kinds]


def read(paths: Iterable[Path]) -> Found:
    """What is in files, and in all those of folders. Raises `DocumentError`."""
    files, found = Files(), list[Part]()
    for path in files_below(paths):
        if _is_exposition(path):
            files.sources[str(path)] = read_exposition(path)
        else:
            for key, document in files.add(path, documents(path)):
                found += parts(document.value, (key,))
    return Found(files, tuple(found))


def _is_exposition(path: Path) -> bool:
    """Whether a file holds what a target exposes; one without the usual comments does if it is nothing else."""
    if path.suffix in SUFFIXES or not path.is_file():
        return False
    return is_exposition(head(path)) or not is_foreign(path)
