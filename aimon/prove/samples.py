"""Texts that a pattern matches: one for each of its alternatives at the top, as short as they come."""

from __future__ import annotations

import re

_PIECE = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?:)?|.)", re.DOTALL)
_REPEAT = re.compile(r"[*+?]\??|\{(\d+)(?:,\d*)?\}\??")
_ESCAPED = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}


def matching_texts(pattern: str) -> list[str]:
    """Texts that are worth a try; whether they match is for the caller to see."""
    texts, _ = _alternatives(pattern, 0)
    return list(dict.fromkeys(texts))


def _alternatives(pattern: str, at: int) -> tuple[list[str], int]:
    """One text for each alternative from a place on, up to the parenthesis that ends them."""
    found, current = [], ""
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found.append(current)
            current, at = "", at + 1
            continue
        text, at = _piece(pattern, at)
        current += text
    return [*found, current], at


def _piece(pattern: str, at: int) -> tuple[str, int]:
    """The text for one piece with its repeats, and the place behind it."""
    found = _PIECE.match(pattern, at)
    assert found is not None  # the last alternative takes any character
    piece, at = found[0], found.end()
    if piece.startswith("("):
        texts, at = _alternatives(pattern, at)
        text, at = texts[0], at + 1
    else:
        text = _character(piece)
    repeat = _REPEAT.match(pattern, at)
    if repeat is None:
        return text, at
    times = int(repeat[1]) if repeat[1] else int(repeat[0].startswith("+"))
    if repeat[0].startswith("*") and piece == ".":
        times = 1  # `.*` reads better as something than as nothing
    return text * times, repeat.end()


def _character(piece: str) -> str:
    if piece in ("^", "$"):
        return ""
    if piece == ".":
        return "x"
    if piece.startswith("\\"):
        return _ESCAPED.get(piece[1], piece[1])
    if piece.startswith("[^"):
        return next((sign for sign in "xa1-_" if sign not in piece), "~")
    if piece.startswith("["):
        inner = piece[1:-1]
        return _ESCAPED.get(inner[1], inner[1]) if inner.startswith("\\") else inner[:1]
    return piece
