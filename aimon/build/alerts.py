"""The alerts, each with its bound in the unit of its expression."""

from __future__ import annotations

from collections.abc import Mapping

from aimon import conventions, spec
from aimon.build.groups import Placed, grouped, place_of
from aimon.build.numbers import bound_value, number, quantity_of
from aimon.build.scrape import duration
from aimon.catalogue import Catalogue
from aimon.expressions import expression
from aimon.overrides import overridden_alert
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Binary, Node
from aimon.stack import Alert, AlertTest, Duration, Expression, Group, Threshold
from aimon.units import Unit

OPERATORS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<=", "equals": "==", "not_equals": "!="}
DEFAULT_SEVERITY = "warning"


def alert_groups(written: spec.Spec, known: Catalogue) -> tuple[Group, ...]:
    """The user's alerts by group, and the stack's own."""
    made: list[Placed] = [
        (place_of(alert, conventions.ALERT_RULES, conventions.ALERT_GROUP), alert_rule(alert, written, known))
        for alert in written.alerts
        if alert.enabled is not False
    ]
    own = overridden_alert(_TARGET_DOWN, written.overrides.alerts.get(conventions.TARGET_DOWN) or {})
    unwanted = written.self_monitoring is False or own.enabled is False
    if not unwanted and all(alert.name != own.name for alert in written.alerts):
        place = (conventions.SELF_MONITORING_RULES, own.group or conventions.SELF_MONITORING_GROUP)
        made.append((place, alert_rule(own, written, known)))
    return grouped(made)


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
