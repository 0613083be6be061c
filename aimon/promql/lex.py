"""The words of a PromQL text, and the offsets where they stand."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from aimon.promql.tree import Span

VARIABLE = r"(?:\$\w+|\$\{[^{}$\s]{1,200}\}|\[\[\w+(?:[:.]\w+)?\]\])"

# No alternative can fail late and start over, so the time is linear in the text, whatever is in it: a string takes its
# closing quote if there is one, and a number takes the letters after it, so that `5min` stays in one piece.
_COMMENT_AND_BLANK = r"[ \t\n\r]+|#[^\r\n]*"
_TEXT = (
    r""""[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?"""
    r"""|'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'?"""
    r"""|`[^`]*`?"""
)
_NUMBER = (
    r"0[xX][0-9a-fA-F_]+[A-Za-z0-9_.]*"
    r"|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?[A-Za-z0-9_.]*"
)
_NAME = r":*[A-Za-z_][A-Za-z0-9_:]*"
_SIGN = r"=~|!~|==|!=|>=|<=|&&|\|\||[\s\S]"
# A variable may be part of a word: `${__range_s}s`, `${service}_total`, `job:$metric:rate5m`.
_WITH_VARIABLE = (
    rf"(?:[A-Za-z_][A-Za-z0-9_:]*|[0-9][A-Za-z0-9_.]*)?{VARIABLE}(?:{VARIABLE}|[A-Za-z0-9_]+|:(?=[A-Za-z_]))*"
)
_WORDS = re.compile("|".join((_COMMENT_AND_BLANK, _TEXT, _NUMBER, _NAME, _SIGN)))
_WORDS_AND_VARIABLES = re.compile("|".join((_COMMENT_AND_BLANK, _TEXT, _WITH_VARIABLE, _NUMBER, _NAME, _SIGN)))
_ANY_VARIABLE = re.compile(VARIABLE)

_CLOSED_TEXT = re.compile(r"""(?s)"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`""")
_DURATION = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?")
_SECONDS = (365 * 86400.0, 7 * 86400.0, 86400.0, 3600.0, 60.0, 1.0, 0.001)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_SIMPLE_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Words(NamedTuple):
    """The words of ``text`` without blanks and comments, their offsets, and at the end an empty word."""

    text: str
    words: list[str]
    starts: list[int]
    commented: int  # characters of comments

    def end(self, index: int) -> int:
        """The offset just after a word."""
        return self.starts[index] + len(self.words[index])

    def span(self, first: int, last: int | None = None) -> Span:
        """From the first word to the end of the last one."""
        return self.starts[first], self.end(first if last is None else last)


def lex(text: str, *, grafana: bool = False) -> Words:
    """Split any text; a character that PromQL does not know is a word of its own."""
    pieces = (_WORDS_AND_VARIABLES if grafana else _WORDS).findall(text)
    placed = [
        (piece, start)
        for piece, start in zip(pieces, accumulate(map(len, pieces), initial=0), strict=False)
        if piece[0] not in " \t\n\r#"
    ]
    commented = sum(len(piece) for piece in pieces if piece[0] == "#") if "#" in text else 0
    words = [piece for piece, _ in placed]
    starts = [start for _, start in placed]
    words.append("")
    starts.append(len(text))
    return Words(text, words, starts, commented)


def has_variable(word: str) -> bool:
    """Whether a Grafana variable stands in the word."""
    return ("$" in word or "[[" in word) and _ANY_VARIABLE.search(word) is not None


def without_variables(word: str) -> str:
    """The word with a plain letter for each Grafana variable, so that a regular expression stays one."""
    return _ANY_VARIABLE.sub("v", word)


def is_text(word: str) -> bool:
    """Whether the word is a string literal, closed or not."""
    return word[:1] in ("'", '"', "`") and word != ""


def is_closed(literal: str) -> bool:
    """Whether a string literal has its closing quote."""
    return _CLOSED_TEXT.fullmatch(literal) is not None


def is_name(word: str) -> bool:
    """Whether the word can be the name of a metric."""
    return word != "" and (word[0].isalpha() or word[0] in "_:") and word.isascii() and word != ":"


def is_number(word: str) -> bool:
    """Whether the word starts like a number or a duration."""
    return word != "" and (word[0] in "0123456789" or (word[0] == "." and len(word) > 1))


@lru_cache(maxsize=4096)
def seconds(word: str) -> float | None:
    """A duration such as ``1h30m`` or a number of seconds; None if it is neither."""
    match = _DURATION.fullmatch(word)
    if match and word:
        return sum(int(count) * size for count, size in zip(match.groups(), _SECONDS, strict=True) if count)
    return number(word)


def number(word: str) -> float | None:
    """A number literal such as ``1e3``, ``0x1F`` or ``1_000``; None if it is none."""
    plain = word.replace("_", "")
    try:
        return float(int(plain, 16)) if plain[:2] in ("0x", "0X") else float(plain)
    except OverflowError:
        return math.inf
    except ValueError:
        return None


def unquoted(literal: str) -> str:
    """The value of a closed string literal, by Go's rules: ``\\x`` and octal escapes are bytes of UTF-8."""
    if "\\" not in literal or literal[0] == "`":
        return literal[1:-1]
    value = _ESCAPE.sub(_unescaped, literal[1:-1])
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _unescaped(match: re.Match[str]) -> str:
    hexadecimal, octal, short, long, simple = match.groups()
    if simple is not None:
        return _SIMPLE_ESCAPES.get(simple, simple)
    if short or long:
        code = int(short or long, 16)
        return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
    byte = int(hexadecimal, 16) if hexadecimal else int(octal, 8) & 0xFF
    return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)
