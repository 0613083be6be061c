"""The buckets of a histogram ascend and are finite.

Why: a client library refuses other buckets when the process starts. The bucket `+Inf` is always there and is not
declared.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          http_request_duration_seconds: {type: histogram, buckets: [0.1, 1, 0.5, 5]}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          http_request_duration_seconds: {type: histogram, buckets: [0.1, 0.5, 1, 5]}
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from aimon.finding import Finding
from aimon.spec import Metric
from aimon.stack import Stack

ID = "metric/bucket-order"


def check(stack: Stack) -> Iterator[Finding]:
    """The first bucket of each metric that cannot stand where it is."""
    for service in stack.spec.services:
        for metric in service.metrics:
            found = next(_misplaced(metric), None)
            if found is not None:
                index, message, cure = found
                yield Finding(ID, f"`{metric.name}`: {message}", (*metric.at, "buckets", index), help=cure)


def _misplaced(metric: Metric) -> Iterator[tuple[int, str, str]]:
    buckets = metric.buckets or []
    for index, bound in enumerate(buckets):
        before = buckets[index - 1] if index else -math.inf
        if not math.isfinite(bound):
            yield index, f"the bucket {bound} is not finite", "leave it out: `+Inf` is always there"
        elif bound <= before:
            what = "stands there twice" if bound == before else f"comes after {before}"
            ascending = sorted({each for each in buckets if math.isfinite(each)})
            yield index, f"the bucket {bound} {what}", f"write {ascending}"
