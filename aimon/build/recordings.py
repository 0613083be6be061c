"""The recording rules, each behind those that it reads, and what their results are."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush

from aimon import conventions, spec
from aimon.build.groups import Placed, grouped, place_of
from aimon.build.numbers import declared_unit
from aimon.catalogue import Catalogue, Label, Metric
from aimon.expressions import expression, recorded_type
from aimon.promql.tree import selectors
from aimon.stack import Expression, Group, Recording


def recording_groups(written: spec.Spec, known: Catalogue, interval: float) -> tuple[tuple[Group, ...], Catalogue]:
    """The recording rules by group, and the catalogue that has their results too; ``interval`` is in seconds."""
    metrics = dict(known.metrics)
    growing = known._replace(metrics=metrics)
    made: list[Placed] = [
        (
            place_of(rule, conventions.RECORDING_RULES, conventions.RECORDING_GROUP),
            record(rule, metrics, growing, interval),
        )
        for rule in _in_order_of_need(written.recording_rules)
    ]
    return grouped(made), growing


def record(
    rule: spec.RecordingRule, metrics: dict[str, tuple[Metric, ...]], growing: Catalogue, interval: float
) -> Recording:
    """The rule; its result is added to ``metrics``, which are those of the catalogue."""
    recording = _recording(rule, growing)
    metrics[rule.name] = (*metrics.get(rule.name, ()), _recorded(rule, recording.expression, growing, interval))
    return recording


def _in_order_of_need(rules: Sequence[spec.RecordingRule]) -> list[spec.RecordingRule]:
    """The rules as they were written, but each behind those that it reads; a circle leaves the order as it was."""
    numbers: dict[str, list[int]] = {}  # several rules of one name differ in their labels
    for number, rule in enumerate(rules):
        numbers.setdefault(rule.name, []).append(number)
    needs = {
        number: {needed for name in _names_read(rule) if name != rule.name for needed in numbers.get(name, ())}
        for number, rule in enumerate(rules)
    }
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError:
        return list(rules)  # `recording/cycle` reports it
    ordered: list[spec.RecordingRule] = []
    ready: list[int] = []
    while sorter.is_active():
        for number in sorter.get_ready():
            heappush(ready, number)
        number = heappop(ready)
        ordered.append(rules[number])
        sorter.done(number)
    return ordered


def _names_read(rule: spec.RecordingRule) -> list[str]:
    tree = expression(rule.expr, rule.at, Catalogue({})).tree
    return [found.name for found in selectors(tree) if found.name] if tree else []


def _recording(rule: spec.RecordingRule, known: Catalogue) -> Recording:
    query = expression(rule.expr, (*rule.at, "expr"), known)
    return Recording(
        at=rule.at,
        name=rule.name,
        expression=query._replace(unit=declared_unit(rule.unit) or query.unit),
        labels=rule.labels or {},
        description=rule.description or "",
        pack=rule.pack,
    )


def _recorded(rule: spec.RecordingRule, source: Expression, known: Catalogue, interval: float) -> Metric:
    """The catalogue's entry for what a recording rule computes."""
    added = {name: Label((text,)) for name, text in (rule.labels or {}).items()}
    made = recorded_type(source, rule.labels or {}, known)
    result = made._replace(unit=source.unit) if made else None
    labels = result.labels if result else None
    return Metric(
        at=rule.at,
        name=rule.name,
        type="gauge",
        help=rule.description or f"Recorded from `{' '.join(rule.expr.split())}`",
        unit=source.unit,
        labels={name: Label() for name in labels or ()} | added,
        interval=interval,
        open=labels is None,
        origin="recording",
        result=result,
    )
