"""From when to when an alert fires, by the rules of Prometheus for alerts that wait and that linger."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

Labels = tuple[tuple[str, str], ...]


class Firing(NamedTuple):
    """One alert from its first to its last moment, in Unix seconds."""

    labels: Labels
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.start


class Grid(NamedTuple):
    """The moments of evaluation: ``size`` of them, ``step`` seconds apart; in ``holes`` there was no evaluation."""

    start: float
    step: float
    size: int
    holes: frozenset[int] = frozenset()

    def moment(self, index: int) -> float:
        """When the evaluation of that number is."""
        return self.start + index * self.step


def firings(labels: Labels, there: Collection[int], grid: Grid, wait: float, linger: float) -> Iterator[Firing]:
    """The firings of one alert whose condition holds at the evaluations ``there``.

    A hole neither resolves an alert nor lets it begin. Source of the rules:
    https://github.com/prometheus/prometheus/blob/v3.5.0/rules/alerting.go (Eval)
    """
    since = fires = gone = None  # when the condition began to hold, when it fired, when it ended
    for index in range(grid.size):
        if index in grid.holes:
            continue
        now = grid.moment(index)
        if index in there:
            gone = None
            since = now if since is None else since
            if fires is None and now - since >= wait:
                fires = now
            continue
        if fires is None:
            since = None
            continue
        gone = now if gone is None else gone
        if linger == 0 or now - gone >= linger:
            yield Firing(labels, fires, now)
            since = fires = gone = None
    if fires is not None:
        yield Firing(labels, fires, grid.moment(grid.size - 1))
