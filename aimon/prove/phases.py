"""Input series in phases: as they are for a while, then otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from aimon.prove.pace import Pace
from aimon.prove.series import Segment, Series
from aimon.prove.solution import Input
from aimon.prove.vectors import key_of


class Phase(NamedTuple):
    """Until the next one begins the series of every body are these.

    What rises and falls has its start value where an alarm begins, and where a calm ends, so that it is worse all
    through the one and better all through the other.
    """

    begin: float
    inputs: Sequence[Sequence[Input]]
    is_alarm: bool = False


class _Turn(NamedTuple):
    """One series in one phase; None where it is not there."""

    begin: float
    end: float
    one: Input | None
    is_alarm: bool


def in_phases(phases: Sequence[Phase], pace: Pace) -> list[Series]:
    """Every series that there is in any phase."""
    made = []
    ends = [*(phase.begin for phase in phases[1:]), math.inf]
    for mine in zip(*(phase.inputs for phase in phases), strict=True):
        known = [{(one.name, key_of(one.labels)): one for one in inputs} for inputs in mine]
        for name, labels in dict.fromkeys(chain.from_iterable(known)):
            found = [each.get((name, labels)) for each in known]
            turns = [
                _Turn(phase.begin, end, one, phase.is_alarm)
                for phase, end, one in zip(phases, ends, found, strict=True)
            ]
            if all(one == found[0] for one in found):
                turns = [turns[0]._replace(end=math.inf)]
            made.append(Series(name, dict(labels), _segments(turns, pace), pace.sample))
    return made


def _segments(turns: Sequence[_Turn], pace: Pace) -> tuple[Segment, ...]:
    # A counter has counted enough before for Prometheus not to take its beginning for zero.
    head_start = max(turn.one.start + max(turn.one.per_second, 0.0) * pace.depth for turn in turns if turn.one)
    segments: list[Segment] = []
    for turn in turns:
        reached = segments[-1].at(turn.begin) if segments else None
        segments.append(_segment(turn, pace, reached or head_start))
    return tuple(segments)


def _segment(turn: _Turn, pace: Pace, reached: float) -> Segment:
    begin, one = turn.begin, turn.one
    if one is None:
        return Segment(begin, None)
    if one.clock:
        return Segment(begin, begin + one.start, one.per_second)
    if one.cumulative:
        return Segment(begin, reached, one.per_second, one.every)
    lasts = min(turn.end - begin, 2 * pace.depth + pace.keep)
    return Segment(begin, one.start - (0.0 if turn.is_alarm else one.per_second * lasts), one.per_second)
