"""A place in the words of a refused expression, and what every part of its second reading needs."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from aimon.promql.lex import Words
from aimon.promql.problem import SyntaxProblem, Unsupported
from aimon.promql.tree import Span


class Operand(NamedTuple):
    """A piece of the expression: its kind, the words that it spans, and whether a range may follow."""

    kind: str
    first: int
    last: int
    plain: bool = False  # a selector that has no range and no modifier yet


class Reading:
    """A place in the words, and the first thing seen that is beyond the library though not wrong."""

    def __init__(self, lexed: Words) -> None:
        self.lexed = lexed
        self.words = lexed.words
        self.at = 0
        self.beyond: Unsupported | None = None

    @property
    def word(self) -> str:
        return self.words[self.at]

    @property
    def keyword(self) -> str:
        return self.words[self.at].lower()

    @property
    def following(self) -> str:
        return self.words[self.at + 1] if self.word else ""

    def fail(self, message: str, span: Span | None = None, help: str | None = None) -> NoReturn:
        # At the end of the text the last word is the place to look at.
        here = self.at if self.word else max(self.at - 1, 0)
        raise SyntaxProblem(message, span or self.lexed.span(here), help)

    def newer(self, feature: str, since: str | None) -> None:
        message = f"{feature} is beyond what aimon reads; promtool has to judge it"
        self.beyond = self.beyond or Unsupported(message, self.lexed.span(self.at), since=since)

    def span(self, operand: Operand) -> Span:
        return self.lexed.span(operand.first, operand.last)

    def quote(self, operand: Operand) -> str:
        start, end = self.span(operand)
        text = " ".join(self.lexed.text[start:end].split())
        return f"`{text}`" if len(text) <= 60 else f"`{text[:40]} … {text[-15:]}`"

    def expect(self, wanted: str, why: str) -> None:
        if self.word != wanted:
            self.fail(f"{why}, but here is `{self.word}`" if self.word else f"{why}, but the expression ends here")
        self.at += 1
