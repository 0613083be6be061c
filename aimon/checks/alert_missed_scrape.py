"""An alert on `up` outlives one missed scrape.

Why: `up` is 0 as soon as a single scrape fails, which a lost packet or a busy moment is enough for. An alert that does
not wait for the next scrape wakes somebody for nothing, and has resolved itself before the message is read.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 0s, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 5m, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.promql.tree import SET_OPERATORS, Binary, Node, Number, Selector, bare
from aimon.stack import Alert, Stack

ID = "alert/missed-scrape"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert that one target alone can set off and that does not wait; without `for`, see `alert/without-for`."""
    for alert in stack.alerts():
        if alert.wait is not None and not alert.wait.seconds and _is_of_one_scrape(alert):
            message = f"`{alert.name}` fires when a single scrape has failed"
            yield Finding(
                ID, message, (*alert.at, "for"), help="write `for: 5m`, or look back: `max_over_time(up[5m])`"
            )


def _is_of_one_scrape(alert: Alert) -> bool:
    tree = alert.expression.tree
    if tree is None:
        return False
    if alert.threshold is not None:
        return _is_up(tree) and _is_down(alert.threshold.operator, float(alert.threshold.value))
    return any(_compares(part) for part in _either(tree))


def _either(node: Node) -> Iterator[Node]:
    """The parts of which one is enough for the alert to fire."""
    node = bare(node)
    if isinstance(node, Binary) and node.op in SET_OPERATORS:
        yield from _either(node.left)
        yield from _either(node.right) if node.op == "or" else ()
    else:
        yield node


def _compares(node: Node) -> bool:
    right = bare(node.right) if isinstance(node, Binary) else None
    return (
        isinstance(node, Binary) and isinstance(right, Number) and _is_up(node.left) and _is_down(node.op, right.value)
    )


def _is_up(node: Node) -> bool:
    node = bare(node)
    return isinstance(node, Selector) and node.name == "up" and node.window is None


def _is_down(operator: str, bound: float) -> bool:
    return (operator, bound) in {("==", 0), ("<", 1), ("!=", 1), ("<=", 0)}
