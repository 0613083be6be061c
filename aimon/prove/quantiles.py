"""Quantiles of values and of the buckets of a histogram.

Source: promql/quantile.go of Prometheus.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def quantile(share: float, values: Iterable[float]) -> float:
    """The value below which a share of the values lies, between two of them by their distance."""
    ordered = sorted(values)
    if not ordered or math.isnan(share):
        return math.nan
    if not 0 <= share <= 1:
        return -math.inf if share < 0 else math.inf
    rank = share * (len(ordered) - 1)
    low = max(0, math.floor(rank))
    high = min(len(ordered) - 1, low + 1)
    weight = rank - math.floor(rank)
    return ordered[low] * (1 - weight) + ordered[high] * weight


def bucket_quantile(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    """The quantile of a classic histogram: pairs of upper bound and cumulative count."""
    if math.isnan(share):
        return math.nan
    if not 0 <= share <= 1:
        return -math.inf if share < 0 else math.inf
    ordered = _monotonic(sorted(buckets))
    if len(ordered) < 2 or ordered[-1][0] != math.inf or not ordered[-1][1] > 0:
        return math.nan
    rank = share * ordered[-1][1]
    found = next((index for index, (_, count) in enumerate(ordered[:-1]) if count >= rank), len(ordered) - 1)
    if found == len(ordered) - 1:
        return ordered[-2][0]
    end, count = ordered[found]
    if found == 0 and end <= 0:
        return end
    start = 0.0
    if found:
        start, before = ordered[found - 1]
        count, rank = count - before, rank - before
    return start + (end - start) * (rank / count) if count else math.nan


def _monotonic(buckets: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    highest = -math.inf
    made = []
    for bound, count in buckets:
        highest = max(highest, count)
        made.append((bound, highest))
    return made
