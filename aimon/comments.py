"""Comments that accept a finding on purpose: ``# aimon: ignore[alert/without-for] a restart is one event``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from aimon.document import Document, Place
from aimon.suggest import nearest
from aimon.yaml12.mask import Mask
from aimon.yaml12.mistakes import LOADER
from aimon.yaml12.place import Text

HOW = "write `# aimon: ignore[alert/without-for] and why`"

_ADDRESSED = re.compile(r"#[ \t]*aimon[ \t]*:", re.IGNORECASE)
# A comment that speaks to aimon; `# aimon: 1 is the version of the language` does not.
_SPOKEN = re.compile(r"#[ \t]*aimon[ \t]*:[ \t]*(?P<verb>[\w-]+)(?P<rest>[^\r\n]*)", re.IGNORECASE)
_BRACKETED = re.compile(r"[ \t]*\[(?P<ids>[^\]\r\n]*)\](?P<reason>.*)")
_HEADER = re.compile(r"[|>][0-9+-]*[ \t]*(?P<comment>#[^\r\n]*)")


class Comment(NamedTuple):
    """One id of one comment: where the id is written, why it is there, and the lines [first, last] that it is for."""

    check: str
    reason: str
    place: Place
    first: int
    last: int

    def covers(self, line: int) -> bool:
        """Whether a finding that starts on the line is accepted."""
        return self.first <= line <= self.last


class Malformed(NamedTuple):
    """A comment that wants to accept something and does not say what, or why."""

    message: str
    place: Place
    help: str


def read(document: Document) -> tuple[list[Comment], list[Malformed]]:
    """The comments of a document that speak to aimon, in order; free where there is none."""
    if not _ADDRESSED.search(document.text):
        return [], []
    reader = _Reader(document)
    comments: list[Comment] = []
    mistakes: list[Malformed] = []
    for found in reader.spoken():
        for made in reader.understood(found):
            if isinstance(made, Comment):
                comments.append(made)
            else:
                mistakes.append(made)
    return comments, mistakes


class _Scalar(NamedTuple):
    """The offsets [start, end) of a scalar, a tag or a directive; the header of a block may hold a comment."""

    start: int
    end: int
    hole: tuple[int, int] = (0, 0)

    def holds(self, offset: int) -> bool:
        """Whether a `#` there is none of a comment."""
        return self.start <= offset < self.end and not self.hole[0] <= offset < self.hole[1]


class _Reader:
    """A text and its scalars, in which a `#` begins no comment."""

    def __init__(self, document: Document) -> None:
        self._text = Text(document.text, document.path)
        self._scalars = list(_scalars(document.text))
        self._starts = [scalar.start for scalar in self._scalars]
        self._block = (0, 0)  # the lines [first, end) of the last comments that were looked at

    def spoken(self) -> Iterator[re.Match[str]]:
        """Every comment that speaks to aimon; one that only quotes such a comment does not."""
        at = 0
        while found := _ADDRESSED.search(self._text.content, at):
            start, at = found.span()
            scalar = self._scalar_at(start)
            if scalar is not None:
                at = max(scalar.end, at)
            elif self._is_first(start) and (spoken := _SPOKEN.match(self._text.content, start)):
                at = spoken.end()
                yield spoken

    def _is_first(self, offset: int) -> bool:
        """Whether no comment begins before the offset on its line."""
        start = self._text.line_starts[self._text.place(offset, offset).line - 1]
        hashes = re.finditer("#", self._text.content[start:offset])
        return all(self._scalar_at(start + found.start()) for found in hashes)

    def _scalar_at(self, offset: int) -> _Scalar | None:
        """The scalar that an offset is in."""
        number = bisect_right(self._starts, offset) - 1
        return self._scalars[number] if number >= 0 and self._scalars[number].holds(offset) else None

    def understood(self, found: re.Match[str]) -> Iterator[Comment | Malformed]:
        """What a comment accepts, or what is wrong with it; nothing where it says something else."""
        whole = self._text.place(found.start(), found.start() + len(found.group().rstrip()))
        bracketed = _BRACKETED.match(found["rest"])
        if found["verb"].casefold() != "ignore":
            if bracketed or nearest(found["verb"], ["ignore"]):
                yield Malformed(f"aimon does not know `{found['verb']}` in a comment", whole, "did you mean `ignore`?")
            return
        if not bracketed:
            yield Malformed("this comment does not say which check it accepts", whole, HOW)
        elif not _said(bracketed["reason"]):
            yield Malformed("this comment does not say why", whole, "write the reason behind the bracket")
        elif not all(id.strip() for id in bracketed["ids"].split(",")):
            yield Malformed("there is an empty place between the brackets", whole, HOW)
        else:
            yield from self._accepted(found, bracketed, whole)

    def _accepted(self, found: re.Match[str], bracketed: re.Match[str], whole: Place) -> Iterator[Comment]:
        first, last = self._lines(whole.line, found.start())
        for each in re.finditer(r"[^,\s](?:[^,]*[^,\s])?", bracketed["ids"]):
            start = found.start("rest") + bracketed.start("ids") + each.start()
            place = self._text.place(start, start + len(each.group()))
            yield Comment(each.group(), _said(bracketed["reason"]), place, first, last)

    def _lines(self, line: int, offset: int) -> tuple[int, int]:
        """The lines that a comment is for: its own; behind nothing but blanks the next one that is not a comment.

        A scalar on the line belongs to it with all of its lines, because no comment can stand inside it.
        """
        if not self._text.content[self._text.line_starts[line - 1] : offset].strip():
            line = self._below(line)
        spans = [self._text.place(scalar.start, scalar.end) for scalar in self._scalars_on(line)]
        return min([line, *(span.line for span in spans)]), max([line, *(span.end_line for span in spans)])

    def _below(self, line: int) -> int:
        """The next line that is not a comment."""
        first, end = self._block
        if not first <= line < end:
            first, end = line, line + 1
            while self._text.line(end).lstrip().startswith("#"):
                end += 1
            self._block = (first, end)
        return end

    def _scalars_on(self, line: int) -> Iterator[_Scalar]:
        """The scalars that have a part on the line."""
        starts = self._text.line_starts
        start = starts[line - 1] if line <= len(starts) else len(self._text.content)
        end = starts[line] if line < len(starts) else len(self._text.content)
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._scalars) and self._scalars[number].start < end:
            if self._scalars[number].end > start:
                yield self._scalars[number]
            number += 1


def _said(reason: str) -> str:
    """The reason without the punctuation that people like to put before it."""
    return reason.strip(" \t:–—-")


def _scalars(content: str) -> Iterator[_Scalar]:
    """The scalars, tags and directives of a text, in order."""
    try:
        for token in yaml.scan(Mask(content).content, Loader=LOADER):
            start, end = token.start_mark.index, token.end_mark.index
            if isinstance(token, yaml.ScalarToken):
                # For libyaml the blanks behind a block are a part of it.
                yield _Scalar(start, start + len(content[start:end].rstrip(" \t\r\n")), _comment(content, start, token))
            elif isinstance(token, (yaml.TagToken, yaml.DirectiveToken)):
                yield _Scalar(start, end)
    except yaml.YAMLError:  # JSON that only orjson reads; it has no comments
        yield _Scalar(0, len(content))


def _comment(content: str, start: int, token: Any) -> tuple[int, int]:
    """Where in the header of a block a comment stands."""
    header = _HEADER.match(content, start) if token.style in ("|", ">") else None
    return (header.start("comment"), header.end()) if header else (0, 0)
