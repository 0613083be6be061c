"""Parses a Go template as text/template does: what it refuses is a problem with its place.

Source: text/template/parse/parse.go of Go. Whether a function exists is not asked here, so that the rest can be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from aimon.gotemplate.lex import Word, split
from aimon.gotemplate.reading import MOST_NESTED, Reading
from aimon.gotemplate.tree import (
    Action,
    Branch,
    Definition,
    Inclusion,
    Jump,
    Node,
    Pipeline,
    Span,
    TemplateProblem,
    Text,
)

_BRANCHES = frozenset({"if", "with", "range"})

Template = tuple[Node, ...]


def parse(text: str, variables: Sequence[str] = (), else_with: bool = True) -> Template:
    """The tree of a template that may use these variables; raises TemplateProblem.

    ``else_with`` is true for templates read by a program built with Go 1.23 or newer.
    """
    return _Parser(split(text), variables, else_with).template()


class _Parser(Reading):
    """Reads texts and actions."""

    def __init__(self, words: list[Word], variables: Sequence[str], else_with: bool) -> None:
        super().__init__(words, variables)
        self.else_with = else_with
        self.loops = 0
        self.defined: set[str] = set()

    def template(self) -> Template:
        made: list[Node] = []
        while (first := self.peek()).kind != "end":
            node = (self._definition() if first.kind == "open" else None) or self._node()
            if isinstance(node, Word):
                message = f"there is nothing that `{{{{ {node.text} }}}}` could belong to"
                raise TemplateProblem(message, node.span, "remove it")
            made.append(node)
        return tuple(made)

    def _definition(self) -> Definition | None:
        """A ``define``, which may stand at the outermost level only."""
        start = self.at
        opened = self.take()
        if opened.kind != "open" or not self.is_keyword("define"):
            self.at = start
            return None
        self.take()
        name = self._template_name("`define`")
        self.close("`define`")
        return Definition(name, None, *self._own_body(opened, name))

    def _own_body(self, opened: Word, name: str) -> tuple[Template, Span]:
        """The body of a template with a name, which sees no variables of the outer one."""
        outer, loops = self.variables, self.loops
        self.variables, self.loops = [""], 0
        body, ended = self._nodes(opened)
        self.variables, self.loops = outer, loops
        if ended.text != "end":
            raise TemplateProblem(f"`else` cannot stand in the template `{name}`", ended.span)
        self.close("`end`")
        if any(not isinstance(node, Text) or node.text.strip() for node in body):
            if name in self.defined:
                raise TemplateProblem(f"the template `{name}` is defined twice", opened.span, "rename one of them")
            self.defined.add(name)
        return body, (opened.span[0], self.words[self.at - 1].span[1])

    def _nodes(self, opened: Word) -> tuple[Template, Word]:
        """Nodes up to an ``end`` or ``else``, which is returned and whose action is left open."""
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise TemplateProblem("actions are nested too deeply", opened.span)
        made: list[Node] = []
        while self.peek().kind != "end":
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
        word = self.take()
        if word.kind == "text":
            return Text(word.text, word.span)
        if word.kind != "open":
            self.unexpected(word, "a template")
        first = self.peek()
        if first.kind != "keyword" or first.text == "nil":
            return self._finished(word, self.pipeline("an action", "close"))
        self.take()
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
            pipeline = self.pipeline("`block`", "close")
            return Definition(name, pipeline, *self._own_body(word, name))
        message = "`define` cannot stand within another action"
        raise TemplateProblem(message, first.span, "define templates at the outermost level")

    def _finished(self, opened: Word, pipeline: Pipeline) -> Action:
        return Action(pipeline, (opened.span[0], self.words[self.at - 1].span[1]))

    def _jump(self, opened: Word, first: Word) -> Jump:
        closed = self.close(f"`{first.text}`")
        if not self.loops:
            message = f"`{first.text}` leaves a `range`, but there is none around it"
            raise TemplateProblem(message, first.span, "remove it")
        return Jump(first.text, (opened.span[0], closed.span[1]))

    def _inclusion(self, opened: Word) -> Inclusion:
        name, pipeline = self._template_name("`template`"), None
        if self.peek().kind == "close":
            self.take()
        else:
            pipeline = self.pipeline("`template`", "close")
        return Inclusion(name, pipeline, (opened.span[0], self.words[self.at - 1].span[1]))

    def _template_name(self, where: str) -> str:
        word = self.take()
        if word.kind != "string":
            self.unexpected(word, where, "write the name of a template as a string")
        return self.string(word)

    def _branch(self, opened: Word, keyword: Word) -> Branch:
        """A branch whose keyword is past; variables that are declared in it end with it."""
        known = len(self.variables)
        pipeline = self.pipeline(f"`{keyword.text}`", "close")
        self.loops += keyword.text == "range"
        body, ended = self._nodes(opened)
        self.loops -= keyword.text == "range"
        otherwise: tuple[Node, ...] = ()
        if ended.text == "end":
            self.close("`end`")
        else:
            otherwise = self._otherwise(opened, keyword)
        del self.variables[known:]
        span = (opened.span[0], self.words[self.at - 1].span[1])
        return Branch(keyword.text, pipeline, body, otherwise, span)

    def _otherwise(self, opened: Word, keyword: Word) -> tuple[Node, ...]:
        """What follows an ``else``; ``else if`` and ``else with`` need no ``end`` of their own."""
        if self.is_keyword("if", "with"):
            again = self.peek()
            if again.text == "with" and not self.else_with:
                self.unexpected(again, "`else`", "write `{{ else }}{{ with … }}`, with an `{{ end }}` more")
            if again.text != keyword.text:
                message = f"`else {again.text}` cannot follow `{keyword.text}`"
                raise TemplateProblem(message, again.span, f"write `{{{{ else }}}}{{{{ {again.text} … }}}}`")
            self.take()
            return (self._branch(opened, again),)
        self.close("`else`")
        nodes, ended = self._nodes(opened)
        if ended.text != "end":
            raise TemplateProblem("a second `else` follows the first", ended.span, "remove one of them")
        self.close("`end`")
        return nodes
