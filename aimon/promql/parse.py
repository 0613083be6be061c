"""PromQL text to tree: the library parses, the words give the places, and what is refused is explained.

promql-parser crashes the process on a chain of 5,000 operators, hangs on deep nesting and panics on enormous durations,
so the size of an expression is checked before it sees any of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import promql_parser

from aimon.promql.align import Astray, align
from aimon.promql.grafana import without_grafana
from aimon.promql.lex import Words, has_variable, lex, number, seconds
from aimon.promql.problem import SyntaxProblem, Unsupported
from aimon.promql.tree import Node

__all__ = ["SyntaxProblem", "Unsupported", "parse"]

MOST_BYTES = 8 * 1024
MOST_NESTING = 100
MOST_OPERATORS = 500
_LONGEST = 9_223_372_036.0  # seconds: Prometheus counts durations in nanoseconds of 63 bits
_LATEST = 9_223_372_036_854_775.0  # seconds: and timestamps in milliseconds

_OPERATORS = frozenset({*"+-*/%^<>", "==", "!=", ">=", "<=", "and", "or", "unless", "atan2"})
_ODD_SPELLING = re.compile(r"`|[0-9]_|holt_winters|#")
_ENORMOUS = re.compile(r"[0-9]{9}|[0-9._][eE][+0-9]|0[xX]")


def parse(text: str, *, grafana: bool = False) -> Node:
    """The tree of an expression, with the variables of Grafana where ``grafana`` is true.

    Raises SyntaxProblem for what Prometheus refuses and for what is beyond our limits, and its subclass Unsupported for
    what only promtool can judge; nothing else. Answers are remembered, so asking again costs nothing.
    """
    return _parse(text, grafana)


@lru_cache(maxsize=2**18)  # more than a spec can hold: where the oldest are dropped, all are parsed by each check
def _parse(text: str, grafana: bool) -> Node:
    lexed = lex(text, grafana=grafana)
    _check_size(lexed)
    if _ENORMOUS.search(text):
        _check_numbers(lexed)
    refusal = ""
    for spelling in _spellings(lexed, grafana):
        try:
            return align(promql_parser.parse(spelling), lexed)
        except Astray:
            continue
        except SyntaxProblem:
            raise
        except ValueError as error:
            refusal = refusal or str(error)
        except BaseException as error:
            # A panic of the library in Rust is not an Exception and its class cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
    from aimon.promql.blame import blame  # only what is refused needs explaining

    raise blame(lexed, refusal)


def _spellings(lexed: Words, grafana: bool) -> Iterator[str]:
    """The expression in the notation that the library reads; several where a Grafana variable is ambiguous."""
    if not grafana and not _ODD_SPELLING.search(lexed.text):
        yield lexed.text
        return
    for words in without_grafana(lexed) if grafana else (lexed.words,):
        yield " ".join(_plain(word, following) for word, following in zip(words, [*words[1:], ""], strict=True))


def _plain(word: str, following: str) -> str:
    if word[:1] == "`":
        escaped = word[1:-1].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"'
    if "_" in word and word[0] in "0123456789.":
        return word.replace("_", "")
    if word == "holt_winters" and following == "(":
        return "double_exponential_smoothing"  # the same function since Prometheus 3.0
    return word


def _check_size(lexed: Words) -> None:
    text = lexed.text
    if not text.isascii():
        _check_encoding(text)
    if len(text) - lexed.commented > MOST_BYTES:
        raise SyntaxProblem(
            f"the expression has {len(text) - lexed.commented:,} characters; aimon reads up to 8 KiB",
            (0, len(text)),
            "split it with recording rules",
        )
    if len(lexed.words) > MOST_NESTING:
        _check_nesting(lexed)


def _check_encoding(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        span = (error.start, error.start + 1)
        raise SyntaxProblem(f"U+{ord(text[error.start]):04X} is half a character", span) from None


def _check_nesting(lexed: Words) -> None:
    depth = operators = to_the_right = 0
    before = "("
    for index, word in enumerate(lexed.words):
        if word in ("(", "[", "{"):
            depth += 1
        elif word in (")", "]", "}"):
            depth -= 1
        elif word.lower() in _OPERATORS:
            operators += 1
            # Powers and repeated signs nest to the right, one level each.
            to_the_right += word == "^" or (word in ("+", "-") and before in ("+", "-", "^"))
        if depth + to_the_right > MOST_NESTING:
            raise SyntaxProblem(f"the expression is nested deeper than {MOST_NESTING} levels", lexed.span(index))
        if operators > MOST_OPERATORS:
            raise SyntaxProblem(f"the expression has more than {MOST_OPERATORS} operators", lexed.span(index))
        before = word


def _modified_by(words: Sequence[str], index: int) -> str:
    """The sign or word that makes the number at an index a duration or a time; a metric may be called `offset` too."""
    at = index - 1 - (index > 0 and words[index - 1] in ("+", "-"))
    word = words[at].lower() if at >= 0 else ""
    is_metric = word == "offset" and (at == 0 or words[at - 1].lower() in _OPERATORS or words[at - 1] in "(,")
    return "" if is_metric else word


def _check_numbers(lexed: Words) -> None:
    """Refuse numbers too large for Prometheus; on durations of that size the library panics."""
    words = lexed.words
    for index, word in enumerate(words[:-1]):
        if word[0] not in "0123456789." or has_variable(word):
            continue
        if number(word) == math.inf:
            raise SyntaxProblem("this number is larger than a number can be", lexed.span(index))
        before = _modified_by(words, index)
        limit = {"[": _LONGEST, ":": _LONGEST, "offset": _LONGEST, "@": _LATEST}.get(before)
        if limit and (seconds(word) or 0.0) > limit:
            what = "timestamp" if before == "@" else "duration"
            raise SyntaxProblem(f"`{word}` is longer than a {what} can be in Prometheus", lexed.span(index))
