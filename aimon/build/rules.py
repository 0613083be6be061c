"""The rules that Prometheus evaluates: recordings behind what they read, alerts with their bounds in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import TypeAlias

from aimon import conventions, spec
from aimon.build.scrape import duration
from aimon.catalogue import Catalogue, Label, Metric
from aimon.expressions import expression, recorded_type
from aimon.overrides import overridden_alert
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Binary, Node, selectors
from aimon.stack import Alert, AlertTest, Dashboard, Duration, Expression, Group, PanelLink, Recording, Threshold
from aimon.units import Quantity, Unit, UnitError, convert, parse_quantity, unit_named

Place: TypeAlias = tuple[str, str]  # a file and a group in it
Placed: TypeAlias = "tuple[Place, Recording | Alert]"

OPERATORS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<=", "equals": "==", "not_equals": "!="}
DEFAULT_SEVERITY = "warning"


def recording_groups(written: spec.Spec, known: Catalogue, interval: float) -> tuple[tuple[Group, ...], Catalogue]:
    """The recording rules by group, and the catalogue that has their results too; ``interval`` is in seconds."""
    metrics = dict(known.metrics)
    growing = known._replace(metrics=metrics)
    made: list[Placed] = [
        (
            _place(rule, conventions.RECORDING_RULES, conventions.RECORDING_GROUP),
            record(rule, metrics, growing, interval),
        )
        for rule in in_order_of_need(written.recording_rules)
    ]
    return _grouped(made), growing


def record(
    rule: spec.RecordingRule, metrics: dict[str, tuple[Metric, ...]], growing: Catalogue, interval: float
) -> Recording:
    """The rule; its result is added to ``metrics``, which are those of the catalogue."""
    recording = _recording(rule, growing)
    metrics[rule.name] = (*metrics.get(rule.name, ()), _recorded(rule, recording.expression, growing, interval))
    return recording


def in_order_of_need(rules: Sequence[spec.RecordingRule]) -> list[spec.RecordingRule]:
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
        expression=query._replace(unit=_declared_unit(rule.unit) or query.unit),
        labels=rule.labels or {},
        description=rule.description or "",
        pack=rule.pack,
    )


def _recorded(rule: spec.RecordingRule, source: Expression, known: Catalogue, interval: float) -> Metric:
    """The catalogue's entry for what a recording rule computes."""
    added = {name: Label((text,)) for name, text in (rule.labels or {}).items()}
    made = recorded_type(source, known, rule.labels or {})
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


def _declared_unit(unit: str | None) -> Unit | None:
    try:
        return unit_named(unit) if unit else None
    except UnitError:
        return None  # `metric/unknown-unit` reports it


def alert_groups(written: spec.Spec, known: Catalogue) -> tuple[Group, ...]:
    """The user's alerts by group, and the stack's own."""
    made: list[Placed] = [
        (_place(alert, conventions.ALERT_RULES, conventions.ALERT_GROUP), alert_rule(alert, written, known))
        for alert in written.alerts
    ]
    own = overridden_alert(_TARGET_DOWN, written.overrides.alerts.get(conventions.TARGET_DOWN) or {})
    unwanted = written.self_monitoring is False or own.enabled is False
    if not unwanted and all(alert.name != own.name for alert in written.alerts):
        place = (conventions.SELF_MONITORING_RULES, own.group or conventions.SELF_MONITORING_GROUP)
        made.append((place, alert_rule(own, written, known)))
    return _grouped(made)


def _place(rule: spec.RecordingRule | spec.Alert, path: str, group: str) -> Place:
    """The file and the group of a rule: those of the spec's own, unless a pack brought it."""
    return conventions.pack_rules(rule.pack) if rule.pack else path, rule.group or group


_TARGET_DOWN = spec.Alert(
    at=("self_monitoring",),
    name=conventions.TARGET_DOWN,
    expr="up",
    bounds={"equals": 0},
    wait="5m",
    severity="critical",
    summary="A target cannot be scraped",
    description="Prometheus got no answer from {{ $labels.instance }} (job {{ $labels.job }}) for 5 minutes.",
    action="Look whether the target runs and its port answers, and what Prometheus says on its page Status → Targets.",
)


def alert_rule(alert: spec.Alert, written: spec.Spec, known: Catalogue) -> Alert:
    """The rule, with its bound in the unit of its expression."""
    query = expression(alert.expr, (*alert.at, "expr"), known)
    threshold = _threshold(alert, query.unit)
    severity = alert.severity or DEFAULT_SEVERITY
    return Alert(
        at=alert.at,
        name=alert.name,
        expression=query,
        condition=_condition(query, threshold),
        threshold=threshold,
        wait=_optional(alert.wait),
        keep_firing_for=_optional(alert.keep_firing_for),
        severity=severity,
        labels={"severity": severity, **(alert.labels or {})},
        annotations=_annotations(alert, written.links),
        action=alert.action or "",
        pack=alert.pack,
        tests=tuple(_test(test) for test in alert.tests),
    )


