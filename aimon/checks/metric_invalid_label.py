"""A label's name has letters, digits and `_` only, no digit in front, and is not one of Prometheus' own.

Why: names that start with `__` are Prometheus' own and are dropped after relabelling; `le` and `quantile` are what a
histogram and a summary tell their series apart by.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          http_requests_total: {type: counter, labels: {status-code: [ok, error]}}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          http_requests_total: {type: counter, labels: {status_code: [ok, error]}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding
from aimon.stack import Stack

ID = "metric/invalid-label"
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_TAKEN = {"histogram": "le", "summary": "quantile"}


def check(stack: Stack) -> Iterator[Finding]:
    """The labels of metrics, of services, of recording rules, and of the server."""
    for service in stack.spec.services:
        for metric in service.metrics:
            for label in metric.labels:
                yield from _faults(label, (*metric.at, "labels", label), _TAKEN.get(metric.type))
        for label in service.labels or ():
            if not label.startswith("__"):  # `__scheme__` and the like steer the scrape of a target
                yield from _faults(label, (*service.at, "labels", label))
    for rule in stack.spec.recording_rules:
        for label in rule.labels or ():
            yield from _faults(label, (*rule.at, "labels", label))
    for label in stack.spec.prometheus.external_labels or ():
        yield from _faults(label, ("prometheus", "external_labels", label))


def _faults(label: str, at: Address, taken: str | None = None) -> Iterator[Finding]:
    if not _NAME.fullmatch(label):
        plain = re.sub(r"[^a-zA-Z0-9_]", "_", label)
        mended = plain if _NAME.fullmatch(plain) else f"_{plain}"
        yield Finding(ID, f"`{label}` cannot be the name of a label", at, key=True, help=f"write `{mended}`")
    elif label.startswith("__"):
        message = f"the label `{label}` starts with `__`, which is for Prometheus itself"
        yield Finding(ID, message, at, key=True, help="give it another name")
    elif label == taken:
        message = f"the label `{label}` comes with every {'histogram' if label == 'le' else 'summary'}"
        yield Finding(ID, message, at, key=True, help="leave it out")
