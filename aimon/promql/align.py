"""Reads our tree off the library's: its shape from there, every place and value from the words of the user.

promql-parser keeps no places. The words are walked in step with its tree, which tells what must come next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import promql_parser

from aimon.promql.lex import Words, has_variable, is_text, seconds, unquoted
from aimon.promql.problem import SyntaxProblem, Unsupported
from aimon.promql.tree import (
    FILLS,
    MATCH_OPERATORS,
    Aggregation,
    Binary,
    Call,
    Duration,
    Grouping,
    Matcher,
    Matching,
    Node,
    Number,
    Parens,
    Selector,
    String,
    Subquery,
    Unary,
)

_SIGNS = frozenset({"+", "-"})


class Astray(Exception):  # noqa: N818
    """The words do not say what the library's tree says."""


def align(expression: promql_parser.Expr, lexed: Words) -> Node:
    """The tree of an expression that the library has accepted; raises Astray where words and tree part."""
    reader = _Reader(lexed)
    node = reader.node(expression)
    if reader.words[reader.at]:
        raise Astray(reader.words[reader.at])
    return node


class _Reader:
    """A place in the words; each method reads one kind of node from there."""

    def __init__(self, lexed: Words) -> None:
        self.lexed = lexed
        self.words = lexed.words
        self.starts = lexed.starts
        self.at = 0

    def node(self, expression: Any) -> Node:
        if self.words[self.at] == "+" and type(expression) is not promql_parser.NumberLiteral:
            return self._plus(expression)
        return _READERS[type(expression)](self, expression)

    def take(self) -> str:
        word = self.words[self.at]
        if not word:
            raise Astray("the end")
        self.at += 1
        return word

    def expect(self, wanted: str) -> None:
        if self.words[self.at] != wanted:
            raise Astray(self.words[self.at])
        self.at += 1

    def end(self) -> int:
        """The offset after the word that was read last."""
        last = self.at - 1
        return self.starts[last] + len(self.words[last])

    def _plus(self, expression: Any) -> Node:
        # The library drops a leading `+`; it binds tighter than every operator except `^`.
        if type(expression) is promql_parser.BinaryExpr and str(expression.op) != "^":
            return self.binary(expression)
        if type(expression) in (promql_parser.MatrixSelector, promql_parser.SubqueryExpr, promql_parser.StringLiteral):
            raise Astray("+")  # Prometheus refuses it, the library does not
        start = self.starts[self.at]
        self.at += 1
        body = self.node(expression)
        return Unary("+", body, (start, body.span[1]))

    def number(self, expression: promql_parser.NumberLiteral) -> Number:
        first = self.at
        while self.words[self.at] in _SIGNS:
            self.at += 1
        word = self.take()
        span = (self.starts[first], self.end())
        if has_variable(word):
            return Number(math.nan, span, "".join(self.words[first : self.at]))
        value = expression.val
        return Number(math.nan if value != value else value, span)

    def string(self, _: promql_parser.StringLiteral) -> String:
        start = self.starts[self.at]
        word = self.take()
        if not is_text(word):
            raise Astray(word)
        return String(unquoted(word), (start, self.end()))

    def parens(self, expression: promql_parser.ParenExpr) -> Parens:
        start = self.starts[self.at]
        self.expect("(")
        body = self.node(expression.expr)
        self.expect(")")
        return Parens(body, (start, self.end()))

    def unary(self, expression: promql_parser.UnaryExpr) -> Unary:
        start = self.starts[self.at]
        self.expect("-")
        body = self.node(expression.expr)
        return Unary("-", body, (start, body.span[1]))

    def call(self, expression: promql_parser.Call) -> Call:
        start = self.starts[self.at]
        name = self.take()
        name_span = (start, self.end())
        self.expect("(")
        args: list[Node] = []
        for argument in expression.args if self.words[self.at] != ")" else ():
            if args:
                self.expect(",")
            args.append(self.node(argument))
        self.expect(")")
        if name == "info":
            _check_info(args)
        return Call(name, tuple(args), (start, self.end()), name_span)

    def aggregation(self, expression: promql_parser.AggregateExpr) -> Aggregation:
        start = self.starts[self.at]
        operation = self.take().lower()
        name_span = (start, self.end())
        grouping = self._grouping()
        self.expect("(")
        param = None
        if expression.param is not None:
            param = self.node(expression.param)
            self.expect(",")
        body = self.node(expression.expr)
        self.expect(")")
        if grouping is None:
            grouping = self._grouping()
        return Aggregation(operation, body, param, grouping, (start, self.end()), name_span)

    def _grouping(self) -> Grouping | None:
        keyword = self.words[self.at].lower()
        if keyword not in ("by", "without"):
            return None
        self.at += 1
        return Grouping(self._labels(), keyword == "without")

    def _labels(self) -> tuple[str, ...]:
        self.expect("(")
        labels = []
        while (word := self.take()) != ")":
            if word != ",":
                labels.append(unquoted(word) if is_text(word) else word)
        return tuple(labels)

    def binary(self, expression: promql_parser.BinaryExpr) -> Node:
        # A chain of 500 operators leans to the left: a loop, so that Python's own stack does not limit it.
        # A `+` in front belongs to the whole power: `+x ^ y * z` is `(+(x ^ y)) * z`.
        signed = self.words[self.at] == "+"
        chain = [expression]
        while type(chain[-1].lhs) is promql_parser.BinaryExpr and not (signed and str(chain[-1].lhs.op) == "^"):
            chain.append(chain[-1].lhs)
        left = self.node(chain[-1].lhs)
        while chain:
            start = self.starts[self.at]
            op = self.take().lower()
            op_span = (start, self.end())
            returns_bool = self.words[self.at].lower() == "bool"
            self.at += returns_bool
            matching = self._matching()
            right = self.node(chain.pop().rhs)
            left = Binary(op, left, right, returns_bool, matching, (left.span[0], right.span[1]), op_span)
        return left

    def _matching(self) -> Matching | None:
        keyword = self.words[self.at].lower()
        matching = None
        if keyword in ("on", "ignoring"):
            self.at += 1
            labels = self._labels()
            side = self.words[self.at].lower()
            group: str | None = None
            include: tuple[str, ...] = ()
            if side in ("group_left", "group_right"):
                self.at += 1
                group = side[6:]
                include = self._labels() if self.words[self.at] == "(" else ()
            matching = Matching(labels, keyword == "on", group, include)
            keyword = self.words[self.at].lower()
        if keyword in FILLS and self.words[self.at + 1] == "(":
            span = self.lexed.span(self.at)
            raise Unsupported(f"`{keyword}` is too new for aimon to read; promtool has to judge it", span, since="3.10")
        return matching

    def selector(self, expression: Any) -> Selector:
        start = self.starts[self.at]
        name = None
        if self.words[self.at] != "{":
            name = self.take()
        groups = self._matchers() if self.words[self.at] == "{" else [[]]
        if name is None:
            name = _popped_name(groups)
        window = None
        if type(expression) is promql_parser.MatrixSelector:
            self.expect("[")
            window = self._duration()
            self.expect("]")
        offset, at = self._modifiers()
        first, *others = map(tuple, groups)
        return Selector(name, first, (start, self.end()), window, offset, at, tuple(others))

    def _matchers(self) -> list[list[Matcher]]:
        """The lists of matchers between the braces that are joined by ``or``; there is at least one list."""
        self.expect("{")
        groups: list[list[Matcher]] = [[]]
        while (word := self.take()) != "}":
            if word == ",":
                continue
            following = self.words[self.at]
            if following in MATCH_OPERATORS:
                label = unquoted(word) if is_text(word) else word
                self.at += 1
                groups[-1].append(Matcher(label, following, self._value()))
            elif is_text(word):
                groups[-1].append(Matcher("__name__", "=", unquoted(word)))
            elif word.lower() == "or":
                groups.append([])
            elif has_variable(word):
                groups[-1].append(Matcher(word, "=", word))
            else:
                raise Astray(word)
        return groups

    def _value(self) -> str:
        word = self.take()
        return unquoted(word) if is_text(word) else word

    def subquery(self, expression: promql_parser.SubqueryExpr) -> Subquery:
        body = self.node(expression.expr)
        self.expect("[")
        window = self._duration()
        self.expect(":")
        step = None if self.words[self.at] == "]" else self._duration()
        self.expect("]")
        offset, at = self._modifiers()
        return Subquery(body, window, step, (body.span[0], self.end()), offset, at)

    def _modifiers(self) -> tuple[Duration, float | str | None]:
        offset: Duration = 0.0
        at: float | str | None = None
        while True:
            word = self.words[self.at]
            if word == "@":
                self.at += 1
                at = self._timestamp()
            elif word.lower() == "offset":
                self.at += 1
                offset = self._duration()
            else:
                return offset, at

    def _timestamp(self) -> float | str:
        if self.words[self.at] in ("start", "end"):
            word = self.take()
            self.expect("(")
            self.expect(")")
            return f"{word}()"
        return self._duration()

    def _duration(self) -> Duration:
        sign = self.take() if self.words[self.at] in _SIGNS else ""
        word = self.take()
        if has_variable(word):
            return sign + word
        value = seconds(word)
        if value is None:
            raise Astray(word)
        return -value if sign == "-" else value


