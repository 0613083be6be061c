"""Findings as Markdown that fits into a comment of a pull request: a table, then the details."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from aimon.diagnostic import Diagnostic
from aimon.report.text import printable

# GitHub refuses a comment of more than 65,536 characters.
_MOST_CHARACTERS = 65_000
_LONGEST_MESSAGE = 1_000
_LONGEST_LINE = 300

_MARKS = re.compile(r"[\\`*_{}\[\]#~$!]")
_FENCES = re.compile("`+")


def diagnostics(found: Sequence[Diagnostic]) -> str:
    """The page; findings that it has no room for are counted."""
    if not found:
        return "**aimon**: nothing found\n"
    rows = list(_fitting((_row(one) for one in found), _MOST_CHARACTERS * 2 // 3))
    parts = [_head(len(found))]
    parts += [*rows, _left_out(len(found) - len(rows)), "\n"]
    details = list(_fitting((_details(one) for one in found[: len(rows)]), _MOST_CHARACTERS - sum(map(len, parts))))
    return "".join((*parts, *details)).rstrip("\n") + "\n"


def _head(count: int) -> str:
    findings = "1 finding" if count == 1 else f"{count} findings"
    return f"**aimon**: {findings}\n\n| level | where | what | check |\n|---|---|---|---|\n"


def _fitting(texts: Iterator[str], room: int) -> Iterator[str]:
    """As many of the first texts as there is room for."""
    for text in texts:
        room -= len(text)
        if room < 0:
            return
        yield text


def _left_out(count: int) -> str:
    return f"\n… and {count} more, which found no room here.\n" if count else ""


def _row(one: Diagnostic) -> str:
    where = f"{code(one.located.text)}"
    return f"| {one.level} | {where} | {prose(_shortened(one.message, _LONGEST_MESSAGE))} | {code(one.check)} |\n"


def _details(one: Diagnostic) -> str:
    """The line that a finding speaks of, what belongs to it elsewhere, and what would help."""
    title = html.escape(f"{one.located.text} {one.check}".replace("\n", " "))
    lines = [f"<details><summary>{printable(title)}</summary>\n", prose(_shortened(one.message, _LONGEST_MESSAGE)), ""]
    lines += [*_fenced(_shortened(one.located.line, _LONGEST_LINE)), ""] if one.located.line.strip() else []
    lines += [f"- {prose(context.message)} at {code(context.located.text)}" for context in one.contexts[:20]]
    lines += [f"- seen in {code(one.artifact)}"] if one.artifact else []
    lines += [f"- help: {prose(_shortened(one.help, _LONGEST_MESSAGE))}"] if one.help else []
    return "\n".join((*lines, "\n</details>\n\n"))


def _fenced(line: str) -> Iterator[str]:
    """A line of a spec behind a fence that is longer than any in it."""
    fence = "`" * max(3, 1 + max(map(len, _FENCES.findall(line)), default=0))
    yield from (f"{fence}yaml", printable(line.replace("\t", " ")), fence)


def prose(text: str) -> str:
    """Text for a cell or a paragraph: what stands between backticks is code, and nothing else means anything."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return _plain("`".join(parts))
    return "".join(code(part) if number % 2 and part else _plain(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """A span of code; as HTML where Markdown could not hold it."""
    text = printable(" ".join(text.split()))
    if "`" not in text and "|" not in text and "\\" not in text and text:
        return f"`{text}`"
    return f"<code>{_entities(text)}</code>"


def _plain(text: str) -> str:
    """Text in which nothing is markup, a table's bar, or the name of somebody to be told."""
    escaped = _MARKS.sub(lambda mark: f"\\{mark.group()}", html.escape(printable(text), quote=False))
    return escaped.replace("|", "&#124;").replace("@", "@<!-- -->").replace("://", ":<!-- -->//")


def _entities(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " .,:;/-()\"'" else f"&#{ord(letter)};" for letter in text)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
