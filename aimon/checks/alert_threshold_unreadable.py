"""The bound of an alert is a quantity.

Why: a bound that cannot be read cannot be compared with, so the alert would have none.

Bad::

    services: {api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}}
    alerts:
      MemoryHigh: {expr: memory_used_bytes, above: 2 gigs, for: 5m, summary: Memory is short, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}}
    alerts:
      MemoryHigh: {expr: memory_used_bytes, above: 2 GiB, for: 5m, summary: Memory is short, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units import UnitError, parse_quantity

ID = "alert/threshold-unreadable"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound that is no quantity."""
    for alert in stack.spec.alerts:
        for bound, text in alert.bounds.items():
            try:
                parse_quantity(text)
            except UnitError as error:
                yield Finding(ID, error.message, (*alert.at, bound), help=error.help)
