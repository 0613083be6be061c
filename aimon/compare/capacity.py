"""How many series the declared metrics may have at most, before and after."""

from __future__ import annotations

from typing import NamedTuple

from aimon.catalogue import Metric
from aimon.exporters import is_from_elsewhere
from aimon.series import PER_TARGET, most_series
from aimon.thing import JOB, METRIC, Monitoring


class Capacity(NamedTuple):
    """Series at most on both sides; ``fresh`` of them begin anew: metrics that are new, renamed, or labelled anew.

    ``uncounted`` are metrics with a label of any number of values.
    """

    before: int
    after: int
    fresh: int
    uncounted: int


def capacity(before: Monitoring, after: Monitoring) -> Capacity | None:
    """The series of both sides; None where a side does not declare its metrics."""
    if METRIC not in before.tells & after.tells:
        return None
    old, new = _series(before), _series(after)
    there = {(metric.name, metric.job): metric.labels.keys() for metric, _ in old}
    fresh = [count or 0 for metric, count in new if there.get((metric.name, metric.job)) != metric.labels.keys()]
    return Capacity(_sum(before, old), _sum(after, new), sum(fresh), sum(count is None for _, count in new))


def _series(monitoring: Monitoring) -> list[tuple[Metric, int | None]]:
    """How many series each metric may have."""
    targets = _targets(monitoring)
    declared = (thing.raw for thing in monitoring.of(METRIC) if isinstance(thing.raw, Metric) and _is_own(thing.raw))
    return [(metric, most_series(metric, targets.get(metric.job or "", 1))) for metric in declared]


def _is_own(metric: Metric) -> bool:
    """Whether the project made it itself: labels of well-known exporters depend on each other, so no product counts."""
    return metric.pack is None and not is_from_elsewhere(metric.name)


def _targets(monitoring: Monitoring) -> dict[str, int]:
    return {job.id: max(len(job.said["targets"]), 1) for job in monitoring.of(JOB)}


def _sum(monitoring: Monitoring, series: list[tuple[Metric, int | None]]) -> int:
    return sum(count or 0 for _, count in series) + PER_TARGET * sum(_targets(monitoring).values())
