"""No name ends like a part of a histogram or summary.

Why: `x_bucket`, `x_sum` and `x_count` are the parts of a histogram or summary `x`. People and tools take a gauge
that is called so for one of them, and take its rate. Well-known exporters are left alone.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {session_count: {type: gauge}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {sessions: {type: gauge}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.catalogue import PARTS
from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.stack import Stack

ID = "metric/reserved-suffix"
_SUFFIXES = ("_bucket", "_sum", "_count")


def check(stack: Stack) -> Iterator[Finding]:
    """Every metric that is neither histogram nor summary but is called like a part of one."""
    for service in stack.spec.services:
        for metric in service.own_metrics:
            suffix = next((each for each in _SUFFIXES if metric.name.endswith(each)), None)
            if suffix and metric.type not in (*PARTS, "unknown") and not is_from_elsewhere(metric.name):
                message = f"`{metric.name}` is a {metric.type}, but `{suffix}` ends the name of a part of a histogram"
                cure = f"leave `{suffix}` out, or find another word"
                yield Finding(ID, message, metric.at, key=True, help=cure)
