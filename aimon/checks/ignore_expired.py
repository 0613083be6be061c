"""An entry of `ignore` is gone when its time is over.

Why: after the day in `until` the finding counts again; the entry only looks as if it were still accepted.

Bad::

    services: {api: {targets: ['api:8080']}}
    ignore: [{check: alert/without-for, reason: until the new exporter is there, until: 2020-12-31}]

Good::

    services: {api: {targets: ['api:8080'], metrics: {requests_total: {type: counter, help: All}}}}
    recording_rules: {requests: {expr: 'sum(rate(requests_total[5m]))'}}
    ignore: [{check: recording/name-form, reason: until the new dashboards are there, until: 2999-12-31}]
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "ignore/expired"


def check(stack: Stack) -> Iterator[Finding]:
    """Every entry whose last day was before today."""
    today = datetime.date.today().isoformat()
    for entry in stack.spec.ignore:
        if entry.until is not None and entry.until < today:
            message = f"this held until {entry.until}: `{entry.check}` counts again"
            cure = "cure what it accepts, or decide anew and set another day"
            yield Finding(ID, message, (*entry.at, "until"), help=cure)
