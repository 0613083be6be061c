"""A metric that several services expose has one type and one unit.

Why: a query for the name reads all of them; a sum of seconds and milliseconds, or of a counter and a gauge, means
nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_waiting: {type: gauge}}}
      worker: {targets: ['worker:8080'], metrics: {jobs_waiting: {type: counter}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_waiting: {type: gauge}}}
      worker: {targets: ['worker:8080'], metrics: {jobs_waiting: {type: gauge}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.catalogue import Metric
from aimon.finding import Finding, Related
from aimon.stack import Stack
from aimon.units import describe, same_scale

ID = "metric/conflicting-type"


def check(stack: Stack) -> Iterator[Finding]:
    """Every declaration that contradicts the first one of the same name."""
    for declared in stack.catalogue.metrics.values():
        scraped = [metric for metric in declared if metric.origin == "service" and metric.type != "unknown"]
        for metric in scraped[1:]:
            yield from _contradiction(metric, scraped[0])


def _contradiction(metric: Metric, first: Metric) -> Iterator[Finding]:
    if metric.type != first.type:
        message = f"`{metric.name}` is a {metric.type} here, but a {first.type} in service `{first.job}`"
        related = Related((*first.at, "type"), f"a {first.type} here")
        yield Finding(ID, message, (*metric.at, "type"), help="give one of them another name", related=(related,))
    elif metric.unit is not None and first.unit is not None and not same_scale(metric.unit, first.unit):
        here, there = describe(metric.unit), describe(first.unit)
        message = f"`{metric.name}` is {here} here, but {there} in service `{first.job}`"
        related = Related((*first.at, "unit"), f"{there} here")
        yield Finding(ID, message, (*metric.at, "unit"), help="give one of them another name", related=(related,))
