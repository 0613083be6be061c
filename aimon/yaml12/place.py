"""A place in a text: line and column as an editor shows them, and the error that points at one."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple, TypeAlias

Address: TypeAlias = tuple[str | int, ...]
"""The way to a value: `("alerts", "HighErrorRate", "expr")`."""

# YAML 1.2 and editors agree on these three; libyaml adds U+0085, U+2028 and U+2029, so its line numbers are not used.
LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Place(NamedTuple):
    """A stretch of text: 1-based, columns count characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class DocumentError(Exception):
    """A text that cannot be read: what is wrong, where, and the smallest edit that cures it."""

    def __init__(self, message: str, place: Place | None = None, help: str | None = None, path: str = "<text>") -> None:
        super().__init__(message, place, help, path)
        self.message = message
        self.place = place
        self.help = help
        self.path = path

    def __str__(self) -> str:
        where = f"{self.path}:{self.place.line}:{self.place.column}" if self.place else self.path
        return f"{where}: {self.message}" + (f" (help: {self.help})" if self.help else "")


class Text:
    """A text, the path it came from and, when somebody asks, its lines."""

    def __init__(self, content: str, path: str) -> None:
        self.content = content
        self.path = path

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_BREAK.finditer(self.content))]

    def line(self, number: int) -> str:
        """Line `number`, 1-based, without its break; empty when there is no such line."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.content)
        return self.content[self.line_starts[number - 1] : end].rstrip("\r\n")

    def place(self, start: int, end: int) -> Place:
        """The place of the characters [start, end)."""
        return Place(*self._line_and_column(start), *self._line_and_column(max(start, end)))

    def error(self, message: str, start: int, end: int, help: str | None = None) -> DocumentError:
        return DocumentError(message, self.place(start, end), help, self.path)

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        offset = min(offset, len(self.content))
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1
