"""A metric's name has letters, digits, `_` and `:` only, and no digit in front.

Why: anything else can be queried only in quotes, and by no Prometheus before 3.0.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {http-requests-total: {type: counter}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.finding import Finding
from aimon.spec import Metric, RecordingRule
from aimon.stack import Stack

ID = "metric/invalid-name"
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def check(stack: Stack) -> Iterator[Finding]:
    """Every declared metric, and every recording rule, whose result is one."""
    declared = (metric for service in stack.spec.services for metric in service.metrics)
    metrics: tuple[Metric | RecordingRule, ...] = (*declared, *stack.spec.recording_rules)
    for metric in metrics:
        if not _NAME.fullmatch(metric.name):
            message = f"`{metric.name}` cannot be the name of a metric"
            yield Finding(ID, message, metric.at, key=True, help=f"write `{_mended(metric.name)}`")


def _mended(name: str) -> str:
    """The name with `_` for what may not be in it."""
    plain = re.sub(r"[^a-zA-Z0-9_:]", "_", name)
    return plain if _NAME.fullmatch(plain) else f"_{plain}"
