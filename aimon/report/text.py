"""Findings for people: on a terminal with colours, in a pipe without."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from aimon.diagnostic import Diagnostic, Located

Line = list[tuple[str, str]]  # (text, style) pairs

STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}
_LONGEST_EXCERPT = 160


def show(lines: Iterable[Line], stream: TextIO | None = None, color: bool | None = None) -> None:
    """Print the lines; colours only where a terminal shows them, unless ``color`` decides."""
    stream = stream or sys.stdout
    if color is None:
        color = stream.isatty()
    if not color:
        stream.writelines("".join(text for text, _ in line) + "\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*line))


def diagnostics(found: Sequence[Diagnostic]) -> Iterator[Line]:
    """Each finding with the line it speaks of and a caret under the culprit."""
    for diagnostic in found:
        yield _head(diagnostic)
        yield from _excerpt(diagnostic.located, STYLES[diagnostic.level])
        for context in diagnostic.contexts:
            yield [("   ", ""), ("= ", "bold blue"), (printable(f"{context.message} at {context.located.text}"), "")]
        if diagnostic.artifact:
            yield [("   ", ""), ("= ", "bold blue"), (f"seen in {diagnostic.artifact}", "")]
        if diagnostic.help:
            yield [("   ", ""), ("= ", "bold blue"), (f"help: {printable(diagnostic.help)}", "")]
        yield []


def concise(found: Sequence[Diagnostic]) -> Iterator[Line]:
    """One line a finding."""
    for diagnostic in found:
        yield _head(diagnostic)


def _head(diagnostic: Diagnostic) -> Line:
    return [
        (f"{printable(diagnostic.located.text)}: ", "bold"),
        (diagnostic.level, STYLES[diagnostic.level]),
        (f": {printable(diagnostic.message)} ", "bold"),
        (f"[{diagnostic.check}]", "dim"),
    ]


def _excerpt(located: Located, style: str) -> Iterator[Line]:
    """The line and a caret; tabs stay tabs so that the caret stands right."""
    if not located.line.strip():
        return
    number = str(located.place.line)
    gutter = " " * len(number)
    start, line = _window(located)
    at = located.place.column - 1 - start
    before = "".join("\t" if letter == "\t" else " " * _columns(letter) for letter in line[:at])
    ends_here = located.place.end_line == located.place.line
    width = max(1, (located.place.end_column if ends_here else start + len(line) + 1) - located.place.column)
    width = max(1, sum(map(_columns, line[at : at + width])))
    yield [(f"{gutter} |", "bold blue")]
    yield [(f"{number} | ", "bold blue"), (_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", line), "")]
    yield [(f"{gutter} | ", "bold blue"), (before, ""), ("^" * width, style)]


# What a terminal would obey rather than show, and what would let a line read otherwise than it is (Trojan Source).
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text on one line, without anything that a terminal would obey: a spec may come from a stranger."""
    return _CONTROLS.sub(lambda found: repr(found.group())[1:-1], text)


def _columns(letter: str) -> int:
    """How wide a terminal shows a character."""
    if letter.isascii():
        return 1
    return 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _window(located: Located) -> tuple[int, str]:
    """The part of a very long line around the culprit, and where it starts."""
    if len(located.line) <= _LONGEST_EXCERPT:
        return 0, located.line
    start = max(0, located.place.column - 1 - _LONGEST_EXCERPT // 3)
    return start, located.line[start : start + _LONGEST_EXCERPT]
