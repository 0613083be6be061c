"""An alert says in a sentence what is wrong.

Why: the summary is the headline of the message; without it whoever is woken at night reads a name in CamelCase.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 5m, action: Restart it}
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

ID = "alert/without-summary"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert without a summary, here or among its annotations."""
    for alert in stack.spec.alerts:
        if not (alert.summary or (alert.annotations or {}).get("summary")):
            cure = "add `summary:`, one sentence that says what is wrong"
            yield Finding(ID, f"`{alert.name}` does not say what is wrong", (*alert.at, "summary"), help=cure)
