"""The tree of a Go template: small frozen nodes that know where in the text they were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Span: TypeAlias = "tuple[int, int]"  # characters [start, end) of the text


class TemplateProblem(ValueError):  # noqa: N818 - it names the finding
    """A template that Go refuses: what is wrong, where, and the smallest edit that cures it."""

    def __init__(self, message: str, span: Span, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help


class Text(NamedTuple):
    """What stands between the actions, without the space that trim markers take away."""

    text: str
    span: Span


class Literal(NamedTuple):
    """A string (as it reads without quotes and escapes), a number or character (as it was written), a truth, or nil."""

    kind: str  # "string", "number", "bool" or "nil"
    value: str
    span: Span


class Dot(NamedTuple):
    """The cursor, ``.``."""

    span: Span


class Field(NamedTuple):
    """Fields of the cursor: ``.Labels.job``."""

    names: tuple[str, ...]
    span: Span


class Variable(NamedTuple):
    """A variable with fields of it: ``$labels.job`` is ``labels`` with ``job``; ``$`` alone has an empty name."""

    name: str
    fields: tuple[str, ...]
    span: Span


class Function(NamedTuple):
    """A function's name, as the first word of a command or as an argument."""

    name: str
    span: Span


class Chain(NamedTuple):
    """Fields of what a function or parentheses give: ``(first x).Labels``."""

    body: Operand
    fields: tuple[str, ...]
    span: Span


class Command(NamedTuple):
    """A value, or a function with its arguments."""

    args: tuple[Operand, ...]
    span: Span


class Pipeline(NamedTuple):
    """Commands, each getting the result of the one before as its last argument; ``targets`` are set to the result."""

    commands: tuple[Command, ...]
    targets: tuple[Variable, ...]
    declares: bool  # `:=` rather than `=`
    span: Span


class Action(NamedTuple):
    """``{{ pipeline }}``."""

    pipeline: Pipeline
    span: Span


class Branch(NamedTuple):
    """``if``, ``with`` or ``range``, with what follows its ``else``."""

    keyword: str
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]
    span: Span


class Jump(NamedTuple):
    """``break`` or ``continue``."""

    keyword: str
    span: Span


class Inclusion(NamedTuple):
    """``template "name" pipeline``."""

    name: str
    pipeline: Pipeline | None
    span: Span


class Definition(NamedTuple):
    """``define "name"``, or ``block "name" pipeline``, which is shown at once."""

    name: str
    pipeline: Pipeline | None
    body: tuple[Node, ...]
    span: Span


Operand: TypeAlias = "Literal | Dot | Field | Variable | Function | Chain | Pipeline"
Node: TypeAlias = "Text | Action | Branch | Jump | Inclusion | Definition"
Part: TypeAlias = "Node | Operand | Command"


def children(part: Part) -> tuple[Part, ...]:
    """What a part is made of, in source order."""
    if isinstance(part, Action):
        return (part.pipeline,)
    if isinstance(part, Branch):
        return (part.pipeline, *part.body, *part.otherwise)
    if isinstance(part, (Inclusion, Definition)):
        body = part.body if isinstance(part, Definition) else ()
        return (*([part.pipeline] if part.pipeline else []), *body)
    if isinstance(part, Pipeline):
        return (*part.targets, *part.commands)
    if isinstance(part, Command):
        return part.args
    return (part.body,) if isinstance(part, Chain) else ()


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Every part of a template, the outer before the inner and the left before the right."""
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(children(part)))
