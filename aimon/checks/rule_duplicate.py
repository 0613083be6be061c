"""A rule has a name of its own.

Why: a recording rule with the name of a metric that is scraped mixes its results with the samples, and a query cannot
tell them apart. Two alerts whose names differ only in case share one runbook entry, and people take them for one.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {'job:load:sum': {type: gauge}}}
    recording_rules:
      job:load:sum: {expr: sum by (job) (up)}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {'job:load:sum': {type: gauge}}}
    recording_rules:
      job:up:sum: {expr: sum by (job) (up)}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon import conventions
from aimon.document import Address
from aimon.finding import Finding, Related
from aimon.spec import Alert
from aimon.stack import Stack

ID = "rule/duplicate"


def check(stack: Stack) -> Iterator[Finding]:
    """Recording rules named like metrics, and alerts named like other alerts."""
    for rule in stack.spec.recording_rules:
        metric = stack.catalogue.metrics[rule.name][0]  # what is scraped comes before what is recorded
        if metric.origin != "recording":
            who = f"service `{metric.job}` exposes" if metric.job else "Prometheus itself makes"
            related = (Related(metric.at, "declared here"),) if metric.at else ()
            message = f"{who} a metric with the name of the recording rule `{rule.name}`"
            yield Finding(ID, message, rule.at, key=True, help="give the rule another name", related=related)
    named: dict[str, Alert] = {}
    for alert in stack.spec.alerts:
        anchor = conventions.anchor(alert.name)
        first = named.setdefault(anchor, alert)
        if first is not alert and not _is_same_of_pack(first, alert):
            message = f"the alerts `{first.name}` and `{alert.name}` share the runbook entry `#{anchor}`"
            related = (Related(first.at, f"`{first.name}` is here"),)
            yield Finding(ID, message, alert.at, key=True, help="give one of them another name", related=related)
    yield from _of_slos(stack, {anchor: (alert.name, alert.at) for anchor, alert in named.items()})


def _of_slos(stack: Stack, named: dict[str, tuple[str, Address]]) -> Iterator[Finding]:
    """The alerts of SLOs are named after them: `a-1` and `a1` are one there."""
    for alert in stack.alerts():
        if alert.at[0] == "slos":
            first, at = named.setdefault(conventions.anchor(alert.name), (alert.name, alert.at))
            if at != alert.at:
                message = f"the SLO brings an alert `{alert.name}`, and `{first}` shares its runbook entry"
                related = (Related(at, f"`{first}` comes from here"),)
                yield Finding(ID, message, alert.at, key=True, help="give the SLO another name", related=related)
                return


def _is_same_of_pack(first: Alert, second: Alert) -> bool:
    """Whether a pack brings one alert to several services, each with a threshold of its own."""
    return first.pack is not None and (first.name, first.pack) == (second.name, second.pack)
