"""Functions of the samples of one series within a window.

Source: promql/functions.go of Prometheus; where 2.x and 3.x differ in what a window holds, the caller has chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from aimon.prove.quantiles import quantile
from aimon.prove.series import Sample


class Window(NamedTuple):
    """The samples between two times, oldest first."""

    samples: Sequence[Sample]
    begin: float
    end: float
    left_open: bool = False  # as in Prometheus 3, which leaves out a sample at ``begin``

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.begin

    @property
    def values(self) -> list[float]:
        """The values alone."""
        return [value for _, value in self.samples]


def growth(window: Window, is_counter: bool, per_second: bool) -> float | None:
    """``rate``, ``increase`` and ``delta``: the difference, extrapolated to the ends of the window.

    A counter was not less than 0: Prometheus 3 thinks of that after it has shortened a stretch that is too long, and
    2 before.
    """
    samples = window.samples
    if len(samples) < 2:
        return None
    (first_time, first), (last_time, last) = samples[0], samples[-1]
    gained = last - first
    if is_counter:
        gained += sum(one for (_, one), (_, next_) in pairwise(samples) if next_ < one)
    to_start, to_end = first_time - window.begin, window.end - last_time
    sampled = last_time - first_time
    between = sampled / (len(samples) - 1)
    to_zero = sampled * (first / gained) if is_counter and gained > 0 and first >= 0 else math.inf

    def near(rest: float) -> float:
        return rest if rest < between * 1.1 else between / 2

    to_start = min(near(to_start), to_zero) if window.left_open else near(min(to_start, to_zero))
    covered = sampled + to_start + near(to_end)
    factor = covered / sampled
    return gained * (factor / window.length if per_second else factor)


def _last_two(window: Window, is_counter: bool, per_second: bool) -> float | None:
    if len(window.samples) < 2:
        return None
    (before, one), (after, other) = window.samples[-2:]
    gained = other if is_counter and other < one else other - one
    return gained / (after - before) if per_second else gained


def line(window: Window, moment: float) -> tuple[float, float] | None:
    """The slope of the regression line, and its value at ``moment``."""
    if len(window.samples) < 2:
        return None
    values = window.values
    if all(value == values[0] for value in values):
        return 0.0, values[0]
    count = len(values)
    times = [time - moment for time, _ in window.samples]
    mean_time, mean_value = sum(times) / count, sum(values) / count
    covariance = sum((time - mean_time) * (value - mean_value) for time, value in zip(times, values, strict=True))
    slope = covariance / sum((time - mean_time) ** 2 for time in times)
    return slope, mean_value - slope * mean_time


def _deriv(window: Window) -> float | None:
    found = line(window, window.samples[0][0]) if window.samples else None
    return found[0] if found else None


def predicted(window: Window, seconds: float) -> float | None:
    """``predict_linear``."""
    found = line(window, window.end)
    return found[1] + found[0] * seconds if found else None


def _pairs(window: Window, differ: Callable[[float, float], bool]) -> float:
    values = window.values
    return float(sum(differ(one, other) for one, other in pairwise(values)))


def _variance(window: Window) -> float:
    values = window.values
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / len(values)


def _mad(window: Window) -> float:
    middle = quantile(0.5, window.values)
    return quantile(0.5, [abs(value - middle) for value in window.values])


# Each of a window that is not empty; None where there is no result.
FUNCTIONS: dict[str, Callable[[Window], float | None]] = {
    "rate": partial(growth, is_counter=True, per_second=True),
    "increase": partial(growth, is_counter=True, per_second=False),
    "delta": partial(growth, is_counter=False, per_second=False),
    "irate": partial(_last_two, is_counter=True, per_second=True),
    "idelta": partial(_last_two, is_counter=False, per_second=False),
    "deriv": _deriv,
    "changes": lambda window: _pairs(window, lambda one, other: one != other),
    "resets": lambda window: _pairs(window, lambda one, other: other < one),
    "avg_over_time": lambda window: math.fsum(window.values) / len(window.samples),
    "sum_over_time": lambda window: math.fsum(window.values),
    "min_over_time": lambda window: min(window.values),
    "max_over_time": lambda window: max(window.values),
    "count_over_time": lambda window: float(len(window.samples)),
    "last_over_time": lambda window: window.samples[-1][1],
    "first_over_time": lambda window: window.samples[0][1],
    "present_over_time": lambda window: 1.0,
    "stddev_over_time": lambda window: math.sqrt(_variance(window)),
    "stdvar_over_time": _variance,
    "mad_over_time": _mad,
}
