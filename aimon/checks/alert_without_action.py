"""An alert says what to do first.

Why: the action becomes the runbook entry; an alert that nobody can act on teaches people to look away.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 5m, summary: The API is down}
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
from aimon.stack import Stack

ID = "alert/without-action"
_ANNOTATIONS = frozenset({"action", "runbook", "runbook_url"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert with neither an action nor a runbook elsewhere."""
    for alert in stack.spec.alerts:
        if not (alert.action or alert.runbook_url or _ANNOTATIONS & (alert.annotations or {}).keys()):
            cure = "add `action:`, what to do first, or `runbook_url:`"
            yield Finding(ID, f"`{alert.name}` does not say what to do", (*alert.at, "action"), help=cure)
