"""A rule does not write over a label of the server.

Why: external labels say which Prometheus speaks. What a rule calls `region` leaves the server with the rule's
value, so routes, silences and other servers take it for something from elsewhere.

Bad::

    prometheus: {external_labels: {region: eu-west-1}}
    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        labels: {region: europe}
        summary: The API is down
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    prometheus: {external_labels: {region: eu-west-1}}
    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        labels: {team: europe}
        summary: The API is down
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.spec import Alert, RecordingRule
from aimon.stack import Stack

ID = "rule/external-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label of an alert or a recording rule that has the name of an external label and another value."""
    external = stack.server.external_labels
    rules: list[RecordingRule | Alert] = [*stack.spec.recording_rules, *stack.spec.alerts]
    for rule in rules:
        for label, text in (rule.labels or {}).items():
            if label in external and text != external[label]:
                message = f"the label `{label}` of `{rule.name}` hides that of the server, `{external[label]}`"
                place = ("prometheus", "external_labels", label)
                related = (Related(place, "the server's label"),) if stack.spec.prometheus.external_labels else ()
                at = (*rule.at, "labels", label)
                yield Finding(ID, message, at, key=True, help="give it another name, or leave it out", related=related)
