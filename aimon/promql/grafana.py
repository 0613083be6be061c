"""Grafana variables in expressions: something plain in their place, so that a PromQL parser reads the rest."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.promql.functions import AGGREGATIONS, SCALAR, SIGNATURES
from aimon.promql.lex import Words, has_variable, is_text, without_variables
from aimon.promql.problem import Unsupported
from aimon.promql.tree import MATCH_OPERATORS

_ARITHMETIC = frozenset({*"+-*/%^", "==", "!=", ">", "<", ">=", "<=", "bool", "atan2"})
_BEFORE_LABELS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_NAME, _NUMBER, _DURATION, _TIMESTAMP, _STRING = "v", "1", "5m", "0", '"v"'


def without_grafana(lexed: Words) -> Iterator[list[str]]:
    """The words with plain ones for the variables; several readings, the likeliest first.

    A variable that stands alone, as in ``$a > $b``, may be a number or a metric: only the whole expression can tell.
    """
    if not any(has_variable(word) for word in lexed.words):
        yield lexed.words
        return
    for alone in (None, _NAME, _NUMBER):
        yield _Plain(lexed, alone).words


class _Plain:
    """One reading of the words: ``alone`` stands for each variable that may be a number or a metric."""

    def __init__(self, lexed: Words, alone: str | None) -> None:
        self.lexed = lexed
        self.alone = alone
        self.open: list[tuple[str, str, int]] = []  # each open bracket, the word before it, and where it is
        self.grouped = ""  # the aggregation whose labels were closed last
        self.words = [self._word(index, word) for index, word in enumerate(lexed.words)]

    def _word(self, index: int, word: str) -> str:
        if word in ("(", "[", "{"):
            before = self._before(index)
            self.open.append((word, self.grouped if before == ")" else before, index))
        elif word in (")", "]", "}") and self.open:
            _, owner, opened = self.open.pop()
            if owner in ("by", "without"):
                self.grouped = self._before(opened - 1)
        elif has_variable(word):
            return without_variables(word) if is_text(word) else self._plain(index, word)
        return word

    def _before(self, index: int) -> str:
        return self.lexed.words[index - 1].lower() if index else ""

    def _plain(self, index: int, word: str) -> str:
        before, following = self._before(index), self.lexed.words[index + 1]
        bracket, owner, _ = self.open[-1] if self.open else ("", "", 0)
        if bracket == "[" or before == "offset" or (before in ("+", "-") and self._before(index - 1) == "offset"):
            return _DURATION
        if before == "@":
            return _TIMESTAMP
        if bracket == "{":
            return self._matcher(before, following)
        if bracket == "(" and owner in _BEFORE_LABELS:
            return _NAME
        if following.lower() in ("(", "by", "without"):
            span = self.lexed.span(index)
            raise Unsupported(f"`{word}` stands for a function, which nobody knows before the dashboard is shown", span)
        if following.lower() in ("{", "[", "offset", "@") or without_variables(word) != _NAME:
            return _NUMBER if word[0].isdigit() else _NAME
        return self.alone or self._likely(before, following, owner)

    def _matcher(self, before: str, following: str) -> str:
        if before in MATCH_OPERATORS:
            return _STRING
        return _NAME if following in MATCH_OPERATORS else f"{_NAME}={_STRING}"

    def _likely(self, before: str, following: str, owner: str) -> str:
        if before in _ARITHMETIC or following in _ARITHMETIC:
            return _NUMBER
        if before == ",":
            return _NAME if owner in AGGREGATIONS else _NUMBER
        if before != "(":
            return _NAME
        first = SIGNATURES[owner].takes[:1] if owner in SIGNATURES else (AGGREGATIONS.get(owner),)
        return _NUMBER if first == (SCALAR,) else _NAME
