"""Parses a Go template as text/template does: what it refuses is a problem with its place.

Source: text/template/parse/parse.go of Go. Whether a function exists is not asked here, so that the rest can be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from aimon.gotemplate.lex import Word, cure, split
from aimon.gotemplate.tree import (
    Action,
    Branch,
    Chain,
    Command,
    Definition,
    Dot,
    Field,
    Function,
    Inclusion,
    Jump,
    Literal,
    Node,
    Operand,
    Pipeline,
    Span,
    TemplateProblem,
    Text,
    Variable,
)
from aimon.gotemplate.values import is_complex, is_number, unquoted, unquoted_character
from aimon.suggest import did_you_mean

_BRANCHES = frozenset({"if", "with", "range"})
_VALUES = frozenset({"bool", "character", "complex", "dot", "field", "name", "number", "string", "variable", "("})
_MOST_NESTED = 100  # a person writes three; Go's own bound is thousands

Template = tuple[Node, ...]


def parse(text: str, variables: Sequence[str] = (), else_with: bool = True) -> Template:
    """The tree of a template that may use these variables; raises TemplateProblem.

    ``else_with`` is true for templates read by a program built with Go 1.23 or newer.
    """
    return _Parser(split(text), variables, else_with).template()


class _Parser:
    def __init__(self, words: list[Word], variables: Sequence[str], else_with: bool) -> None:
        self.words = words
        self.at = 0
        self.variables = ["", *variables]
        self.else_with = else_with
        self.loops = 0
        self.depth = 0
        self.defined: set[str] = set()

    # Words.

    def _peek(self) -> Word:
        """The next word that is no space."""
        word = self.words[self.at]
        while word.kind == "space":
            self.at += 1
            word = self.words[self.at]
        return word

    def _next(self) -> Word:
        word = self._peek()
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def _is_keyword(self, *names: str) -> bool:
        word = self._peek()
        return word.kind == "keyword" and word.text in names

    def _unexpected(self, word: Word, where: str, help: str | None = None) -> NoReturn:
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

    def _close(self, where: str) -> Word:
        word = self._next()
        if word.kind != "close":
            self._unexpected(word, where)
        return word

    # Texts and actions.

    def template(self) -> Template:
        made: list[Node] = []
        while (first := self._peek()).kind != "end":
            node = (self._definition() if first.kind == "open" else None) or self._node()
            if isinstance(node, Word):
                message = f"there is nothing that `{{{{ {node.text} }}}}` could belong to"
                raise TemplateProblem(message, node.span, "remove it")
            made.append(node)
        return tuple(made)

    def _definition(self) -> Definition | None:
        """A ``define``, which may stand at the outermost level only."""
        start = self.at
        opened = self._next()
        if opened.kind != "open" or not self._is_keyword("define"):
            self.at = start
            return None
        self._next()
        name = self._template_name("`define`")
        self._close("`define`")
        return Definition(name, None, *self._own_body(opened, name))

    def _own_body(self, opened: Word, name: str) -> tuple[Template, Span]:
        """The body of a template with a name, which sees no variables of the outer one."""
        outer, loops = self.variables, self.loops
        self.variables, self.loops = [""], 0
        body, ended = self._nodes(opened)
        self.variables, self.loops = outer, loops
        if ended.text != "end":
            raise TemplateProblem(f"`else` cannot stand in the template `{name}`", ended.span)
        self._close("`end`")
        if any(not isinstance(node, Text) or node.text.strip() for node in body):
            if name in self.defined:
                raise TemplateProblem(f"the template `{name}` is defined twice", opened.span, "rename one of them")
            self.defined.add(name)
        return body, (opened.span[0], self.words[self.at - 1].span[1])

    def _nodes(self, opened: Word) -> tuple[Template, Word]:
        """Nodes up to an ``end`` or ``else``, which is returned and whose action is left open."""
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise TemplateProblem("actions are nested too deeply", opened.span)
        made: list[Node] = []
        while self._peek().kind != "end":
            node = self._node()
            if isinstance(node, Word):
                self.depth -= 1
                return tuple(made), node
            made.append(node)
        raise TemplateProblem("the action has no `{{ end }}`", self._action_span(opened), "add `{{ end }}`")

    def _action_span(self, opened: Word) -> Span:
        """The whole action that begins with a bracket."""
        start = self.words.index(opened)
        closed = next((word for word in self.words[start:] if word.kind == "close"), opened)
        return opened.span[0], closed.span[1]

    def _node(self) -> Node | Word:
        """The next text or action, or the word ``end`` or ``else`` of one that belongs to an outer action."""
        word = self._next()
        if word.kind == "text":
            return Text(word.text, word.span)
        if word.kind != "open":
            self._unexpected(word, "a template")
        first = self._peek()
        if first.kind != "keyword" or first.text == "nil":
            return self._finished(word, self._pipeline("an action", "close"))
        self._next()
        if first.text in ("end", "else"):
            return first
        if first.text in _BRANCHES:
            return self._branch(word, first)
        if first.text in ("break", "continue"):
            return self._jump(word, first)
        if first.text == "template":
            return self._inclusion(word)
        if first.text == "block":
            name = self._template_name("`block`")
            pipeline = self._pipeline("`block`", "close")
            return Definition(name, pipeline, *self._own_body(word, name))
        message = "`define` cannot stand within another action"
        raise TemplateProblem(message, first.span, "define templates at the outermost level")

    def _finished(self, opened: Word, pipeline: Pipeline) -> Action:
        return Action(pipeline, (opened.span[0], self.words[self.at - 1].span[1]))

    def _jump(self, opened: Word, first: Word) -> Jump:
        closed = self._close(f"`{first.text}`")
        if not self.loops:
            message = f"`{first.text}` leaves a `range`, but there is none around it"
            raise TemplateProblem(message, first.span, "remove it")
        return Jump(first.text, (opened.span[0], closed.span[1]))

    def _inclusion(self, opened: Word) -> Inclusion:
        name, pipeline = self._template_name("`template`"), None
        if self._peek().kind == "close":
            self._next()
        else:
            pipeline = self._pipeline("`template`", "close")
        return Inclusion(name, pipeline, (opened.span[0], self.words[self.at - 1].span[1]))

    def _template_name(self, where: str) -> str:
        word = self._next()
        if word.kind != "string":
            self._unexpected(word, where, "write the name of a template as a string")
        return self._string(word)

    def _branch(self, opened: Word, keyword: Word) -> Branch:
        """A branch whose keyword is past; variables that are declared in it end with it."""
        known = len(self.variables)
        pipeline = self._pipeline(f"`{keyword.text}`", "close")
        self.loops += keyword.text == "range"
        body, ended = self._nodes(opened)
        self.loops -= keyword.text == "range"
        otherwise: tuple[Node, ...] = ()
        if ended.text == "end":
            self._close("`end`")
        else:
            otherwise = self._otherwise(opened, keyword)
        del self.variables[known:]
        span = (opened.span[0], self.words[self.at - 1].span[1])
        return Branch(keyword.text, pipeline, body, otherwise, span)

    def _otherwise(self, opened: Word, keyword: Word) -> tuple[Node, ...]:
        """What follows an ``else``; ``else if`` and ``else with`` need no ``end`` of their own."""
        if self._is_keyword("if", "with"):
            again = self._peek()
            if again.text == "with" and not self.else_with:
                self._unexpected(again, "`else`", "write `{{ else }}{{ with … }}`, with an `{{ end }}` more")
            if again.text != keyword.text:
                message = f"`else {again.text}` cannot follow `{keyword.text}`"
                raise TemplateProblem(message, again.span, f"write `{{{{ else }}}}{{{{ {again.text} … }}}}`")
            self._next()
            return (self._branch(opened, again),)
        self._close("`else`")
        nodes, ended = self._nodes(opened)
        if ended.text != "end":
            raise TemplateProblem("a second `else` follows the first", ended.span, "remove one of them")
        self._close("`end`")
        return nodes

    # Pipelines.

    def _pipeline(self, where: str, end: str) -> Pipeline:
        start = self._peek().span[0]
        targets, declares = self._targets(where)
        commands: list[Command] = []
        while True:
            word = self._peek()
            if word.kind == end:
                self._next()
                break
            if word.kind not in _VALUES and not self._is_keyword("nil"):
                self._unexpected(word, where)
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
        while self._peek().kind == "variable":
            start = self.at
            word = self._next()
            sign = self._peek()
            comma = sign.kind == "character sign" and sign.text == ","
            if sign.kind not in ("assign", "declare") and not comma:
                self.at = start
                return (), False
            self._next()
            targets.append(Variable(word.text[1:], (), word.span))
            self.variables.append(word.text[1:])
            if not comma:
                return tuple(targets), sign.kind == "declare"
            if where != "`range`" or len(targets) > 1:
                self._unexpected(sign, where, "declare one variable")
            if self._peek().kind not in ("variable", "close", ")"):
                self._unexpected(self._peek(), where, "declare one variable more, or remove the `,`")
        return tuple(targets), True

    def _command(self, where: str) -> Command:
        args: list[Operand] = []
        while True:
            self._peek()
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            word = self.words[self.at]
            if word.kind == "space":
                continue
            if word.kind == "pipe":
                self._next()
            elif word.kind not in ("close", ")"):
                self._unexpected(word, where)
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
        if self.depth > _MOST_NESTED:
            raise TemplateProblem("parentheses are nested too deeply", word.span)
        inner = self._pipeline("parentheses", ")")
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
            return Literal("string", self._string(word), word.span)
        if word.kind == "keyword":
            return Literal("nil", "nil", word.span)
        valid = {"number": is_number, "complex": is_complex, "character": _is_character}.get(word.kind)
        if valid is not None and not valid(word.text):
            raise TemplateProblem(f"`{word.text}` is not a {word.kind.replace('complex', 'number')}", word.span)
        return Literal("bool" if word.kind == "bool" else "number", word.text, word.span)

    def _string(self, word: Word) -> str:
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