def _check_info(args: list[Node]) -> None:
    # Prometheus takes only bare matchers as the second argument, the library takes any vector.
    if len(args) == 2 and not (isinstance(args[1], Selector) and args[1].name is None):
        raise SyntaxProblem("`info` takes matchers in braces as its second argument", args[1].span)


def _popped_name(groups: list[list[Matcher]]) -> str | None:
    """The metric's name out of the only equality matcher on ``__name__``, if it can be told."""
    names = [matcher for matcher in groups[0] if matcher.label == "__name__" and matcher.op == "="]
    if len(groups) > 1 or len(names) != 1:
        return None
    groups[0].remove(names[0])
    return names[0].value


_READERS: dict[type, Callable[[_Reader, Any], Node]] = {
    promql_parser.NumberLiteral: _Reader.number,
    promql_parser.StringLiteral: _Reader.string,
    promql_parser.ParenExpr: _Reader.parens,
    promql_parser.UnaryExpr: _Reader.unary,
    promql_parser.Call: _Reader.call,
    promql_parser.AggregateExpr: _Reader.aggregation,
    promql_parser.BinaryExpr: _Reader.binary,
    promql_parser.VectorSelector: _Reader.selector,
    promql_parser.MatrixSelector: _Reader.selector,
    promql_parser.SubqueryExpr: _Reader.subquery,
}