def _test(test: spec.AlertTest) -> AlertTest:
    return AlertTest(test.series, duration(test.moment), test.fires, duration(test.every or "1m"))


def _optional(text: str | None) -> Duration | None:
    return duration(text) if text else None


def _threshold(alert: spec.Alert, unit: Unit | None) -> Threshold | None:
    for bound, text in alert.bounds.items():
        quantity = quantity_of(text)
        if quantity:
            return Threshold(OPERATORS[bound], quantity, bound_value(quantity, unit), (*alert.at, bound))
    return None


def quantity_of(text: str | int | float) -> Quantity | None:
    """The quantity, or None where `alert/threshold-unreadable` has something to say."""
    try:
        return parse_quantity(text)
    except UnitError:
        return None


def bound_value(quantity: Quantity, unit: Unit | None) -> Decimal:
    """The quantity as a number in ``unit``; in its own base unit where that is unknown or does not fit."""
    try:
        if unit is not None:
            return convert(quantity, unit)
    except UnitError:
        pass  # `alert/threshold-unit` reports it
    return quantity.value * quantity.unit.scale if quantity.unit else quantity.value


def _condition(query: Expression, threshold: Threshold | None) -> str:
    text = query.text.strip()
    if threshold is None:
        return text
    if query.tree is not None and _binds_looser(query.tree):
        text = f"({text})" if "\n" not in text else f"(\n{text}\n)"
    return f"{text}{chr(10) if chr(10) in text else ' '}{threshold.operator} {number(threshold.value)}"


def _binds_looser(tree: Node) -> bool:
    """Whether a comparison written behind the expression would bind to its last operand only."""
    return isinstance(tree, Binary) and (tree.op in COMPARISONS or tree.op in SET_OPERATORS)


def number(value: Decimal) -> str:
    """A number as PromQL reads it, without exponent where that is short and without trailing zeros."""
    text = f"{value.normalize():f}"
    return text if len(text) <= 20 else str(value.normalize())


def _annotations(alert: spec.Alert, links: Mapping[str, str]) -> dict[str, str]:
    runbook = alert.runbook_url or _generated_runbook(alert, links)
    named = {
        "summary": alert.summary,
        "description": alert.description,
        "action": alert.action,
        "runbook_url": runbook,
    }
    return {key: text for key, text in named.items() if text} | dict(alert.annotations or {})


def _generated_runbook(alert: spec.Alert, links: Mapping[str, str]) -> str | None:
    base = links.get("runbooks")
    return f"{base}#{conventions.anchor(alert.name)}" if base else None


def link_panels(groups: Iterable[Group], boards: Iterable[Dashboard], links: Mapping[str, str]) -> tuple[Group, ...]:
    """The groups whose alerts know their panels, and carry the address of the first as ``dashboard_url``."""
    pictures: dict[tuple[str, str], list[PanelLink]] = {}
    for board in boards:
        for panel in board.panels():
            subject = ("alerts", panel.alert) if panel.alert else ("slos", panel.slo) if panel.slo else None
            if subject:
                pictures.setdefault(subject, []).append(PanelLink(board.uid, board.title, panel.id, panel.title))
    return tuple(
        group._replace(rules=tuple(_linked(rule, _pictures_of(rule, pictures), links) for rule in group.rules))
        for group in groups
    )


def _pictures_of(
    rule: Recording | Alert, pictures: Mapping[tuple[str, str], Sequence[PanelLink]]
) -> Sequence[PanelLink]:
    """The panels of an alert itself, then those of the SLO that it is about."""
    of_slo = pictures.get(("slos", str(rule.at[-1])), ()) if rule.at[0] == "slos" else ()
    return (*pictures.get(("alerts", rule.name), ()), *of_slo)


def _linked(rule: Recording | Alert, pictures: Sequence[PanelLink], links: Mapping[str, str]) -> Recording | Alert:
    if not pictures or isinstance(rule, Recording):
        return rule
    first = pictures[0]
    url = f"{links['grafana']}/d/{first.uid}?viewPanel={first.panel_id}"
    return rule._replace(panels=tuple(pictures), annotations=dict(rule.annotations) | {"dashboard_url": url})


def _grouped(rules: Iterable[Placed]) -> tuple[Group, ...]:
    groups: dict[Place, list[Recording | Alert]] = {}
    for place, rule in rules:
        groups.setdefault(place, []).append(rule)
    return tuple(Group(*place, tuple(members)) for place, members in groups.items())


def joined(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups with those of the same file and name made one: what a pack records comes before its alerts."""
    made: dict[Place, Group] = {}
    for group in groups:
        first = made.setdefault((group.path, group.name), group._replace(rules=()))
        made[(group.path, group.name)] = first._replace(rules=(*first.rules, *group.rules))
    return tuple(made.values())
