"""Alerts are grouped by labels that they have.

Why: a label that no alert has groups nothing: all of them arrive in one message, or not in the parts that somebody
meant.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    self_monitoring: false
    alerts:
      QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      group_by: [alertname, cluster]

Good::

    prometheus: {external_labels: {cluster: eu-1}}
    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    self_monitoring: false
    alerts:
      QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      group_by: [alertname, cluster]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon.document import Address
from aimon.expressions import result_type
from aimon.finding import Finding
from aimon.promql.labelling import Labelling
from aimon.routes import all_arriving, matchers_of, may_take
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "notify/group-by-unknown-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label that surely none of the alerts has which a route may get."""
    said = stack.spec.notifications
    if said is None:
        return
    alerts = [labels for _, labels in all_arriving(stack, result_type)]
    yield from _unknown(said.group_by, (*said.at, "group_by"), alerts)
    for route in said.routes:
        matchers = matchers_of(route.match)
        taken = [labels for labels in alerts if may_take(matchers, labels)]
        yield from _unknown(route.group_by, (*route.at, "group_by"), taken)


def _unknown(wanted: Sequence[str] | None, at: Address, alerts: list[Labelling]) -> Iterator[Finding]:
    for index, label in enumerate(wanted or () if alerts else ()):
        if label != "..." and not any(labels.may_have(label) for labels in alerts):
            known = frozenset().union(*(labels.names or () for labels in alerts))
            cure = did_you_mean(label, known, f"they have {', '.join(sorted(known))}")
            yield Finding(ID, f"no alert that arrives here has a label `{label}`", (*at, index), help=cure)
