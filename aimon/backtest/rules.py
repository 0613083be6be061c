"""Which alerts differ in what they wait for, and the queries that tell of both sides what would have been.

A recording rule that is new or changed has no history of its own, so its expression takes its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aimon.compare.pairs import pairs
from aimon.inventory.plain import seconds
from aimon.promql.print import duration
from aimon.promql.tree import Selector, selectors
from aimon.thing import ALERT, GROUP, RECORDING, SERVER, Monitoring, Query, Thing

_EVALUATED = 60.0  # how often Prometheus evaluates where nobody says: its own default
_DEEPEST = 20
_DECIDES = ("expression", "for", "keep_firing_for")


class Rule(NamedTuple):
    """One side of an alert: durations in seconds, and the metrics it reads. ``note`` says why there is no query."""

    query: str | None
    reads: tuple[str, ...]
    wait: float
    keep_firing_for: float
    step: float
    note: str = ""


class Replayed(NamedTuple):
    """An alert to replay, by the name that it has now; None for a side that does not have it."""

    alert: str
    before: Rule | None
    after: Rule | None


class UnwritableError(Exception):
    """A selector whose recording rule cannot take its place."""


def changed(before: Monitoring, after: Monitoring) -> Iterator[Replayed]:
    """Every alert that is on one side only, or that waits for something else."""
    together = list(pairs(before, after))
    fresh = [new for old, new in together if new and new.kind == RECORDING and _differs(old, new, ("expression",))]
    recorded: dict[str, list[Thing]] = {}
    for rule in fresh:
        recorded.setdefault(rule.series, []).append(rule)
    for old, new in together:
        one = new or old
        if one is None or one.kind != ALERT:
            continue
        becomes = _rule(new, after, recorded) if new else None
        if _differs(old, new, _DECIDES) or (becomes and new and becomes.query != new.queries[0].text):
            yield Replayed(one.name, _rule(old, before, {}) if old else None, becomes)


def _differs(old: Thing | None, new: Thing | None, attributes: Sequence[str]) -> bool:
    if old is None or new is None:
        return True
    return any(old.said.get(attribute) != new.said.get(attribute) for attribute in attributes)


def _rule(alert: Thing, side: Monitoring, recorded: Mapping[str, Sequence[Thing]]) -> Rule:
    wait, linger = (seconds(alert.said[attribute]) or 0.0 for attribute in ("for", "keep_firing_for"))
    try:
        query: str | None = _inlined(alert.queries[0], recorded)
        note = ""
    except UnwritableError as error:
        query, note = None, str(error)
    tree = Query(query).tree if query else None
    reads = tuple(dict.fromkeys(one.name for one in selectors(tree) if one.name)) if tree else ()
    return Rule(query, reads, wait, linger, _step(alert, side), note)


def _step(alert: Thing, side: Monitoring) -> float:
    """How often the alert is evaluated."""
    own = [group.said["interval"] for group in side.called(GROUP, f"{alert.raw.file};{alert.raw.group}")]
    usual = [server.said["evaluation_interval"] for server in side.of(SERVER)]
    return next((found for text in (*own, *usual) if text and (found := seconds(text))), _EVALUATED)


def _inlined(query: Query, recorded: Mapping[str, Sequence[Thing]], depth: int = 0) -> str:
    """The query with the expressions of recording rules in place of their names. Raises `UnwritableError`."""
    text, tree = query.text, query.tree
    if tree is None:
        raise UnwritableError("its expression cannot be read")
    if depth > _DEEPEST:
        raise UnwritableError("its recording rules read each other")
    for selector in sorted(selectors(tree), key=lambda one: one.span, reverse=True):
        rules = recorded.get(selector.name or "")
        if rules:
            start, end = selector.span
            text = f"{text[:start]}{_in_place_of(selector, rules, recorded, depth)}{text[end:]}"
    return text


def _in_place_of(
    selector: Selector, rules: Sequence[Thing], recorded: Mapping[str, Sequence[Thing]], depth: int
) -> str:
    """What a selector of a recording rule would have found, as an expression."""
    wanted = {matcher.label: matcher.value for matcher in selector.matchers if matcher.op == "="}
    labels = [{name[6:]: said for name, said in rule.said.items() if name.startswith("label.")} for rule in rules]
    fitting = [(rule, own) for rule, own in zip(rules, labels, strict=True) if wanted.items() <= own.items()]
    if len(wanted) < len(selector.matchers) or selector.any_of or selector.offset or selector.at or not fitting:
        raise UnwritableError(
            f"it reads {selector.name}, which has no history yet, in a way that nothing can stand for"
        )
    made = " or ".join(_made(rule, own, recorded, depth) for rule, own in fitting)
    if selector.window is None:
        return f"({made})"
    return f"({made})[{duration(selector.window)}:{duration(_EVALUATED)}]"


def _made(rule: Thing, labels: Mapping[str, str], recorded: Mapping[str, Sequence[Thing]], depth: int) -> str:
    """The expression of a recording rule with the labels that it sets."""
    text = f"({_inlined(rule.queries[0], recorded, depth + 1)})"
    for name, value in labels.items():
        text = f'label_replace({text}, {json.dumps(name)}, {json.dumps(value.replace("$", "$$"))}, "", "")'
    return text
