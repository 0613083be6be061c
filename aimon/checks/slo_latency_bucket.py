"""The latency that an SLO promises is a bucket of its histogram.

Why: a histogram counts how many events took at most 1 s and at most 5 s. How many took at most 2 s it does not know,
and a rule that asks for that bucket finds nothing: the SLO would be met for ever. A native histogram can tell.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1, 5]}}}
    slos:
      fast: {objective: 95%, latency: {metric: request_seconds, below: 2s}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1, 2, 5]}}}
    slos:
      fast: {objective: 95%, latency: {metric: request_seconds, below: 2s}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from aimon.catalogue import Metric
from aimon.finding import Finding, Related
from aimon.promql.tree import Selector, selectors
from aimon.spec import Latency, Slo
from aimon.stack import Stack
from aimon.units import UnitError, convert, parse_quantity

ID = "slo/latency-bucket"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound that is no bucket, every metric that is no histogram."""
    parts = {part.at[:2]: part for slo in stack.slos for part in slo.parts}
    for slo in stack.spec.slos:
        part = parts.get(slo.at)
        if slo.latency is not None and part is not None and part.tree is not None:
            for selector in selectors(part.tree):
                yield from _misfits(slo, slo.latency, _metrics(selector, stack))


def _metrics(selector: Selector, stack: Stack) -> list[Metric]:
    """What is declared under the name; a histogram is read by one of its parts."""
    name = selector.name or ""
    own = stack.catalogue.metrics.get(name) or [each.metric for each in stack.catalogue.find(name)]
    return list(own)


def _misfits(slo: Slo, latency: Latency, metrics: list[Metric]) -> Iterator[Finding]:
    at = (*slo.at, "latency", "below")
    for metric in metrics:
        related = (Related(metric.at, f"`{metric.name}` is declared here"),)
        if not metric.type.endswith("histogram"):
            message = f"`{metric.name}` is a {metric.type}, and only a histogram knows how many events were fast enough"
            yield Finding(ID, message, (*slo.at, "latency", "metric"), help="name a histogram", related=related)
            continue
        try:
            quantity = parse_quantity(latency.below)
            bound = float(convert(quantity, metric.unit) if metric.unit else quantity.value)
        except UnitError as error:
            yield Finding(ID, error.message, at, help=error.help, related=related)
            continue
        if metric.buckets and not any(math.isclose(bound, each, rel_tol=1e-9) for each in metric.buckets):
            near = min(metric.buckets, key=lambda each: abs(each - bound))
            shown = f"{near:.12g}{metric.unit.name if metric.unit else ''}"
            message = (
                f"`{metric.name}` has no bucket at {latency.below}, so nobody knows how many events were that fast"
            )
            yield Finding(ID, message, at, help=f"write `{shown}`, or add {bound:g} to the buckets", related=related)
