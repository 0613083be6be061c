"""Which characters of a text each character of a scalar came from: through quotes, escapes, folds and indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from aimon.yaml12.place import LINE_BREAK
from aimon.yaml12.places import BLOCK_STYLES, Written

Piece: TypeAlias = tuple[str, int, int]
"""Decoded characters, and the offsets in the text that they stand for."""

BREAKS = r"(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))*[ \t]*"
FOLD = rf"[ \t]*{BREAKS}"
PLAIN = re.compile(rf"(?P<fold>{FOLD})|[ \t]+|[^ \t\r\n]+")
SINGLE = re.compile(rf"(?P<quote>'')|(?P<fold>{FOLD})|[ \t]+|[^ \t\r\n']+")
DOUBLE = re.compile(
    r"\\u(?P<pair>[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8}))"
    rf"|\\(?P<joined>{BREAKS})|\\(?P<escape>.)|(?P<fold>{FOLD})|[ \t]+|[^ \t\r\n\\]+"
)
ESCAPES = dict(zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))
INDENTED = re.compile(r"(?:^|(?<=[\r\n]))( *)[^ \r\n]")


def spans(content: str, scalar: Written, count: int) -> list[tuple[int, int]] | None:
    """For each of the first characters the offsets [start, end) it was written at; None when they do not add up."""
    wanted = scalar[:count]
    decoded: list[str] = []
    places: list[tuple[int, int]] = []
    for piece, start, end in _pieces(content, scalar):
        decoded.append(piece)
        if len(piece) == end - start:
            places.extend((offset, offset + 1) for offset in range(start, end))
        else:
            places.extend([(start, end)] * len(piece))
        if len(places) >= len(wanted):  # chomping drops line breaks at the end of a block, and nothing before them
            break
    return places[: len(wanted)] if "".join(decoded)[: len(wanted)] == wanted else None


def _pieces(content: str, scalar: Written) -> Iterator[Piece]:
    if scalar.style in BLOCK_STYLES:
        return _block(content, scalar)
    if scalar.style == "'":
        return _tokens(SINGLE, content, scalar.start + 1, scalar.end - 1)
    if scalar.style == '"':
        return _tokens(DOUBLE, content, scalar.start + 1, scalar.end - 1)
    return _tokens(PLAIN, content, scalar.start, scalar.end)


def _tokens(pattern: re.Pattern[str], content: str, start: int, end: int) -> Iterator[Piece]:
    for token in pattern.finditer(content, start, end):
        yield _decoded(token), token.start(), token.end()


def _decoded(token: re.Match[str]) -> str:
    kind = token.lastgroup
    if kind is None:
        return token[0]
    written = token[kind]
    if kind == "quote":
        return "'"
    if kind == "pair":
        return bytes.fromhex(written[:4] + written[6:]).decode("utf-16-be")
    if kind in ("x", "u", "U"):
        return chr(int(written, 16))
    if kind == "escape":
        return ESCAPES.get(written, written)
    blank_lines = "\n" * (len(LINE_BREAK.findall(written)) - 1)
    return blank_lines or ("" if kind == "joined" else " ")


def _block(content: str, scalar: Written) -> Iterator[Piece]:
    """The lines of a block scalar, joined by the algorithm of libyaml's `yaml_parser_scan_block_scalar`."""
    header = LINE_BREAK.search(content, scalar.start)
    written = header and INDENTED.search(content, header.end())
    kept = INDENTED.search(scalar)
    if not header or not written or not kept:
        return
    indent = len(written[1]) - len(kept[1])
    breaks: list[Piece] = []
    foldable = False
    for start, end, next_start in _lines(content, header.end()):
        if content[start : min(start + indent, end)].strip(" "):
            break  # indented less: the block is over
        if end - start > indent:
            more_indented = content[start + indent : start + indent + 1] in (" ", "\t")
            yield from _folded(breaks) if foldable and not more_indented else breaks
            yield content[start + indent : end], start + indent, end
            breaks, foldable = [], scalar.style == ">" and not more_indented
        breaks.append(("\n", end, next_start))
    yield from breaks


def _folded(breaks: list[Piece]) -> list[Piece]:
    """One line break is a space; of several, the first is none."""
    return breaks[1:] or [(" ", *breaks[0][1:])]


def _lines(content: str, start: int) -> Iterator[tuple[int, int, int]]:
    for found in LINE_BREAK.finditer(content, start):
        yield start, found.start(), found.end()
        start = found.end()
    yield start, len(content), len(content)
