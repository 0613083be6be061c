"""The templates of an alert use what Prometheus gives them.

Why: `.CommonLabels` and `.Annotations` are Alertmanager's. Prometheus knows `$labels`, `$externalLabels`,
`$externalURL` and `$value`; for another field the message is an error text instead.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: '{{ .CommonLabels.instance }} is down'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: '{{ $labels.instance }} is down'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import of_templates
from aimon.finding import Finding
from aimon.gotemplate.prometheus import FIELDS, of_root
from aimon.gotemplate.tree import Field, Part, Variable
from aimon.messages import Template
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "alert/template-field"
_CURES = {"CommonLabels": "`$labels`", "GroupLabels": "`$labels`", "Labels": "`$labels`", "Value": "`$value`"}
_KNOWN = "there are `$labels`, `$externalLabels`, `$externalURL` and `$value`"


def check(stack: Stack) -> Iterator[Finding]:
    """Every field of what Prometheus gives that is not there."""
    return of_templates(stack, _unknown)


def _unknown(template: Template) -> Iterator[Finding]:
    for part in of_root(template.parts):
        name = _field(part)
        if name is not None and name not in FIELDS:
            near = _CURES.get(name)
            cure = f"write {near}" if near else did_you_mean(name, FIELDS, _KNOWN)
            yield Finding(ID, f"Prometheus gives an alert no `.{name}`", template.said.at, part.span, help=cure)


def _field(part: Part) -> str | None:
    """The field of the root that a part reads."""
    if isinstance(part, Field):
        return part.names[0]
    return part.fields[0] if isinstance(part, Variable) and not part.name and part.fields else None
