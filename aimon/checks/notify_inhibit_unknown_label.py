"""Alerts on both sides of an inhibition have the labels in which they are to agree.

Why: a label that only one side has never agrees, so nothing is silenced. One that neither side has always agrees,
and narrows nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      inhibit: [{when: {alertname: TargetDown}, mute: {alertname: QueueTooLong}, equal: [job]}]

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong:
        {expr: sum by (job) (queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      inhibit: [{when: {alertname: TargetDown}, mute: {alertname: QueueTooLong}, equal: [job]}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.expressions import result_type
from aimon.finding import Finding, Related
from aimon.promql.labelling import Labelling
from aimon.routes import all_arriving, matchers_of, may_take
from aimon.stack import Alert, Stack

ID = "notify/inhibit-unknown-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label that surely no alert of one side has, while those of the other do, or do not either."""
    said = stack.spec.notifications
    alerts = all_arriving(stack, result_type) if said is not None and said.inhibit else []
    for rule in said.inhibit if said is not None else ():
        sources, targets = _side(rule.when, alerts), _side(rule.mute, alerts)
        for index, label in enumerate(rule.equal or () if sources and targets else ()):
            lacking = [(side, those) for side, those in (("when", sources), ("mute", targets)) if _lacks(those, label)]
            both = len(lacking) == 2
            if both or (
                lacking and all(label in labels.sure for _, labels in (*sources, *targets) if _has(labels, label))
            ):
                side, those = lacking[0]
                who = f"no alert of either side has a label `{label}`, so it narrows nothing"
                message = who if both else f"no alert that fits `{side}` has a label `{label}`, so nothing is silenced"
                alert = those[0][0]
                related = (Related(alert.at, f"`{alert.name}` has none"),) if alert.at[:1] == ("alerts",) else ()
                cure = "keep the label in the expression, or name another one"
                yield Finding(ID, message, (*rule.at, "equal", index), help=cure, related=related)


def _side(match: Mapping[str, str], alerts: list[tuple[Alert, Labelling]]) -> list[tuple[Alert, Labelling]]:
    return [(alert, labels) for alert, labels in alerts if may_take(matchers_of(match), labels)]


def _lacks(alerts: list[tuple[Alert, Labelling]], label: str) -> bool:
    return not any(_has(labels, label) for _, labels in alerts)


def _has(labels: Labelling, label: str) -> bool:
    return labels.may_have(label)
