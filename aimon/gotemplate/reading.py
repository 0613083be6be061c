"""Reads the words of an action: pipelines, commands and operands, with the variables that they may use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from aimon.gotemplate.lex import Word, cure
from aimon.gotemplate.tree import (
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Literal,
    Operand,
    Pipeline,
    Span,
    TemplateProblem,
    Variable,
)
from aimon.gotemplate.values import is_complex, is_number, unquoted, unquoted_character
from aimon.suggest import did_you_mean

_VALUES = frozenset({"bool", "character", "complex", "dot", "field", "name", "number", "string", "variable", "("})
MOST_NESTED = 100  # a person writes three; Go's own bound is thousands


class Reading:
    """A place in the words of a template, and what may be named there."""

    def __init__(self, words: list[Word], variables: Sequence[str]) -> None:
        self.words = words
        self.at = 0
        self.variables = ["", *variables]
        self.depth = 0

    def peek(self) -> Word:
        """The next word that is no space."""
        word = self.words[self.at]
        while word.kind == "space":
            self.at += 1
            word = self.words[self.at]
        return word

    def take(self) -> Word:
        word = self.peek()
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def is_keyword(self, *names: str) -> bool:
        word = self.peek()
        return word.kind == "keyword" and word.text in names

    def unexpected(self, word: Word, where: str, help: str | None = None) -> NoReturn:
        if word.kind == "error":
            raise TemplateProblem(word.text, word.span, word.help)
        if word.kind == "end":
            raise TemplateProblem(f"{where} has no end", self._last(word), help or "add `{{ end }}`")
        if word.kind == "character sign":
            help = help or cure("", word.text)
        what = "`}}`" if word.kind == "close" else f"`{word.text}`"
        raise TemplateProblem(f"{what} cannot stand in {where}", word.span, help)

    def _last(self, word: Word) -> Span:
        opened = [each.span for each in self.words if each.kind == "open"]
        return (opened[-1][0], word.span[1]) if opened else word.span

    def close(self, where: str) -> Word:
        word = self.take()
        if word.kind != "close":
            self.unexpected(word, where)
        return word

    def pipeline(self, where: str, end: str) -> Pipeline:
        start = self.peek().span[0]
        targets, declares = self._targets(where)
        commands: list[Command] = []
        while True:
            word = self.peek()
            if word.kind == end:
                self.take()
                break
            if word.kind not in _VALUES and not self.is_keyword("nil"):
                self.unexpected(word, where)
            commands.append(self._command(where))
        if not commands:
            raise TemplateProblem(f"{where} has no value", word.span, "write a variable or a function in it")
        for command in commands[1:]:
            if isinstance(command.args[0], (Literal, Dot)):
                raise TemplateProblem("behind `|` stands a function, but this is a value", command.args[0].span)
        return Pipeline(tuple(commands), targets, declares, (start, commands[-1].span[1]))

    def _targets(self, where: str) -> tuple[tuple[Variable, ...], bool]:
        """The variables in front of ``:=`` or ``=``; nothing is read where there are none."""
        targets: list[Variable] = []
        while self.peek().kind == "variable":
            start = self.at
            word = self.take()
            sign = self.peek()
            comma = sign.kind == "character sign" and sign.text == ","
            if sign.kind not in ("assign", "declare") and not comma:
                self.at = start
                return (), False
            self.take()
            targets.append(Variable(word.text[1:], (), word.span))
            self.variables.append(word.text[1:])
            if not comma:
                return tuple(targets), sign.kind == "declare"
            if where != "`range`" or len(targets) > 1:
                self.unexpected(sign, where, "declare one variable")
            if self.peek().kind not in ("variable", "close", ")"):
                self.unexpected(self.peek(), where, "declare one variable more, or remove the `,`")
        return tuple(targets), True

    def _command(self, where: str) -> Command:
        args: list[Operand] = []
        while True:
            self.peek()
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            word = self.words[self.at]
            if word.kind == "space":
                continue
            if word.kind == "pipe":
                self.take()
            elif word.kind not in ("close", ")"):
                self.unexpected(word, where)
            break
        if not args:
            raise TemplateProblem("a command is missing", word.span, "write a function behind `|`")
        return Command(tuple(args), (args[0].span[0], args[-1].span[1]))

    def _operand(self) -> Operand | None:
        """A value with the fields that follow it; None where no value begins."""
        term = self._term()
        if term is None or self.words[self.at].kind != "field":
            return term
        fields: list[str] = []
        while self.words[self.at].kind == "field":
            fields.append(self.words[self.at].text[1:])
            self.at += 1
        span = (term.span[0], self.words[self.at - 1].span[1])
        if isinstance(term, Field):
            return Field((*term.names, *fields), span)
        if isinstance(term, Variable):
            return Variable(term.name, tuple(fields), span)
        if isinstance(term, (Literal, Dot)):
            raise TemplateProblem("a value has no fields", span, "put a space in front of the `.`")
        return Chain(term, tuple(fields), span)

    def _term(self) -> Operand | None:
        word = self.words[self.at]
        if word.kind not in _VALUES and not (word.kind == "keyword" and word.text == "nil"):
            return None
        self.at += 1
        if word.kind == "name":
            return Function(word.text, word.span)
        if word.kind == "dot":
            return Dot(word.span)
        if word.kind == "field":
            return Field((word.text[1:],), word.span)
        if word.kind == "variable":
            return self._variable(word)
        if word.kind == "(":
            return self._parens(word)
        return self._literal(word)

    def _parens(self, word: Word) -> Pipeline:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise TemplateProblem("parentheses are nested too deeply", word.span)
        inner = self.pipeline("parentheses", ")")
        self.depth -= 1
        return inner._replace(span=(word.span[0], self.words[self.at - 1].span[1]))

    def _variable(self, word: Word) -> Variable:
        name = word.text[1:]
        if name not in self.variables:
            known = [f"${each}" for each in self.variables if each]
            message = f"there is no variable `{word.text}`"
            raise TemplateProblem(message, word.span, did_you_mean(word.text, known, _known(known)))
        return Variable(name, (), word.span)

    def _literal(self, word: Word) -> Literal:
        if word.kind == "string":
            return Literal("string", self.string(word), word.span)
        if word.kind == "keyword":
            return Literal("nil", "nil", word.span)
        valid = {"number": is_number, "complex": is_complex, "character": _is_character}.get(word.kind)
        if valid is not None and not valid(word.text):
            raise TemplateProblem(f"`{word.text}` is not a {word.kind.replace('complex', 'number')}", word.span)
        return Literal("bool" if word.kind == "bool" else "number", word.text, word.span)

    def string(self, word: Word) -> str:
        text = unquoted(word.text)
        if text is None:
            wrong = re.search(r"\\[^abfnrtvxuU0-7\\\"]", word.text)
            start = word.span[0] + (wrong.start() if wrong else 0)
            span = (start, start + 2) if wrong else word.span
            raise TemplateProblem("a string has an escape that Go does not know", span, "write `\\\\` for a backslash")
        return text


def _known(names: list[str]) -> str | None:
    return f"there are {', '.join(f'`{name}`' for name in names)}" if names else None


def _is_character(text: str) -> bool:
    return unquoted_character(text) is not None
