"""Strings and numbers as Go writes them.

Source: https://go.dev/ref/spec#Lexical_elements, and strconv of Go.
"""

from __future__ import annotations

import re

_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(
    r"""\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([^\\])""", re.DOTALL
)

_INTEGER = re.compile(r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|[1-9](?:_?[0-9])*|0)")
_DECIMAL = r"(?:[0-9](?:_?[0-9])*)"
_HEXADECIMAL = r"(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)"
_FLOAT = re.compile(
    rf"[+-]?(?:(?:{_DECIMAL}\.?{_DECIMAL}?|\.{_DECIMAL})(?:[eE][+-]?{_DECIMAL})?"
    rf"|0[xX]_?(?:{_HEXADECIMAL}\.?{_HEXADECIMAL}?|\.{_HEXADECIMAL})[pP][+-]?{_DECIMAL})"
)
_LARGEST, _SMALLEST = 2**64 - 1, -(2**63)
_MOST_DIGITS = 64  # in base 2


def unquoted(text: str) -> str | None:
    """The string that a literal in quotes or backquotes stands for; None where Go refuses it."""
    inner = text[1:-1]
    if text[0] == "`":
        return inner.replace("\r", "")
    return _unescaped(inner, text[0])


def unquoted_character(text: str) -> str | None:
    """The character that a literal stands for; None where Go refuses it."""
    character = _unescaped(text[1:-1], "'")
    return character if character is not None and len(character) == 1 else None


def _unescaped(inner: str, quote: str) -> str | None:
    made: list[str] = []
    at = 0
    while at < len(inner):
        found = _ESCAPE.match(inner, at)
        sign = _character(found, quote) if found else None
        if found is None or sign is None:
            return None
        made.append(sign)
        at = found.end()
    return "".join(made)


def _character(found: re.Match[str], quote: str) -> str | None:
    simple, byte, octal, short, long, plain = found.groups()
    if plain:
        return None if plain == quote else plain
    if simple:
        return _SIMPLE.get(simple) or (simple if simple == quote else None)
    code = int(octal, 8) if octal else int(byte or short or long, 16)
    if (octal and code > 255) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code)


def is_number(text: str) -> bool:
    """Whether Go reads a word as a number: an integer that fits 64 bits, or a float."""
    if text.endswith("i"):
        return is_float(text[:-1])
    if _INTEGER.fullmatch(text):
        value = _integer(text)
        unsigned = text[0] not in "+-"
        return (value <= _LARGEST if unsigned else value < 2**63) and value >= _SMALLEST
    return is_float(text) and any(sign in text for sign in ".eEpP")


def _integer(text: str) -> int:
    """The value; a leading zero alone means octal, as in Go and unlike Python."""
    digits = text.lstrip("+-").replace("_", "").lower()
    if len(digits.lstrip("0xbo")) > _MOST_DIGITS:
        return _LARGEST + 1
    based = re.fullmatch(r"0[xbo].*", digits)
    base = 0 if based else 8 if digits.startswith("0") else 10
    value = int(digits, base)
    return -value if text.startswith("-") else value


def is_float(text: str) -> bool:
    """Whether Go reads a word as a float that is not too large."""
    if not _FLOAT.fullmatch(text):
        return False
    plain = text.replace("_", "")
    try:
        value = float.fromhex(plain) if "x" in plain.lower() else float(plain)
    except OverflowError:
        return False
    return abs(value) != float("inf")


def is_complex(text: str) -> bool:
    """Whether Go reads a word such as ``1+2i`` as a number."""
    found = re.fullmatch(r"([+-]?[^+-]+(?:[eEpP][+-]?[0-9]+)?)([+-].+)i", text)
    return bool(found) and all(is_float(part) for part in found.groups())  # type: ignore[union-attr]
