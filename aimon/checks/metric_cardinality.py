"""A metric has fewer than 100,000 series.

Why: a series costs some kilobytes of memory, whether somebody looks at it or not. Labels multiply: ten values more
of one are ten times the series of all others. Counted are all declared combinations, on all targets that are known.
Well-known exporters are left alone, as their labels depend on each other.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          http_request_seconds: {type: histogram, labels: {route: 200, tenant: 100}, buckets: [0.1, 0.5, 1, 5]}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          http_request_seconds: {type: histogram, labels: {route: 200}, buckets: [0.1, 0.5, 1, 5]}
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from aimon.catalogue import Metric
from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.series import BUDGET, series_each, size_of
from aimon.stack import Job, Stack

ID = "metric/cardinality"


def check(stack: Stack) -> Iterator[Finding]:
    """Every metric whose declared labels allow too many series; one with a label of unknown size is not judged."""
    for job in stack.jobs:
        own = next((service for service in stack.spec.services if service.at == job.at), None)
        declared = {metric.name: metric.labels.keys() for metric in own.metrics} if own else {}
        for metric in job.metrics:
            sizes = {label: size_of(metric.labels[label]) for label in declared.get(metric.name, ())}
            factors = {f"{label} ({size})": size for label, size in sizes.items()} | _more(metric, job)
            if None in sizes.values() or is_from_elsewhere(metric.name):
                continue
            count = math.prod(size for size in factors.values() if size is not None)
            if count >= BUDGET:
                message = f"`{metric.name}` may have {count:,} series: {' × '.join(factors)}"
                at, cure = (*metric.at, "labels"), "leave a label out, or take what it tells into a metric of its own"
                yield Finding(ID, message, at, key=True, help=cure)


def _more(metric: Metric, job: Job) -> dict[str, int | None]:
    """What multiplies the series beside the labels: the parts of a histogram, and the targets."""
    made: dict[str, int | None] = {}
    each = series_each(metric)
    if each > 1:
        made[f"{each} series of a histogram"] = each
    if len(job.targets) > 1:
        made[f"{len(job.targets)} targets"] = len(job.targets)
    return made
