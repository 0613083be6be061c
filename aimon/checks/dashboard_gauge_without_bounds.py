"""A gauge has an end.

Why: a dial shows how much of something is used up. Without `max` Grafana takes the largest value that it sees for
the end, so that the needle is always there.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{title: Queue, expr: sum(queue_length), type: gauge}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{title: Queue, expr: sum(queue_length), type: gauge, max: 1000}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "dashboard/gauge-without-bounds"


def check(stack: Stack) -> Iterator[Finding]:
    """Every gauge whose end is neither written nor known from its unit."""
    for board in stack.dashboards:
        for panel in board.panels():
            if panel.type == "gauge" and panel.maximum is None:
                message = f"the gauge `{panel.title}` has no end"
                yield Finding(ID, message, panel.at, help="add `max:`, or write `type: stat`")
