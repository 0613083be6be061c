"""A message shows shares, times and sizes in the form that people read.

Why: `$value` alone is written with all its digits: 0.05333333333333334 of the requests, or 2.147483648e+09 bytes.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}
    alerts:
      MemoryHigh:
        expr: memory_used_bytes
        above: 2 GiB
        for: 5m
        summary: '{{ $value }} of memory are in use'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}
    alerts:
      MemoryHigh:
        expr: memory_used_bytes
        above: 2 GiB
        for: 5m
        summary: '{{ $value | humanize1024 }}B of memory are in use'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import of_templates
from aimon.finding import Finding
from aimon.gotemplate.prometheus import is_value, shown
from aimon.messages import Template
from aimon.stack import Stack
from aimon.units import describe, template_function

ID = "alert/raw-value"


def check(stack: Stack) -> Iterator[Finding]:
    """Every annotation that shows the bare value, where another form is known to be better."""
    return of_templates(stack, _bare)


def _bare(template: Template) -> Iterator[Finding]:
    unit = template.said.expression.unit
    better = template_function(unit)
    if unit is None or better == "humanize" or template.said.is_label:
        return
    for pipeline in shown(template.parts):
        (first, *others) = pipeline.commands
        value = first.args[0]
        if not others and len(first.args) == 1 and is_value(value):
            message = f"the value is {describe(unit)}, and `$value` shows it with all its digits"
            yield Finding(ID, message, template.said.at, value.span, help=f"write `$value | {better}`")
