"""An alert waits before it fires.

Why: one missed scrape is not an incident; without `for` a single sample wakes somebody. An expression that looks back
over a window, such as `increase(…) > 0`, has done its waiting. Write `for: 0s` where an alert is to fire at once.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 5m, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.alike import Alerting, of_alerts
from aimon.finding import Finding
from aimon.promql.tree import Call, Node, walk
from aimon.stack import Stack
from aimon.written import recorded_trees, with_recorded

ID = "alert/without-for"
_OVER_TIME = frozenset({"increase", "delta", "changes", "resets"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert that says nothing of `for` and does not look back by itself."""
    recorded = recorded_trees(stack)
    return of_alerts(stack, lambda one: _at_once(one, recorded) if one.said.wait is None else iter(()))


def _at_once(one: Alerting, recorded: Mapping[str, Node | None]) -> Iterator[Finding]:
    read = with_recorded(one.query.tree, recorded)
    if read is not None and not any(_looks_back(node) for tree in read for node in walk(tree)):
        message = f"`{one.said.name}` fires on a single sample"
        yield Finding(ID, message, (*one.said.at, "for"), help="add `for: 5m`")


def _looks_back(node: Node) -> bool:
    return isinstance(node, Call) and (node.function in _OVER_TIME or node.function.endswith("_over_time"))
