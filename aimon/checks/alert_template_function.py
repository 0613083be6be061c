"""The functions in the templates of an alert are those that Prometheus has.

Why: Prometheus refuses the whole rule file over a function that it does not know. Many functions that people look
for are Alertmanager's or Helm's.
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#functions

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: '{{ $labels.instance | upper }} is down'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: '{{ $labels.instance | toUpper }} is down'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import of_templates
from aimon.finding import Finding
from aimon.gotemplate.prometheus import FUNCTIONS, functions
from aimon.messages import Template
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "alert/template-function"

# What the same thing is called in the templates of Alertmanager, Helm and Grafana.
_ELSEWHERE = {
    "upper": "toUpper",
    "lower": "toLower",
    "replace": "reReplaceAll",
    "round": "printf",
    "humanizeBytes": "humanize1024",
}


def check(stack: Stack) -> Iterator[Finding]:
    """Every function that is unknown, or newer than the Prometheus of the spec."""
    return of_templates(stack, lambda template: _unknown(template, stack.server.version))


def _unknown(template: Template, version: tuple[int, int]) -> Iterator[Finding]:
    for found in functions(template.parts):
        since, at = FUNCTIONS.get(found.name), template.said.at
        if since is None:
            near = _ELSEWHERE.get(found.name)
            cure = f"did you mean `{near}`?" if near else did_you_mean(found.name, FUNCTIONS)
            message = f"Prometheus' templates have no function `{found.name}`"
            yield Finding(ID, message, at, found.span, help=cure)
        elif since > version:
            oldest = f"{version[0]}.{version[1]}"
            message = f"`{found.name}` needs Prometheus {since[0]}.{since[1]}, but the oldest here is {oldest}"
            yield Finding(ID, message, at, found.span, help="do without it, or raise `prometheus.version`")
