"""What Prometheus gives to the templates of alerts: variables, fields and functions, and since which version.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/ and template/template.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from aimon.gotemplate.parse import Template, parse
from aimon.gotemplate.tree import (
    Action,
    Branch,
    Command,
    Definition,
    Field,
    Function,
    Literal,
    Part,
    Pipeline,
    Span,
    Variable,
    children,
    walk,
)

VARIABLES = ("labels", "externalLabels", "externalURL", "value")
FIELDS = ("Labels", "ExternalLabels", "ExternalURL", "Value")

# Prometheus is built with Go 1.23, which has `else with`, since this version.
_ELSE_WITH = (2, 55)

# https://pkg.go.dev/text/template#hdr-Functions
_OF_GO = "and call eq ge gt html index js le len lt ne not or print printf println slice urlquery"
_OF_PROMETHEUS = """
    args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp label
    match parseDuration pathPrefix query reReplaceAll safeHtml sortByLabel stripDomain stripPort strvalue tableLink
    title toLower toTime toUpper value
"""
OLDEST = (2, 42)
# Functions that 2.42 does not have: https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md. It is not said
# since when `tmpl` works outside consoles, so that only 2.42 is known to refuse it.
FUNCTIONS = {
    **dict.fromkeys((*_OF_GO.split(), *_OF_PROMETHEUS.split()), OLDEST),
    "tmpl": (2, 43),
    "now": (3, 6),
    "toDuration": (3, 6),
    "urlQueryEscape": (3, 8),
}

_HUMANIZERS = frozenset({"humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp"})


@cache
def read(text: str, version: tuple[int, int]) -> Template:
    """The tree of a label or annotation of an alert; raises TemplateProblem."""
    return parse(text, VARIABLES, version >= _ELSE_WITH)


class Use(NamedTuple):
    """A label that a template reads: of the series (``$labels``) or of the server (``$externalLabels``)."""

    external: bool
    label: str
    span: Span


def functions(template: Template) -> Iterator[Function]:
    """Every function that a template names."""
    return (part for part in walk(template) if isinstance(part, Function))


def uses(template: Template) -> Iterator[Use]:
    """The labels that a template reads, but for those that it asks for in a condition."""
    parts = list(walk(template))
    if any(target.name in VARIABLES for part in parts if isinstance(part, Pipeline) for target in part.targets):
        return
    conditions = (part.pipeline for part in parts if isinstance(part, Branch) and part.keyword != "range")
    asked = {(use.external, use.label) for use in _uses(part for each in conditions for part in walk((each,)))}
    yield from (use for use in _uses(of_root(template)) if (use.external, use.label) not in asked)


def _uses(parts: Iterator[Part]) -> Iterator[Use]:
    for part in parts:
        if isinstance(part, Variable) and part.name in ("labels", "externalLabels") and part.fields:
            yield Use(part.name != "labels", part.fields[0], part.span)
        elif isinstance(part, Field) and part.names[0] in ("Labels", "ExternalLabels") and len(part.names) > 1:
            yield Use(part.names[0] != "Labels", part.names[1], part.span)
        elif isinstance(part, Variable) and not part.name and part.fields[:1] in (("Labels",), ("ExternalLabels",)):
            if len(part.fields) > 1:
                yield Use(part.fields[0] != "Labels", part.fields[1], part.span)
        elif isinstance(part, Command) and len(part.args) == 3:
            yield from _indexed(part)


def _indexed(command: Command) -> Iterator[Use]:
    """``index $labels "name"``."""
    function, of, key = command.args
    is_index = isinstance(function, Function) and function.name == "index"
    if is_index and isinstance(of, Variable) and isinstance(key, Literal) and key.kind == "string" and not of.fields:
        maps = {"labels": False, "externalLabels": True}
        yield from (Use(external, key.value, command.span) for name, external in maps.items() if name == of.name)


def of_root(template: tuple[Part, ...]) -> Iterator[Part]:
    """Every part for which ``.`` is what Prometheus gives: not what stands in ``with``, ``range`` and own templates."""
    for part in template:
        if isinstance(part, Definition):
            continue
        yield part
        if isinstance(part, Branch) and part.keyword != "if":
            yield from of_root((part.pipeline, *part.otherwise))
            yield from (inner for inner in walk(part.body) if isinstance(inner, (Variable, Command)))
        else:
            yield from of_root(children(part))


def shown(template: Template) -> Iterator[Pipeline]:
    """The pipelines whose result is shown."""
    actions = (part for part in walk(template) if isinstance(part, Action))
    return (action.pipeline for action in actions if not action.pipeline.targets)


def humanized(template: Template) -> Iterator[Function]:
    """The functions that write the bare value for people: ``$value | humanize``, ``humanize $value``."""
    for pipeline in (part for part in walk(template) if isinstance(part, Pipeline)):
        args = [arg for command in pipeline.commands[:2] for arg in command.args]
        functions = [arg for arg in args if isinstance(arg, Function) and arg.name in _HUMANIZERS]
        others = [arg for arg in args if arg not in functions]
        if len(functions) == 1 and len(others) == 1 and is_value(others[0]):
            yield functions[0]


def is_value(part: Part) -> bool:
    """Whether a part is the value of the alert."""
    if isinstance(part, Field):
        return part.names == ("Value",)
    return isinstance(part, Variable) and (part.name, part.fields) in (("value", ()), ("", ("Value",)))
