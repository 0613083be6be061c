"""Faults of single words and of brackets: what can be seen without knowing any grammar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from aimon.promql.lex import Words, has_variable, is_closed, is_name, is_number, is_text, number, seconds
from aimon.promql.problem import SyntaxProblem

UNITS = {
    "ms": ("milli", "millis", "millisecond", "milliseconds", "msec"),
    "s": ("sec", "secs", "second", "seconds", "S"),
    "m": ("min", "mins", "minute", "minutes", "M"),
    "h": ("hr", "hrs", "hour", "hours", "H"),
    "d": ("day", "days", "D"),
    "w": ("week", "weeks", "W"),
    "y": ("yr", "year", "years", "Y"),
}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in (unit, *words)}
_CLOSES = {")": "(", "]": "[", "}": "{"}
_OPENS = {"(": ")", "[": "]", "{": "}"}
_KNOWN = frozenset({"=~", "!~", "==", "!=", ">=", "<=", "&&", "||", *"+-*/%^<>=(){}[],@!:"})
_BAD_ESCAPE = re.compile(
    r"\\(?!x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abfnrtv\\'\"])(.?)", re.DOTALL
)
_COUNT_AND_UNIT = re.compile(r"([0-9]+)([A-Za-z]+)")
_LOOKALIKES = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u2212": "-", "\u2013": "-", "\u00d7": "*"}


def word_faults(lexed: Words) -> Iterator[SyntaxProblem]:
    """Each word that PromQL does not know, in source order."""
    for index, word in enumerate(lexed.words[:-1]):
        span = lexed.span(index)
        if is_text(word):
            yield from _text_faults(word, span[0])
        elif is_number(word):
            yield from _number_faults(word, span)
        elif not (is_name(word) or word in _KNOWN or has_variable(word)):
            yield _unknown(lexed, word, span)


def bracket_faults(lexed: Words) -> Iterator[SyntaxProblem]:
    """The first bracket that has no partner, or the wrong one."""
    waiting: list[int] = []
    for index, word in enumerate(lexed.words):
        if word in _OPENS:
            waiting.append(index)
        elif word in _CLOSES:
            if not waiting:
                yield SyntaxProblem(f"this `{word}` closes nothing", lexed.span(index), f"remove `{word}`")
                return
            opener = lexed.words[waiting.pop()]
            if opener != _CLOSES[word]:
                wanted = _OPENS[opener]
                yield SyntaxProblem(
                    f"`{opener}` is closed by `{word}`", lexed.span(index), f"write `{wanted}` before `{word}`"
                )
                return
    if waiting:
        last = waiting[-1]
        opener = lexed.words[last]
        owner = lexed.words[last - 1] if last and is_name(lexed.words[last - 1]) else ""
        where = f" after `{owner}`" if owner else ""
        yield SyntaxProblem(f"`{opener}`{where} is never closed", lexed.span(last), f"add `{_OPENS[opener]}`")


def _text_faults(word: str, start: int) -> Iterator[SyntaxProblem]:
    if not is_closed(word):
        yield SyntaxProblem(f"the string that starts with {word[0]} never ends", (start, start + len(word)))
    elif word[0] != "`":
        yield from _escape_faults(word, start)


def _escape_faults(word: str, start: int) -> Iterator[SyntaxProblem]:
    inside = word[1:-1]
    at = 0
    while (at := inside.find("\\", at)) >= 0:
        bad = _BAD_ESCAPE.match(inside, at)
        other_quote = inside[at + 1 : at + 2] in ("'", '"') and inside[at + 1] != word[0]
        if bad or other_quote:
            escape = inside[at : at + 2]
            help = f"write `{inside[at + 1]}`" if other_quote else f"write `\\{escape}`, or quote with backticks"
            span = (start + 1 + at, start + 1 + at + len(escape))
            yield SyntaxProblem(f"a string knows no escape `{escape}`", span, help)
            return
        at += 2


def _number_faults(word: str, span: tuple[int, int]) -> Iterator[SyntaxProblem]:
    if seconds(word) is not None and (number(word) is not None or "_" not in word):
        return
    match = _COUNT_AND_UNIT.fullmatch(word)
    if match and match[2] in UNIT_OF:
        message = f"unknown duration unit `{match[2]}` in `{word}`"
        yield SyntaxProblem(message, span, f"write `{match[1]}{UNIT_OF[match[2]]}`")
    elif match:
        yield SyntaxProblem(
            f"unknown duration unit `{match[2]}` in `{word}`", span, "the units are ms, s, m, h, d, w and y"
        )
    elif re.fullmatch(r"[0-9]*\.[0-9]+(ms|[smhdwy])", word):
        yield SyntaxProblem(f"`{word}` is no duration: whole numbers only", span, _whole(word))
    elif re.fullmatch(r"([0-9]+(ms|[smhdwy]))+", word):
        yield SyntaxProblem(f"`{word}` is no duration: units go from large to small, each once", span)
    else:
        yield SyntaxProblem(f"`{word}` is neither a number nor a duration", span)


def _whole(word: str) -> str | None:
    """The duration with a fraction, in a smaller unit: ``90m`` for ``1.5h``."""
    value, unit = word.rstrip("mshdwy"), word.lstrip("0123456789.")
    smaller = {"y": ("d", 365), "w": ("d", 7), "d": ("h", 24), "h": ("m", 60), "m": ("s", 60), "s": ("ms", 1000)}
    if unit not in smaller:
        return None
    count = round(float(value) * smaller[unit][1], 6)
    return f"write `{int(count)}{smaller[unit][0]}`" if count == int(count) else None


def _unknown(lexed: Words, word: str, span: tuple[int, int]) -> SyntaxProblem:
    if word in _LOOKALIKES:
        plain = _LOOKALIKES[word]
        return SyntaxProblem(f"`{word}` is not the character `{plain}`", span, f"write `{plain}`")
    if word == "$":
        variable = re.compile(r"\$\w+|\$\{[^}]*\}|\$").match(lexed.text, span[0])
        end = variable.end() if variable else span[1]
        written = lexed.text[span[0] : end]
        return SyntaxProblem(f"`{written}` is a variable of Grafana, which only a dashboard knows", (span[0], end))
    if word == ".":
        return SyntaxProblem(
            "`.` cannot be part of a plain name", span, 'quote the name: `{"a.b"}`, since Prometheus 3.0'
        )
    if word.isprintable() and not word.isspace():
        return SyntaxProblem(f"PromQL does not know the character `{word}`", span)
    name = unicodedata.name(word, "control character")
    return SyntaxProblem(f"PromQL does not know the character U+{ord(word):04X} ({name.lower()})", span)
