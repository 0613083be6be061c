"""A label's name is one that Prometheus takes, and not one of its own.

Why: before 3.0 it takes letters, digits and `_` only, with no digit in front; later names may be any text, in quotes.
Names that start with `__` are Prometheus' own and are dropped after relabelling; `le` and `quantile` are what a
histogram and a summary tell their series apart by.

Bad::

    prometheus: {version: "2.53"}
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

from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding
from aimon.promql.names import is_label_name, mended, why_not
from aimon.stack import Stack

ID = "metric/invalid-label"
_TAKEN = {"histogram": "le", "summary": "quantile"}


def check(stack: Stack) -> Iterator[Finding]:
    """The labels of metrics, of services, of recording rules, and of the server."""
    version = stack.server.version
    for service in stack.spec.services:
        for metric in service.metrics:
            for label in metric.labels:
                yield from _faults(label, (*metric.at, "labels", label), version, _TAKEN.get(metric.type))
        for label in service.labels or ():
            if not label.startswith("__"):  # `__scheme__` and the like steer the scrape of a target
                yield from _faults(label, (*service.at, "labels", label), version)
    for rule in stack.spec.recording_rules:
        for label in rule.labels or ():
            yield from _faults(label, (*rule.at, "labels", label), version)
    for label in stack.spec.prometheus.external_labels or ():
        yield from _faults(label, ("prometheus", "external_labels", label), version)


def _faults(label: str, at: Address, version: tuple[int, int], taken: str | None = None) -> Iterator[Finding]:
    if not is_label_name(label, version):
        message = f"`{label}` cannot be the name of a label{why_not(version)}"
        yield Finding(ID, message, at, key=True, help=f"write `{mended(label)}`")
    elif label.startswith("__"):
        message = f"the label `{label}` starts with `__`, which is for Prometheus itself"
        yield Finding(ID, message, at, key=True, help="give it another name")
    elif label == taken:
        message = f"the label `{label}` comes with every {'histogram' if label == 'le' else 'summary'}"
        yield Finding(ID, message, at, key=True, help="leave it out")
