"""Alerts reach somebody.

Why: without `notifications` an alert fires where nobody sees it but whoever happens to look.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 5m, summary: The API is down, action: Restart it}

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

ID = "notify/nobody"


def check(stack: Stack) -> Iterator[Finding]:
    """A spec that has alerts of its own and tells nobody of them."""
    own = stack.slos or any(alert.pack is None for alert in stack.spec.alerts)
    if own and stack.spec.notifications is None:
        cure = "add `notifications` with a receiver"
        yield Finding(ID, "there are alerts, but nobody is told of them", ("alerts",), key=True, help=cure)
