"""How the load of a service goes: a daily wave, noise, and a restart now and then, all of it a function of time.

Nothing is remembered between two moments. So history and a live run continue each other, and the same seed gives the
same values: rates are sums of sines, and what a counter has gained is their integral in closed form.
"""

from __future__ import annotations

import math
import random
from functools import lru_cache
from typing import NamedTuple

CURRENTS = 6  # differing noises; each series follows one of them
DAY = 86_400.0
_PEAK = 15 * 3600.0  # of the day, UTC
_DAILY = 0.45
# Periods in seconds and how much they weigh. With the daily wave they stay below 1, so that no rate is negative.
_NOISE = ((17_893.0, 0.12), (2_857.0, 0.12), (661.0, 0.10), (151.0, 0.08), (31.0, 0.06))


class Moment(NamedTuple):
    """A service at one moment: since when it runs, and by current what has been gained since then and the height.

    ``gained`` counts seconds at the average rate; ``height`` is between -1 and 1.
    """

    now: float
    started: float
    gained: tuple[float, ...]
    height: tuple[float, ...]


class Clock(NamedTuple):
    """Time as the simulation sees it: from ``start`` on, waves and restarts come ``speed`` times as fast."""

    start: float
    speed: float = 1.0

    def inner(self, now: float) -> float:
        """The simulation's time at a moment of ours."""
        return self.start + (now - self.start) * self.speed

    def outer(self, inner: float) -> float:
        """Our time at a moment of the simulation."""
        return self.start + (inner - self.start) / self.speed


class Course:
    """The course of one target."""

    def __init__(self, seed: int, target: str, clock: Clock) -> None:
        self._key = f"{seed}/{target}"
        self._clock = clock
        chance = random.Random(self._key)
        day = [(2 * math.pi / DAY, _DAILY, math.pi / 2 - 2 * math.pi * _PEAK / DAY)]
        self._currents = [
            day + [(2 * math.pi / period, weight, chance.uniform(0, 2 * math.pi)) for period, weight in _NOISE]
            for _ in range(CURRENTS)
        ]
        self._gained_before = lru_cache(8)(self._gained)

    def at(self, now: float) -> Moment:
        """The service at a moment."""
        inner = self._clock.inner(now)
        restarted = self.restarted(inner)
        before = self._gained_before(restarted)
        gained = tuple(
            (_integral(waves, inner) - then) / self._clock.speed
            for waves, then in zip(self._currents, before, strict=True)
        )
        height = tuple(_height(waves, inner) for waves in self._currents)
        return Moment(now, self._clock.outer(restarted), gained, height)

    def restarted(self, inner: float) -> float:
        """The last restart before a moment of the simulation: there is one at some time of every day."""
        day = math.floor(inner / DAY)
        today = self._restart_of(day)
        return today if today <= inner else self._restart_of(day - 1)

    def _gained(self, inner: float) -> tuple[float, ...]:
        return tuple(_integral(waves, inner) for waves in self._currents)

    def _restart_of(self, day: int) -> float:
        return (day + random.Random(f"{self._key}/{day}").random()) * DAY


def _integral(waves: list[tuple[float, float, float]], inner: float) -> float:
    return inner - sum(weight / pace * math.cos(pace * inner + phase) for pace, weight, phase in waves)


def _height(waves: list[tuple[float, float, float]], inner: float) -> float:
    return sum(weight * math.sin(pace * inner + phase) for pace, weight, phase in waves)
