"""The conditions of an alert can hold at once.

Why: a value is never above 3 and below 2 at the same time; two alerts were meant, or a bound was mistyped.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_depth: {type: gauge, help: Jobs that wait}}}
    alerts:
      Odd: {expr: queue_depth > 3 and queue_depth < 2, for: 5m, summary: Odd, action: Look at the queue}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_depth: {type: gauge, help: Jobs that wait}}}
    alerts:
      Odd: {expr: queue_depth > 3 and queue_depth < 20, for: 5m, summary: Odd, action: Look at the queue}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Alerting, of_alerts
from aimon.finding import Finding
from aimon.promql.conjunctions import contradictions
from aimon.promql.parse import SyntaxProblem, parse
from aimon.stack import Stack

ID = "alert/contradicts-itself"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert with comparisons of the same values that exclude each other, its bound among them."""
    return of_alerts(stack, _of_alert)


def _of_alert(alerting: Alerting) -> Iterator[Finding]:
    alert = alerting.alert
    inside = contradictions(alerting.query.tree)
    for one in inside:
        message = f"{alert.name} never fires: no value of `{one.subject}` passes all of its conditions"
        yield Finding(ID, message, alert.expression.at, one.span, help=_CURE)
    if not inside and alert.threshold is not None and _with_bound(alert.condition):
        message = f"{alert.name} never fires: no value passes its conditions and this bound"
        yield Finding(ID, message, alert.threshold.at, help=_CURE)


def _with_bound(condition: str) -> bool:
    try:
        return bool(contradictions(parse(condition)))
    except SyntaxProblem:
        return False


_CURE = "choose bounds with something in between, or make two alerts of it"
