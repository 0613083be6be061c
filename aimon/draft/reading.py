"""The files that somebody wants to import, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aimon.foreign.files import Files, documents
from aimon.foreign.part import Part, parts
from aimon.inputs import files_below


def read(paths: Iterable[Path]) -> tuple[Files, list[Part]]:
    """The files and their parts. Raises `DocumentError`."""
    files, found = Files(), list[Part]()
    for path in files_below(paths):
        for key, document in files.add(path, documents(path)):
            found += parts(document.value, (key,))
    return files, found
