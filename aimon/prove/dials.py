"""What can be turned on the bodies that an alert watches, and the series that a setting of the dials makes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from aimon.prove.bodies import Body
from aimon.prove.solution import Input

Settings: TypeAlias = "tuple[float | None, ...]"  # one for each dial; None is a body that is not there

_POWERS = (1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e6, 1e8, 1e10, 1e12, 1e15)
_AGES = (0.0, 1.0, 60.0, 600.0, 3600.0, 86400.0, 1e6, 1e7, 1e9)
_STEPS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 60.0)

_BESIDE_SHAPE = 0.001  # a thousandth of the observations


class Dial(NamedTuple):
    """One thing that can be turned: ``ladder`` are the settings that are tried, in rising order."""

    body: int
    kind: str  # rate, level, slope, steps, age, volume or shape
    ladder: tuple[float, ...]
    default: float
    low: float | None = None
    high: float | None = None
    beside: float | None = None  # how far from the crossing is just beyond it; None for a share of the setting

    @property
    def may_be_absent(self) -> bool:
        """Whether it is the one that can take the body away."""
        return self.kind in ("rate", "level", "age", "volume")

    def reaches(self, value: float) -> bool:
        """Whether it can be set to a value."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing between two settings."""
        return self.kind == "steps" or self.ladder == (0.0, 1.0)


def dials(watched: Sequence[Body], hints: Sequence[float]) -> list[Dial]:
    """All dials; ``hints`` are numbers near which something may happen."""
    return list(chain.from_iterable(_dials(index, body, hints) for index, body in enumerate(watched)))


def _dials(index: int, body: Body, hints: Sequence[float]) -> Iterator[Dial]:
    if body.kind == "histogram":
        yield Dial(index, "volume", (0.0, *_POWERS[1:13]), 1.0, 0.0)
        count = len(body.buckets)
        yield Dial(index, "shape", tuple(map(float, range(count + 1))), 0.0, 0.0, float(count), _BESIDE_SHAPE)
        return
    if body.uses & {"changes", "resets"}:
        yield Dial(index, "level", (1.0,), 1.0)
        yield Dial(index, "steps", _STEPS, 0.0, 0.0)
    elif body.kind == "counter":
        yield Dial(index, "rate", (0.0, *_POWERS[:14]), 1.0, 0.0)
    elif "time" in body.uses:
        yield Dial(index, "age", (*(-age for age in reversed(_AGES[1:])), *_AGES), 0.0)
    else:
        yield from _gauge(index, body, hints)


def _gauge(index: int, body: Body, hints: Sequence[float]) -> Iterator[Dial]:
    low, high = body.low, body.high
    if body.is_switch:
        yield Dial(index, "level", (0.0, 1.0), 1.0, 0.0, 1.0)
        return
    near = {around for hint in hints for around in (hint, hint - 1, hint + 1)}
    tried = {0.0, *_POWERS, *near}
    if low is None or low < 0:
        tried |= {-size for size in (*_POWERS[2:12:2], *near)}
    tried |= {bound for bound in (low, high) if bound is not None}
    ladder = tuple(
        sorted(value for value in tried if (low is None or value >= low) and (high is None or value <= high))
    )
    yield Dial(index, "level", ladder, min(ladder, key=lambda value: abs(value - 1)), low, high)
    if body.uses & {"deriv", "delta", "idelta", "predict_linear", "stddev_over_time", "stdvar_over_time"}:
        steep = (1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 1e3, 1e5, 1e8)
        yield Dial(index, "slope", (*(-value for value in reversed(steep)), 0.0, *steep), 0.0)


def inputs(body: Body, kinds: Sequence[str], values: Sequence[float | None], window: float) -> Iterator[Input]:
    """The series of a body; ``window`` is the time in which its steps are counted."""
    if values[0] is None:
        return
    setting = dict(zip(kinds, values, strict=True))
    if body.kind == "histogram":
        yield from _histogram(body, setting["volume"] or 0.0, setting["shape"] or 0.0)
    elif "steps" in setting:
        count = setting["steps"] or 0.0
        rises = -1.0 if "resets" in body.uses else 1.0
        start = 1e6 if rises < 0 else 1.0
        every = window / count if count else 0.0
        yield Input(body.name, body.labels, start, rises if count else 0.0, every, cumulative=True)
    elif "rate" in setting:
        yield Input(body.name, body.labels, 0.0, setting["rate"] or 0.0, cumulative=True)
    elif "age" in setting:
        yield Input(body.name, body.labels, -(setting["age"] or 0.0), 1.0, clock=True)
    else:
        yield Input(body.name, body.labels, setting["level"] or 0.0, setting.get("slope") or 0.0)


def _histogram(body: Body, volume: float, shape: float) -> Iterator[Input]:
    """All observations in one bucket and the next: the shape says which, and how many are in the next."""
    bounds = [bound for _, bound in body.buckets]
    index = min(math.floor(shape), len(bounds))
    share = shape - index
    largest = bounds[-1] if bounds else 1.0
    values = [*bounds, 2 * largest, 2 * largest]
    if "bucket" in body.parts:
        for place, (text, _) in enumerate((*body.buckets, ("+Inf", math.inf))):
            below = 0.0 if place < index else 1.0 - share if place == index else 1.0
            yield Input(f"{body.name}_bucket", {**body.labels, "le": text}, 0.0, volume * below, cumulative=True)
    if "count" in body.parts:
        yield Input(f"{body.name}_count", body.labels, 0.0, volume, cumulative=True)
    if "sum" in body.parts:
        mean = (1 - share) * values[index] + share * values[index + 1]
        yield Input(f"{body.name}_sum", body.labels, 0.0, volume * mean, cumulative=True)
