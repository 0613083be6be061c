"""The files that somebody wants to import, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from aimon.document import Document, DocumentError
from aimon.exposition import Exposition, is_exposition, read_exposition
from aimon.foreign.files import Files, documents
from aimon.foreign.part import OTHER, SPEC, Part, parts
from aimon.inputs import SUFFIXES, files_below, head, is_foreign
from aimon.openslo import is_object


class Found(NamedTuple):
    """The files, their parts but for the `/metrics` texts, and why some cannot be read."""

    files: Files
    parts: tuple[Part, ...]
    errors: tuple[DocumentError, ...] = ()

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
    """What is in files, and in all those of folders."""
    files, found, errors = Files(), list[Part](), list[DocumentError]()
    for path in files_below(paths):
        try:
            found += _read(path, files)
        except DocumentError as error:
            errors.append(error)
    return Found(files, tuple(found), tuple(errors))


def _read(path: Path, files: Files) -> list[Part]:
    if _is_exposition(path):
        files.sources[str(path)] = read_exposition(path)
        return []
    return [part for key, document in files.add(path, documents(path)) for part in parts(document.value, (key,))]


def _is_exposition(path: Path) -> bool:
    """Whether a file holds what a target exposes; one without the usual comments does if it is nothing else."""
    if path.suffix in SUFFIXES or not path.is_file():
        return False
    return is_exposition(head(path)) or not is_foreign(path)
