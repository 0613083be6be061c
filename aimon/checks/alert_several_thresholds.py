"""An alert has one bound.

Why: of `above` and `below` side by side only one can be compared with; which one was meant, nobody knows.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueOdd: {expr: queue_length, above: 100, below: 1, for: 5m, summary: The queue is odd, action: Look at it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueFull: {expr: queue_length, above: 100, for: 5m, summary: The queue is full, action: Add a worker}
      QueueEmpty: {expr: queue_length, below: 1, for: 5m, summary: The queue is empty, action: Look at the producers}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Stack

ID = "alert/several-thresholds"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert with more than one of `above`, `at_least`, `below` …"""
    for alert in stack.spec.alerts:
        if len(alert.bounds) > 1:
            first, second, *_ = alert.bounds
            message = f"`{alert.name}` has {' and '.join(f'`{bound}`' for bound in alert.bounds)}"
            cure = "write an alert for each of them"
            related = (Related((*alert.at, first), "the first bound is here"),)
            yield Finding(ID, message, (*alert.at, second), key=True, help=cure, related=related)
