"""Rule files and PrometheusRule objects → groups of recordings and alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from aimon import spec
from aimon.catalogue import Catalogue, Label, Metric
from aimon.document import Address
from aimon.expressions import expression, recorded_together, recorded_type
from aimon.expressions.shapes import masked
from aimon.foreign.loose import duration, entries, labels, text
from aimon.foreign.part import Part
from aimon.foreign.world import World
from aimon.promql.result import Type
from aimon.promql.tree import selectors
from aimon.stack import Alert, Duration, Expression, Group, Recording
from aimon.units import Unit

_AT_ONCE = Duration("0s", 0.0)  # what Prometheus takes a rule without `for` to say
_TOLD_BY = ("summary", "message", "description")  # the annotations that say what is wrong, as older rules have them too

_MOST_APART = 32  # rules of one name whose results are told apart; each of them costs every query of that name


class Rule(NamedTuple):
    """A rule as it was written, with the labels of its group."""

    at: Address
    name: str
    expr: str
    value: dict[str, Any]
    labels: dict[str, str]
    records: bool


class Written(NamedTuple):
    """A group as it was written."""

    at: Address
    name: str
    rules: list[Rule]


def written_groups(part: Part) -> list[Written]:
    """The groups of a part; a rule without a name or an expression is left to the schema."""
    found = []
    for at, group in entries(part.value, part.at, "groups"):
        shared = labels(group, "labels")
        found.append(Written(at, text(group, "name"), list(_rules(group, at, shared))))
    return found


def _rules(group: dict[str, Any], at: Address, shared: dict[str, str]) -> Iterator[Rule]:
    for place, rule in entries(group, at, "rules"):
        record, alert, expr = text(rule, "record"), text(rule, "alert"), text(rule, "expr")
        if expr and (record or alert):
            own = labels(rule, "labels")
            yield Rule(place, alert or record, expr, rule, {**shared, **own} if shared else own, not alert)


def record(groups: Sequence[Written], world: World) -> dict[Address, Expression | None]:
    """Make the results of all recording rules known, those first that others read; their queries by address."""
    rules: dict[str, list[Rule]] = {}
    for rule in (rule for group in groups for rule in group.rules if rule.records):
        rules.setdefault(rule.name, []).append(rule)
    made: dict[Address, Expression | None] = {}
    for name in _in_order_of_need(rules):
        same = rules[name]
        made |= {rule.at: world.expression(rule.expr, (*rule.at, "expr")) for rule in same}
        for metric in list(_recorded(same, made, world)):
            world.add(metric)
    return made


def _in_order_of_need(rules: dict[str, list[Rule]]) -> list[str]:
    nothing = Catalogue({})
    needs = {name: _read(same, nothing) & rules.keys() - {name} for name, same in rules.items()}
    if not any(needs.values()):
        return list(rules)
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return list(rules)  # `recording/cycle` reports it


def _read(same: Sequence[Rule], nothing: Catalogue) -> set[str]:
    """The names that rules read; of those that differ in values only, the first tells it."""
    apart = {masked(rule.expr)[0]: rule for rule in reversed(same)}
    trees = (expression(rule.expr, rule.at, nothing).shape for rule in apart.values())
    return {found.name for tree in trees if tree is not None for found in selectors(tree) if found.name}


def _recorded(same: Sequence[Rule], made: Mapping[Address, Expression | None], world: World) -> Iterator[Metric]:
    """The catalogue's entries for what rules of one name compute; of very many one, which may be what any gives."""
    if len(same) <= _MOST_APART:
        for rule in same:
            query = made[rule.at]
            result = recorded_type(query, rule.labels, world.catalogue) if query else None
            own = {name: Label((value,)) for name, value in rule.labels.items()}
            yield _metric(rule, query.unit if query else None, result, own)
        return
    queries = [(query, rule.labels) for rule in same if (query := made[rule.at]) is not None]
    result = recorded_together(queries, world.catalogue) if len(queries) == len(same) else Type("vector")
    units = {query.unit for query, _ in queries}
    yield _metric(same[0], units.pop() if len(units) == 1 else None, result, {})


def _metric(rule: Rule, unit: Unit | None, result: Type | None, own: dict[str, Label]) -> Metric:
    names = result.labels if result else None
    return Metric(
        at=rule.at,
        name=rule.name,
        type="gauge",
        help="",
        unit=unit,
        labels={name: Label() for name in names or ()} | own,
        open=names is None,
        origin="recording",
        result=result,
    )


def groups_of(written: Sequence[Written], made: Mapping[Address, Expression | None], world: World) -> Iterator[Group]:
    """The groups with their rules; those in other languages are passed over."""
    for group in written:
        found = []
        for rule in group.rules:
            query = made[rule.at] if rule.records else world.expression(rule.expr, (*rule.at, "expr"))
            if query is not None:
                found.append(_rule(rule, query))
        yield Group(str(group.at[0]), group.name, tuple(found))


def _rule(rule: Rule, query: Expression) -> Recording | Alert:
    if rule.records:
        return Recording(rule.at, rule.name, query, rule.labels, "")
    annotations = labels(rule.value, "annotations")
    return Alert(
        at=rule.at,
        name=rule.name,
        expression=query,
        condition=rule.expr.strip(),
        threshold=None,
        wait=duration(rule.value, "for") or _AT_ONCE,
        keep_firing_for=duration(rule.value, "keep_firing_for"),
        severity=rule.labels.get("severity", ""),
        labels=rule.labels,
        annotations=annotations,
        action=annotations.get("action", ""),
    )


def spec_of(groups: Sequence[Group]) -> tuple[tuple[spec.RecordingRule, ...], tuple[spec.Alert, ...]]:
    """The rules as a spec would have them, for the checks that look at what was written."""
    rules = [rule for group in groups for rule in group.rules]
    recordings = tuple(
        spec.RecordingRule(rule.at, rule.name, rule.expression.text, rule.labels)
        for rule in rules
        if isinstance(rule, Recording)
    )
    return recordings, tuple(_spec_alert(rule) for rule in rules if isinstance(rule, Alert))


def _spec_alert(alert: Alert) -> spec.Alert:
    said = alert.annotations
    return spec.Alert(
        at=alert.at,
        name=alert.name,
        expr=alert.expression.text,
        wait=alert.wait.text if alert.wait else None,
        keep_firing_for=alert.keep_firing_for.text if alert.keep_firing_for else None,
        severity=alert.severity or None,
        summary=next((said[name] for name in _TOLD_BY if said.get(name)), None),
        description=said.get("description"),
        action=said.get("action"),
        labels=alert.labels,
        annotations=said,
        runbook_url=said.get("runbook_url"),
    )
