"""How fast a test runs: the step from one sample and evaluation to the next, as fine as the alert needs."""

from __future__ import annotations

import math
from typing import NamedTuple

from aimon.prove.reads import Question
from aimon.stack import Duration

# From these, people read times most easily.
_STEPS = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_USUAL = 60
_USUAL_STEPS = 60  # how many a wait and the windows may take
_MOST_STEPS = 900  # even where a short window or wait asks for more


class Pace(NamedTuple):
    """All in seconds: ``step`` from one evaluation to the next, ``sample`` from one sample to the next.

    ``depth`` is how long it takes until nothing older counts.
    """

    step: float
    sample: float
    depth: float
    wait: float
    keep: float


def pace_of(question: Question) -> Pace:
    """The largest steps that still see every window and every wait."""
    wait, keep = _seconds(question.alert.wait), _seconds(question.alert.keep_firing_for)
    usual = max(_USUAL, (question.depth + wait + keep) / _USUAL_STEPS)
    waits = [length for length in (wait, keep) if length]
    step = _step(question.computed, min([usual, *waits]), question.depth)
    sample = min(step, _step(question.windows, usual, question.depth))
    while math.fmod(step, sample):
        sample = max(fitting for fitting in _STEPS if fitting < sample)
    return Pace(step, float(sample), math.ceil(question.depth / step) * step, wait, keep)


def _step(windows: frozenset[float], usual: float, depth: float) -> float:
    """A step that sees every window several times, and divides them where it can."""
    finest = min([usual, *(window / 5 for window in windows if window)])
    if depth / finest > _MOST_STEPS:
        finest = min([depth / _MOST_STEPS, *(window / 2 for window in windows if window)])
    fitting = [step for step in _STEPS if step <= finest] or [1]
    whole = [step for step in fitting if all(math.fmod(window, step) == 0 for window in windows)]
    return float(max(whole or fitting))


def _seconds(duration: Duration | None) -> float:
    return duration.seconds if duration is not None else 0.0
