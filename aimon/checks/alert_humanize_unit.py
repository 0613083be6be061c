"""A value is shown in the form that its unit wants.

Why: `humanizePercentage` multiplies by 100, `humanizeDuration` counts in seconds and `humanize1024` in powers of
two. On a value of another unit they write nonsense into the message that somebody reads at night.
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {job_age_seconds: {type: gauge}}}
    alerts:
      JobTooOld:
        expr: max(job_age_seconds)
        above: 1h
        for: 5m
        summary: A job waits for {{ $value | humanizePercentage }}
        action: Add a worker
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {job_age_seconds: {type: gauge}}}
    alerts:
      JobTooOld:
        expr: max(job_age_seconds)
        above: 1h
        for: 5m
        summary: A job waits for {{ $value | humanizeDuration }}
        action: Add a worker
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import of_templates
from aimon.finding import Finding
from aimon.gotemplate.prometheus import humanized
from aimon.gotemplate.tree import Function
from aimon.messages import Template
from aimon.stack import Stack
from aimon.units import Unit, describe, template_function

ID = "alert/humanize-unit"
_QUANTITIES = {"humanizeDuration": "second", "humanize1024": "byte", "humanizeTimestamp": "timestamp"}


def check(stack: Stack) -> Iterator[Finding]:
    """Every humanized value whose unit is known and another, and every percentage with a second sign behind it."""
    return of_templates(stack, _unfit)


def _unfit(template: Template) -> Iterator[Finding]:
    unit = template.said.expression.unit
    for function in humanized(template.parts):
        if unit is not None and not _fits(function.name, unit):
            message = f"`{function.name}` does not suit the value, which is {describe(unit)}"
            better = template_function(unit)
            cure = f"write `{better}`" if better != function.name else 'write `printf "%.1f%%"`'
            yield Finding(ID, message, template.said.at, function.span, help=cure)
        elif function.name == "humanizePercentage" and _has_sign(template, function):
            message = "`humanizePercentage` writes the `%` itself"
            yield Finding(ID, message, template.said.at, function.span, help="remove the `%` behind it")


def _fits(function: str, unit: Unit) -> bool:
    if function == "humanizePercentage":
        return unit.is_share and unit.scale == 1
    if function == "humanize":
        return not unit.is_share or unit.scale != 1 or unit.name == "cores"  # a share of 5 % would read 50m
    above = {quantity for quantity, power in unit.dimensions if power > 0}
    return _QUANTITIES[function] in above and (unit.scale == 1 or function == "humanize1024")


def _has_sign(template: Template, function: Function) -> bool:
    """Whether a percent sign follows the action."""
    text = template.said.text
    end = text.find("}}", function.span[1])
    return end >= 0 and text[end + 2 :].lstrip(" ")[:1] == "%" and text[function.span[1] : end].strip() in ("", "-")
