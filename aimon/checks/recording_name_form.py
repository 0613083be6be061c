"""The name of a recording rule reads level:metric:operations.

Why: whoever meets `job:http_requests:rate5m` in a query knows by which labels it is kept apart, what it is made from
and what was done to it. A rule over everything has an empty level, as in `:http_requests:rate5m`.
https://prometheus.io/docs/practices/rules/#naming

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      requests_per_second:
        expr: sum by (job) (rate(http_requests_total[5m]))

Good::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m:
        expr: sum by (job) (rate(http_requests_total[5m]))
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "recording/name-form"
_FORM = re.compile(r"\w*:\w+:\w+", re.ASCII)
_METRIC = re.compile(r"[\w:]+", re.ASCII)


def check(stack: Stack) -> Iterator[Finding]:
    """Every name of another form; one that no metric can have is left to `metric/invalid-name`."""
    for rule in stack.spec.recording_rules:
        if _METRIC.fullmatch(rule.name) and not _FORM.fullmatch(rule.name):
            message = f"`{rule.name}` does not have the form level:metric:operations"
            yield Finding(ID, message, rule.at, key=True, help="name it as in `job:http_requests:rate5m`")
