"""Labels and annotations of an alert are templates that Prometheus can read.

Why: Prometheus refuses the whole rule file over one bracket that is not closed.
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: '{{ $label.instance }} is down'
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

from aimon.alike import of_texts
from aimon.finding import Finding
from aimon.gotemplate.prometheus import read
from aimon.gotemplate.tree import TemplateProblem
from aimon.messages import Said
from aimon.stack import Stack

ID = "alert/template-syntax"


def check(stack: Stack) -> Iterator[Finding]:
    """The first fault of every text that cannot be read."""
    return of_texts(stack, lambda said: _fault(said, stack.server.version))


def _fault(said: Said, version: tuple[int, int]) -> Iterator[Finding]:
    try:
        read(said.text, version)
    except TemplateProblem as problem:
        yield Finding(ID, problem.message, said.at, problem.span, help=problem.help)
