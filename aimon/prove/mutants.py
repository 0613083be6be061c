"""Changed rules that the tests of an alert must tell from the right ones.

A mutant is an alert with its recording rules in which one thing was changed: a bound doubled, a comparison turned, a
matcher dropped, a window or a wait doubled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aimon.expressions.declared import series_of
from aimon.promql.labelling import Labelling
from aimon.promql.matchers import matcher_test
from aimon.promql.parse import parse
from aimon.promql.print import duration, to_text
from aimon.promql.tree import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Matcher,
    Node,
    Number,
    Parens,
    Selector,
    Subquery,
    Unary,
    bare,
    walk,
)
from aimon.stack import Alert, Recording, Stack

_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "!=", "!=": "=="}

Change = Callable[[Node], "Node | None"]  # the node that takes the place of another; None to look inside it


class Mutant(NamedTuple):
    """A change in words, and the rules with it; ``equivalent`` says why it changes nothing, where that can be shown."""

    alert: str
    change: str
    rules: Sequence[Mapping[str, Any]]
    equivalent: str | None = None


def mutants(alert: Alert, recordings: Sequence[Recording], stack: Stack) -> Iterator[Mutant]:
    """Every mutant of an alert and of the recording rules that it reads."""
    written: list[dict[str, Any]] = [
        {"record": rule.name, "expr": rule.expression.text, "labels": dict(rule.labels)} for rule in recordings
    ]
    own: dict[str, Any] = {"alert": alert.name, "expr": alert.condition, "labels": dict(alert.labels)}
    own["annotations"] = dict(alert.annotations)
    if alert.keep_firing_for:
        own["keep_firing_for"] = alert.keep_firing_for.text
    if alert.wait:
        own["for"] = alert.wait.text
        doubled = {**own, "for": duration(2 * alert.wait.seconds)}
        yield Mutant(alert.name, f"`for` doubled to {doubled['for']}", [*written, doubled])
    rules = [*written, own]
    for number, rule in enumerate(rules):
        where = f" in {rule['record']}" if "record" in rule else ""
        for change, text, equivalent in _changes(rule["expr"], stack):
            changed = [*rules[:number], {**rule, "expr": text}, *rules[number + 1 :]]
            yield Mutant(alert.name, change + where, changed, equivalent)


def _changes(text: str, stack: Stack) -> Iterator[tuple[str, str, str | None]]:
    """Each change of an expression in words, with the text that it gives, and why it changes nothing if so."""
    tree = parse(text)
    nodes = list(walk(tree))
    for node in nodes:
        if isinstance(node, Binary) and node.op in COMPARISONS:
            yield from _of_comparison(tree, node)
    for window in dict.fromkeys(node.window for node in nodes if isinstance(node, (Selector, Subquery))):
        if isinstance(window, float):
            yield (
                f"window {duration(window)} doubled",
                to_text(_replaced(tree, lambda node, old=window: _with_window(node, old))),  # type: ignore[misc]
                None,
            )
    selectors = [node for node in nodes if isinstance(node, Selector) and node.name and not node.any_of]
    for matcher in dict.fromkeys(matcher for node in selectors for matcher in node.matchers):
        reading = [node for node in selectors if matcher in node.matchers]
        yield (
            f'matcher {matcher.label}{matcher.op}"{matcher.value}" dropped',
            to_text(_replaced(tree, lambda node, old=matcher: _without(node, old))),  # type: ignore[misc]
            _excludes_nothing(matcher, reading, stack),
        )


def _of_comparison(tree: Node, node: Binary) -> Iterator[tuple[str, str, str | None]]:
    turned = node._replace(op=_TURNED[node.op])
    yield f"`{node.op}` turned to `{turned.op}`", _exchanged(tree, node, turned), None
    for bound in map(bare, (node.left, node.right)):
        if isinstance(bound, Number) and bound.variable is None and math.isfinite(bound.value) and bound.value:
            doubled = bound._replace(value=2 * bound.value)
            yield f"bound {to_text(bound)} doubled", _exchanged(tree, bound, doubled), None


def _exchanged(tree: Node, old: Node, new: Node) -> str:
    return to_text(_replaced(tree, lambda node: new if node is old else None))


def _with_window(node: Node, window: float) -> Node | None:
    if isinstance(node, Selector) and node.window == window:
        return node._replace(window=2 * window)
    if isinstance(node, Subquery) and node.window == window:
        return node._replace(window=2 * window)
    return None


def _without(node: Node, matcher: Matcher) -> Node | None:
    if isinstance(node, Selector) and node.name and matcher in node.matchers and not node.any_of:
        return node._replace(matchers=tuple(each for each in node.matchers if each != matcher))
    return None


def _replaced(node: Node, change: Change) -> Node:
    """The tree with each node that the change knows in its new form."""
    found = change(node)
    if found is not None:
        return found
    if isinstance(node, Binary):
        return node._replace(left=_replaced(node.left, change), right=_replaced(node.right, change))
    if isinstance(node, Call):
        return node._replace(args=tuple(_replaced(arg, change) for arg in node.args))
    if isinstance(node, Aggregation):
        param = None if node.param is None else _replaced(node.param, change)
        return node._replace(body=_replaced(node.body, change), param=param)
    if isinstance(node, (Parens, Unary, Subquery)):
        return node._replace(body=_replaced(node.body, change))
    return node


def _excludes_nothing(matcher: Matcher, reading: Sequence[Selector], stack: Stack) -> str | None:
    """Why a matcher leaves out no series, where the declarations say so."""
    labellings = [series.labelling for node in reading for series in series_of(node.name or "", stack.catalogue)]
    if labellings and all(_fits_all(matcher, labelling) for labelling in labellings):
        return f"all declared series have a `{matcher.label}` that it fits"
    return None


def _fits_all(matcher: Matcher, labelling: Labelling) -> bool:
    test = matcher_test(matcher.op, matcher.value)
    values = labelling.values.get(matcher.label)
    if test is None or values is None:
        return False
    return all(map(test.fits, values)) and (matcher.label in labelling.sure or test.fits_absence)
