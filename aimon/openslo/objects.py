"""The objects of OpenSLO documents, found by kind and name, each value with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aimon.document import Address, Document

Lost = tuple[Document, Address, str]


class Found:
    """A value and where it stands; what is lost of it is written down in ``lost``."""

    def __init__(self, value: Any, document: Document, at: Address, lost: list[Lost]) -> None:
        self.value, self.document, self.at = value, document, at
        self._lost = lost

    def below(self, *steps: str | int) -> Found:
        """The value below; None where there is none."""
        value = self.value
        for step in steps:
            known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
            value = value[step] if step in known else None
        return Found(value, self.document, (*self.at, *steps), self._lost)

    def items(self, *steps: str | int) -> Iterator[Found]:
        """The entries of the list below."""
        listed = self.below(*steps)
        for number in range(len(listed.value) if isinstance(listed.value, list) else 0):
            yield listed.below(number)

    def lose(self, message: str, *steps: str | int) -> None:
        """Something here cannot be carried over."""
        self._lost.append((self.document, (*self.at, *steps), message))


class Objects:
    """Everything that the documents declare."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.lost: list[Lost] = []
        self._all = [Found(document.value, document, (), self.lost) for document in documents]

    def of_kind(self, kind: str) -> Iterator[Found]:
        """The objects of a kind, in order."""
        return (found for found in self._all if text(found.value, "kind") == kind)

    def named(self, kind: str, name: str) -> Found | None:
        """The object with a name; None where it is elsewhere."""
        return next((found for found in self.of_kind(kind) if text(found.value, "metadata", "name") == name), None)


def mapping(value: Any, *steps: str) -> dict[str, Any]:
    """The mapping below a value; an empty one where there is none."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return {str(key): entry for key, entry in value.items()} if isinstance(value, dict) else {}


def text(value: Any, *steps: str) -> str:
    """The text below a value; an empty one where there is none."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
