"""Relabelling drops no metric that is used.

Why: whoever drops metrics to save memory meets one that an alert needs. The alert then never fires, and nothing
says so.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics: {jobs_lost_total: {type: counter}}
        metric_relabel: [{source_labels: [__name__], regex: 'jobs_.*', action: drop}]
    recording_rules:
      job:jobs_lost:rate5m: {expr: 'sum by (job) (rate(jobs_lost_total[5m]))'}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics: {jobs_lost_total: {type: counter}}
        metric_relabel: [{source_labels: [__name__], regex: 'jobs_done_.*', action: drop}]
    recording_rules:
      job:jobs_lost:rate5m: {expr: 'sum by (job) (rate(jobs_lost_total[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.finding import Finding, Related
from aimon.promql.matchers import compiled
from aimon.promql.tree import selectors
from aimon.stack import Stack

ID = "service/relabel-drops-used"


def check(stack: Stack) -> Iterator[Finding]:
    """Every step that drops, or does not keep, a metric that a query reads and no other service has."""
    used: dict[str, Address] = {}
    for query in stack.expressions() if any(service.metric_relabel for service in stack.spec.services) else ():
        for selector in selectors(query.shape) if query.shape is not None else ():
            used.setdefault(selector.name or "", query.at)
    for service in stack.spec.services:
        names = [name for name in used if _is_only_of(service.name, name, stack)]
        for index, step in enumerate(service.metric_relabel or ()):
            lost = [name for name in names if _drops(step, name)]
            if lost:
                message = f"this drops `{lost[0]}`, which is used"
                at: Address = (*service.at, "metric_relabel", index)
                related = (Related(used[lost[0]], "used here"),)
                cure = "leave the metric out of the pattern"
                yield Finding(ID, message, (*at, "regex"), help=cure, related=related)
            names = [name for name in names if name not in lost]


def _is_only_of(service: str, name: str, stack: Stack) -> bool:
    found = stack.catalogue.find(name)
    return bool(found) and {series.metric.job for series in found} == {service}


def _drops(step: Mapping[str, Any], name: str) -> bool:
    """Whether a step surely drops the metric; one that looks at other labels, too, may not."""
    if step.get("source_labels") != ["__name__"] or step.get("action") not in ("drop", "keep"):
        return False
    pattern = compiled(str(step.get("regex", "(.*)")))
    return pattern is not None and (pattern.fullmatch(name) is not None) == (step["action"] == "drop")
