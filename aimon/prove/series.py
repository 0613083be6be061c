"""Input series of a proof: straight lines one after the other, sampled as promtool samples them.

Time counts in seconds from the beginning of a test, which for promtool is the Unix epoch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

Sample: TypeAlias = "tuple[float, float]"  # time, value

# How long Prometheus takes the last sample for the present one: its default --query.lookback-delta.
LOOKBACK = 300.0
_WHOLE = 1e-9  # nearer to a whole number than this is one


class Segment(NamedTuple):
    """A straight line from ``begin`` on; a value of None is no series at all.

    ``every`` makes it a staircase with one step in so many seconds.
    """

    begin: float
    value: float | None
    per_second: float = 0.0
    every: float = 0.0

    def at(self, moment: float) -> float | None:
        """The value at a time."""
        if self.value is None or not self.per_second:
            return self.value
        passed = moment - self.begin
        if self.every:
            passed = math.floor(passed / self.every + 1e-9) * self.every
        return self.value + self.per_second * passed

    def samples(self, first: int, last: int, step: float) -> Iterator[Sample]:
        """The samples with these numbers, ``step`` apart, of what is there."""
        if self.every:
            return ((index * step, self.at(index * step) or 0.0) for index in range(first, last + 1))
        value, slope, begin = self.value or 0.0, self.per_second, self.begin
        return ((index * step, value + slope * (index * step - begin)) for index in range(first, last + 1))


class Series(NamedTuple):
    """One series; ``labels`` are without its name, ``step`` is the time between two samples."""

    name: str
    labels: Mapping[str, str]
    segments: Sequence[Segment]
    step: float

    def at(self, moment: float, left_open: bool) -> Sample | None:
        """The sample that an instant selector sees; a series that ended is gone at once."""
        latest = math.floor(moment / self.step + 1e-9) * self.step
        age = moment - latest
        if latest < 0 or age > LOOKBACK or (left_open and age == LOOKBACK):
            return None
        value = self._value(latest)
        return None if value is None else (latest, value)

    @property
    def is_whole(self) -> bool:
        """Whether it only has whole numbers, which are added up without rounding."""
        steps = (one.per_second * (one.every or self.step) for one in self.segments)
        values = (one.value for one in self.segments if one.value is not None)
        return all(not math.isfinite(one) or abs(one - round(one)) < _WHOLE for one in (*values, *steps))

    @property
    def grows(self) -> bool:
        """Whether it does not stand still."""
        return any(one.per_second for one in self.segments)

    def window(self, begin: float, end: float, left_open: bool) -> list[Sample]:
        """The samples from ``begin`` to ``end``; Prometheus 3 leaves out one at ``begin`` itself."""
        step = self.step
        first = max(math.ceil(begin / step - 1e-9), 0)
        if left_open and first * step <= begin + 1e-9:
            first += 1
        last = math.floor(end / step + 1e-9)
        found: list[Sample] = []
        for segment, after in zip_longest(self.segments, self.segments[1:]):
            until = last if after is None else min(last, math.ceil(after.begin / step - 1e-9) - 1)
            start = max(first, math.ceil(segment.begin / step - 1e-9))
            if start <= until and segment.value is not None:
                found += segment.samples(start, until, step)
        return found

    def _value(self, moment: float) -> float | None:
        for segment in reversed(self.segments):
            if segment.begin <= moment:
                return segment.at(moment)
        return None
