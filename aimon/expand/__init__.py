"""Spec → Spec: what packs bring becomes metrics of services, rules and dashboards like all others; overrides apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from aimon import conventions
from aimon.expand.boards import own_board, placed, with_packs
from aimon.expand.jobs import apart, matchers_for
from aimon.overrides import overridden_alert, overridden_rule
from aimon.promql.binding import bound
from aimon.spec import Alert, Pack, RecordingRule, Service, Spec

_Rule = TypeVar("_Rule", RecordingRule, Alert)


def expand(written: Spec) -> Spec:
    """The spec with everything that its packs bring; what the spec itself declares by the same name wins."""
    rules = {rule.name for rule in written.recording_rules}
    alerts = {alert.name for alert in written.alerts}
    brought_rules = [rule for pack in written.packs for rule in _rules(pack, written) if rule.name not in rules]
    brought_alerts = [alert for pack in written.packs for alert in _alerts(pack, written) if alert.name not in alerts]
    known = {alert.name for alert in (*written.alerts, *brought_alerts)}
    boards = tuple(with_packs(board, written.packs, known) for board in written.dashboards)
    taken = {board.name for board in written.dashboards} | placed(written.dashboards, written.packs)
    own = (own_board(pack, written.packs, known) for pack in written.packs)
    services = (*written.services, *_own_services(written))
    return written._replace(
        services=tuple(_with_metrics(service, written.packs) for service in services),
        recording_rules=(*(rule for rule in written.recording_rules if rule.enabled is not False), *brought_rules),
        alerts=(*(alert for alert in written.alerts if alert.enabled is not False), *brought_alerts),
        dashboards=(*boards, *(board for board in own if board is not None and board.name not in taken)),
    )


def _own_services(written: Spec) -> Iterator[Service]:
    """The stack itself, as far as no service of the spec has the name."""
    taken = {service.name for service in written.services}
    for name, target in conventions.OWN_TARGETS.items() if written.self_monitoring is not False else ():
        if name not in taken:
            at = ("self_monitoring",)
            yield Service(at, name, "The monitoring stack itself", targets=[target])


def _with_metrics(service: Service, packs: Sequence[Pack]) -> Service:
    metrics = {metric.name: metric for metric in service.metrics}
    for pack in packs:
        if service.name in pack.services:
            metrics = {metric.name: metric._replace(pack=pack.pack) for metric in pack.metrics} | metrics
    return service._replace(metrics=tuple(metrics.values()))


def _rules(pack: Pack, written: Spec) -> Iterator[RecordingRule]:
    said = written.overrides.recording_rules
    return _own((overridden_rule(rule, said.get(rule.name) or {}) for rule in pack.recording_rules), pack, written)


def _alerts(pack: Pack, written: Spec) -> Iterator[Alert]:
    said = written.overrides.alerts
    return _own((overridden_alert(alert, said.get(alert.name) or {}) for alert in pack.alerts), pack, written)


def _own(rules: Iterable[_Rule], pack: Pack, written: Spec) -> Iterator[_Rule]:
    """The rules of a pack that are wanted, over the series of the services that use it."""
    matchers = matchers_for(pack, written.packs)
    for rule in rules:
        if rule.enabled is not False:
            labels = {**apart(pack, written.packs), **(rule.labels or {})}
            group = rule.group or pack.name
            yield rule._replace(expr=bound(rule.expr, matchers), labels=labels, group=group, pack=pack.pack)
