"""The thresholds of a panel are quantities.

Why: a step that cannot be read is left out, and the panel keeps the colour below it.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}
    dashboards:
      main: {rows: {Memory: [{metric: memory_used_bytes, thresholds: [{value: 2 gigs, color: red}]}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}
    dashboards:
      main: {rows: {Memory: [{metric: memory_used_bytes, thresholds: [{value: 2 GiB, color: red}]}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units import UnitError, parse_quantity

ID = "dashboard/threshold-unreadable"


def check(stack: Stack) -> Iterator[Finding]:
    """Every step that is no quantity."""
    for board in stack.spec.dashboards:
        for panel in board.panels():
            for index, step in enumerate(panel.thresholds or ()):
                try:
                    if "value" in step:
                        parse_quantity(step["value"])
                except UnitError as error:
                    yield Finding(ID, error.message, (*panel.at, "thresholds", index, "value"), help=error.help)
