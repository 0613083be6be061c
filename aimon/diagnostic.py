"""A finding that is ready to be spoken: with its level, its file, its line and the text that stands there."""

# No `from __future__ import annotations` here: `typing` would compile every annotation again, which start-up pays for.

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from aimon.document import Address, Place

_NUMBER = re.compile(r"(?<![^.])\d+(?![^.])")


class Located(NamedTuple):
    """A place in a file, and the text of its line."""

    path: str
    place: Place
    line: str

    @property
    def text(self) -> str:
        """``file:line:column``."""
        return f"{self.path}:{self.place.line}:{self.place.column}"

    def veiled(self, secrets: Sequence[tuple[str, Place]]) -> "Located":
        """The same with dots over what stands at the places of secrets, so that no log repeats them."""
        line, number = self.line, self.place.line
        for path, place in secrets:
            if path == self.path and place.line <= number <= place.end_line:
                start = place.column - 1 if number == place.line else 0
                end = place.end_column - 1 if number == place.end_line else len(line)
                line = f"{line[:start]}{'•' * (end - start)}{line[end:]}"
        return self._replace(line=line)


class Context(NamedTuple):
    """A second place and what is to be seen there."""

    located: Located
    message: str


class Diagnostic(NamedTuple):
    """One message for a person or a program; ``address`` is where in the spec it is, as ``alerts.Down.expr``."""

    check: str
    level: str
    message: str
    located: Located
    address: str = ""
    help: str | None = None
    artifact: str | None = None
    contexts: tuple[Context, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What outlives moved lines and new wording: the check, the place in the spec, and what stands there."""
        start, end = self.located.place.column - 1, self.located.place.end_column - 1
        fragment = self.located.line[start:end] if self.located.place.line == self.located.place.end_line else ""
        address = _NUMBER.sub("*", self.address)  # a panel stays what it is when another is put before it
        return hashlib.sha256("\0".join((self.check, address, fragment)).encode(errors="replace")).hexdigest()[:16]


def dotted(address: Address) -> str:
    """An address as people write it."""
    return ".".join(str(step) for step in address)
