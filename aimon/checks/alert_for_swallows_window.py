"""An alert on something that happened waits shorter than its expression looks back.

Why: `increase(errors_total[5m]) > 0` is true for five minutes after a single error. With `for: 5m` it ends just
before the alert would fire, so that a single error never does, and only errors that keep coming are seen. A wait that
is clearly longer than the range says that this is meant.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_lost_total: {type: counter}}}
    alerts:
      JobLost:
        {expr: 'increase(jobs_lost_total[5m])', above: 0, for: 5m, summary: A job was lost, action: Look at the worker}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_lost_total: {type: counter}}}
    alerts:
      JobLost:
        {expr: 'increase(jobs_lost_total[15m])', above: 0, for: 1m, summary: A job was lost, action: Look at the worker}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Alerting, of_alerts
from aimon.finding import Finding, Related
from aimon.promql.tree import Aggregation, Binary, Call, Node, Number, Selector, bare
from aimon.stack import Alert, Stack
from aimon.units import format_duration

ID = "alert/for-swallows-window"
_EVENTS = frozenset({"increase", "changes", "resets"})
_MEANT = 1.25  # a wait of so many ranges is no slip
_SUMS = frozenset({"sum", "max", "avg"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert on at least one event whose wait ends with the range, or soon after it."""
    return of_alerts(stack, _swallowed)


def _swallowed(one: Alerting) -> Iterator[Finding]:
    alert, window = one.alert, _window(_operand(one.alert, one.query.tree))
    if alert.wait is not None and window is not None and window <= alert.wait.seconds < _MEANT * window:
        back = format_duration(window)
        message = f"`{alert.name}` waits for {alert.wait.text}, but a single event is seen for {back} only"
        cure = "write `for: 0s`, or a range that is clearly longer than the wait"
        related = (Related(alert.expression.at, f"the expression looks back for {back}"),)
        yield Finding(ID, message, (*alert.at, "for"), help=cure, related=related)


def _operand(alert: Alert, tree: Node) -> Node | None:
    """What is compared, if the comparison asks for any event at all."""
    tree = bare(tree)
    if alert.threshold is not None:
        return tree if _asks(alert.threshold.operator, float(alert.threshold.value)) else None
    if isinstance(tree, Binary) and isinstance(tree.right, Number) and _asks(tree.op, tree.right.value):
        return bare(tree.left)
    return None


def _asks(operator: str, bound: float) -> bool:
    return (operator in (">", "!=") and bound == 0) or (operator == ">=" and 0 < bound <= 1)


def _window(node: Node | None) -> float | None:
    """How long a single event is seen, in seconds."""
    while isinstance(node, Aggregation) and node.op in _SUMS:
        node = bare(node.body)
    if isinstance(node, Call) and node.function in _EVENTS:
        selector = bare(node.args[0])
        if isinstance(selector, Selector) and isinstance(selector.window, float):
            return selector.window
    return None
