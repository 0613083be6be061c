"""The labels that an alert adds have valid names, and none of them is `alertname`.

Why: Prometheus sets `alertname` itself and overwrites the alert's own; for a name that no label can have it refuses the
whole rule file.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        labels: {alertname: api}
        summary: The API is down
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        labels: {team: backend}
        summary: The API is down
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding
from aimon.promql.names import is_label_name, why_not
from aimon.stack import Stack

ID = "alert/reserved-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label and annotation that Prometheus would refuse or overwrite."""
    for alert in stack.spec.alerts:
        for label in alert.labels or ():
            at: Address = (*alert.at, "labels", label)
            if label == "alertname":
                yield Finding(ID, "`alertname` is the name of the alert, always", at, key=True, help="leave it out")
            elif label.startswith("__"):
                message = f"the label `{label}` starts with `__`, which is for Prometheus itself"
                yield Finding(ID, message, at, key=True, help="give it another name")
            elif not is_label_name(label, stack.server.version):
                yield _invalid("a label", label, at, stack)
        for name in alert.annotations or ():
            if not is_label_name(name, stack.server.version):
                yield _invalid("an annotation", name, (*alert.at, "annotations", name), stack)


def _invalid(what: str, name: str, at: Address, stack: Stack) -> Finding:
    cure = "write letters, digits and `_`, with no digit in front"
    return Finding(ID, f"`{name}` cannot be the name of {what}{why_not(stack.server.version)}", at, key=True, help=cure)
