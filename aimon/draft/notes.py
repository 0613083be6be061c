"""What a draft leaves out or says otherwise, each with the place in the file of others where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from aimon.document import Address
from aimon.foreign.files import Files


class Note(NamedTuple):
    """Something at an address that is not carried over as it was; ``lost`` where nothing in the draft stands for it."""

    at: Address
    message: str
    lost: bool


class Notes:
    """Everything that is to be said, gathered on the way."""

    def __init__(self) -> None:
        self._all: dict[Note, None] = {}

    def lose(self, at: Address, message: str) -> None:
        """Something is left out."""
        self._all[Note(at, message, True)] = None

    def tell(self, at: Address, message: str) -> None:
        """Something is carried over in other words."""
        self._all[Note(at, message, False)] = None

    def lose_rest(self, at: Address, value: Mapping[str, Any], known: Collection[str]) -> None:
        """Every key of a mapping that nobody has looked at."""
        for key in value:
            if key not in known:
                self.lose((*at, key), f"`{key}` is left out: a spec has no word for it")

    @property
    def has_lost(self) -> bool:
        """Whether anything is left out."""
        return any(note.lost for note in self._all)

    def sentences(self, files: Files) -> Iterator[str]:
        """``file:line:column: message`` in the order of the files and of their lines."""
        order = {source.path: number for number, source in enumerate(files.sources.values())}
        placed = []
        for note in self._all:
            source, local = files.locate(note.at)
            place = source.where(local, key=True)
            placed.append((order[source.path], place.line, place.column, source.path, _printable(note.message)))
        yield from (f"{path}:{line}:{column}: {message}" for _, line, column, path, message in sorted(placed))


def _printable(text: str) -> str:
    """The text with its breaks as blanks: names of others go to terminals."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(text.split()))
