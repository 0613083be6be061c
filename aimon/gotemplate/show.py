"""Shows what a template makes of an alert, as Prometheus would; what depends on more than the alert is not shown.

Source: text/template/exec.go of Go, template/template.go of Prometheus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from aimon.gotemplate.calls import NotShown, call
from aimon.gotemplate.humanize import go_float
from aimon.gotemplate.parse import Template
from aimon.gotemplate.tree import (
    Action,
    Branch,
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Literal,
    Node,
    Operand,
    Pipeline,
    Text,
    Variable,
)

Value: TypeAlias = Any  # a text, a number, a truth, nothing, labels, or the facts


class Facts(NamedTuple):
    """What Prometheus gives to the templates of an alert."""

    labels: Mapping[str, str]
    value: float
    external_labels: Mapping[str, str]

    def field(self, name: str) -> Value:
        """``.Labels`` and its like."""
        fields: dict[str, Value] = {
            "Labels": self.labels,
            "Value": self.value,
            "ExternalLabels": self.external_labels,
        }
        if name not in fields:
            raise NotShown(f"`.{name}` depends on the server")
        return fields[name]


def shown(template: Template, facts: Facts) -> str:
    """The text; raises `NotShown`."""
    variables: dict[str, Value] = {
        "": facts,
        "labels": facts.labels,
        "externalLabels": facts.external_labels,
        "value": facts.value,
    }
    return _Showing(facts, variables).nodes(template)


class _Showing:
    def __init__(self, dot: Value, variables: dict[str, Value]) -> None:
        self.dot = dot
        self.variables = variables

    def nodes(self, nodes: Sequence[Node]) -> str:
        return "".join(map(self._node, nodes))

    def _node(self, node: Node) -> str:
        if isinstance(node, Text):
            return node.text
        if isinstance(node, Action):
            value = self._pipeline(node.pipeline)
            return "" if node.pipeline.targets else printed(value)
        if isinstance(node, Branch) and node.keyword in ("if", "with"):
            return self._branch(node)
        raise NotShown("it loops, or includes another template")

    def _branch(self, node: Branch) -> str:
        inner = _Showing(self.dot, dict(self.variables))
        value = inner._pipeline(node.pipeline)
        if not is_true(value):
            return inner.nodes(node.otherwise)
        if node.keyword == "with":
            inner.dot = value
        return inner.nodes(node.body)

    def _pipeline(self, pipeline: Pipeline) -> Value:
        value: Value = None
        for number, command in enumerate(pipeline.commands):
            value = self._command(command, [value] if number else [])
        if len(pipeline.targets) > 1 or (pipeline.targets and not pipeline.declares):
            raise NotShown("it sets a variable of the surrounding text")
        for target in pipeline.targets:
            self.variables[target.name] = value
        return value

    def _command(self, command: Command, piped: list[Value]) -> Value:
        first, *rest = command.args
        if isinstance(first, Function):
            return call(first.name, [*map(self._operand, rest), *piped])
        if rest or piped:
            raise NotShown("it gives arguments to something that is no function")
        return self._operand(first)

    def _operand(self, operand: Operand) -> Value:
        if isinstance(operand, Literal):
            return _literal(operand)
        if isinstance(operand, Dot):
            return self.dot
        if isinstance(operand, Field):
            return _fields(self.dot, operand.names)
        if isinstance(operand, Variable):
            if operand.name not in self.variables:
                raise NotShown(f"`${operand.name}` depends on the server")
            return _fields(self.variables[operand.name], operand.fields)
        if isinstance(operand, Function):
            return call(operand.name, [])
        if isinstance(operand, Pipeline):
            return self._pipeline(operand)
        assert isinstance(operand, Chain)
        return _fields(self._operand(operand.body), operand.fields)


def _literal(literal: Literal) -> Value:
    if literal.kind == "string":
        return literal.value
    if literal.kind == "bool":
        return literal.value == "true"
    if literal.kind == "nil":
        return None
    try:
        return int(literal.value)
    except ValueError:
        pass
    try:
        return float(literal.value)
    except ValueError:
        raise NotShown(f"`{literal.value}` is an unusual number") from None


def _fields(value: Value, names: Sequence[str]) -> Value:
    for name in names:
        if isinstance(value, Facts):
            value = value.field(name)
        elif isinstance(value, Mapping):
            value = value.get(name, "")  # Prometheus asks for empty texts in place of errors
        else:
            raise NotShown(f"there is no field `{name}`")
    return value


def is_true(value: Value) -> bool:
    """Whether a value counts as true for ``if``."""
    return bool(value)


def printed(value: Value) -> str:
    """A value as it is shown."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return go_float(value)
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{name}:{text}' for name, text in sorted(value.items()))}]"
    raise NotShown("it shows something that is no text")
