"""A label that a message shows is one that the alert's series have.

Why: `$labels` are the labels of what the expression returns. A label that an aggregation has taken away, or that
the metric never had, is shown as nothing, and the message names no culprit. The labels that the alert adds are not
among them.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong:
        expr: sum by (job) (queue_length)
        above: 100
        for: 5m
        summary: Too many jobs wait on {{ $labels.instance }}
        action: Add a worker
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong:
        expr: sum by (job, instance) (queue_length)
        above: 100
        for: 5m
        summary: Too many jobs wait on {{ $labels.instance }}
        action: Add a worker
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import of_templates
from aimon.expressions import result_type
from aimon.finding import Finding, Related
from aimon.gotemplate.prometheus import Use, uses
from aimon.messages import Template
from aimon.promql.labelling import Labels
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "alert/template-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label that a text reads without asking for it first, and that cannot be there."""
    return of_templates(stack, lambda template: _all_missing(template, stack))


def _all_missing(template: Template, stack: Stack) -> Iterator[Finding]:
    shape = template.said.expression.shape
    known = result_type(shape, stack.catalogue).labels if shape is not None else None
    for use in uses(template.parts):
        yield from _missing(template, use, known, stack)


def _missing(template: Template, use: Use, known: Labels, stack: Stack) -> Iterator[Finding]:
    alert, external = template.said.alert, stack.server.external_labels
    if use.external:
        if use.label not in external:
            cure = did_you_mean(use.label, external, "declare it under `prometheus.external_labels`")
            message = f"the server has no external label `{use.label}`"
            yield Finding(ID, message, template.said.at, use.span, help=cure)
    elif known is not None and use.label not in known and use.label != "__name__":
        has = ", ".join(sorted(known)) or "no labels at all"
        cure = did_you_mean(use.label, known, f"the result has {has}")
        if use.label in external:
            cure = f"write `$externalLabels.{use.label}`"
        elif use.label in ("alertname", "severity", *(alert.labels or {})):
            cure = f"write its value: labels that an alert adds are not in `$labels`, which has {has}"
        message = f"the result of the expression has no label `{use.label}`, so nothing is shown"
        related = (Related((*alert.at, "expr"), "the expression is here"),)
        yield Finding(ID, message, template.said.at, use.span, help=cure, related=related)
