"""The value is not part of an alert's labels.

Why: labels tell one alert from another. With the value among them each new value is a new alert, whose wait begins
again, so that it never fires, or one that is sent again every few seconds. Values belong into annotations.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong:
        expr: sum(queue_length)
        above: 100
        for: 5m
        labels: {length: '{{ $value }}'}
        summary: Too many jobs wait
        action: Add a worker
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong:
        expr: sum(queue_length)
        above: 100
        for: 5m
        summary: Too many jobs wait
        description: '{{ $value }} jobs wait.'
        action: Add a worker
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import of_templates
from aimon.finding import Finding
from aimon.gotemplate.prometheus import is_value, shown
from aimon.gotemplate.tree import walk
from aimon.messages import Template
from aimon.stack import Stack

ID = "alert/value-in-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label that shows the value; one that only asks for it, to choose between words, is fine."""
    return of_templates(stack, _changing)


def _changing(template: Template) -> Iterator[Finding]:
    parts = (part for pipeline in shown(template.parts) for part in walk((pipeline,)))
    found = next((part for part in parts if is_value(part)), None) if template.said.is_label else None
    if found is not None:
        name, label = template.said.alert.name, template.said.at[-1]
        message = f"the label `{label}` of `{name}` changes with the value, and each change is a new alert"
        yield Finding(ID, message, template.said.at, found.span, help="show the value in `description`")
