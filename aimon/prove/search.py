"""Finds settings between which one dial decides whether an alert fires.

Nearly every alert is monotone in each of its dials, so a coarse ladder finds two settings that differ in their outcome,
and bisection brings them together.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Iterator
from itertools import chain, combinations, product, zip_longest

from aimon.prove.climb import climbed
from aimon.prove.dials import Dial, Settings
from aimon.prove.judge import Edge, Judge, closest, passes
from aimon.prove.scaling import scaled
from aimon.prove.scene import Scene

_MOST_LOOKS = 2000
_MOST_STEPS = 40
_TINY = 1e-5
_NEAREST = 1e-6
_BESIDE = 0.02  # how far from the crossing the two settings are brought
_FURTHER = 1.15  # the firing one a little further, so that halfway between them is not on the bound
_COARSE = 7  # how many settings of a dial are tried where several have to be turned


class Search:
    """The search in one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.judge = Judge(scene)

    def edges(self) -> list[Edge]:
        """The edge at which the alert's own bound decides, then those of its other conditions."""
        first = self._first()
        if first is None:
            return []
        edge = self._sharpened(first)
        found = {edge.decider: edge}
        if self.judge.operators.keys() - found.keys():
            for other in chain(self._around(edge.fires, found), self._with_less(edge.fires, found)):
                if other.decider is not None:
                    found.setdefault(other.decider, other)
        ordered = [found[key] for key in self.judge.operators if key in found]
        return ordered or [edge]

    def _with_less(self, base: Settings, known: Collection[int | None]) -> Iterator[Edge]:
        """The edge at which there is too little of everything, where there is a condition that nothing else reaches."""
        edge = scaled(self.judge, base) if self.judge.operators.keys() - known else None
        if edge is not None:
            yield edge

    # A first pair.

    def _first(self) -> Edge | None:
        default = self.scene.default
        pair = self._turned(default)
        if pair is not None or self.judge.fires(default):
            return pair
        found = climbed(self.scene, default)
        if found is not None and self.judge.fires(found):
            return self._turned(found)
        for count in (2, 3, 4):
            for chosen in combinations(range(len(self.scene.dials)), count):
                fires = self._together(default, chosen)
                if fires is not None:
                    return self._turned(fires)
                if self.judge.looks > _MOST_LOOKS:
                    return None
        return None

    def _together(self, default: Settings, chosen: tuple[int, ...]) -> Settings | None:
        """Settings of several dials at once with which the alert fires."""
        ladders = [_thinned(self.scene.dials[index], _COARSE if len(chosen) < 4 else 4) for index in chosen]
        for values in product(*ladders):
            settings = _with(default, dict(zip(chosen, values, strict=True)))
            if self.judge.fires(settings):
                return settings
            if self.judge.looks > _MOST_LOOKS:
                return None
        return None

    def _turned(self, base: Settings) -> Edge | None:
        """A pair that differs in one dial, at best one that is no matter of something being there at all."""
        for pairs in (self._monotone, self._swept):
            for index in range(len(self.scene.dials)):
                for found in pairs(base, index):
                    return found
        return next(filter(None, (self._taken_away(base, index) for index in range(len(self.scene.dials)))), None)

    def _monotone(self, base: Settings, index: int) -> Iterator[Edge]:
        """Neighbours on the ladder of one dial, towards each end of it that differs from the base."""
        ladder, here = self._ladder(base, index)
        fires = self.judge.fires(_with(base, {index: ladder[here]}))
        for end in (len(ladder) - 1, 0):
            near, far = here, end
            if near == far or self.judge.fires(_with(base, {index: ladder[far]})) == fires:
                continue
            while abs(far - near) > 1:
                middle = (near + far) // 2
                same = self.judge.fires(_with(base, {index: ladder[middle]})) == fires
                near, far = (middle, far) if same else (near, middle)
            yield self._pair(base, index, ladder[near], ladder[far], fires)

    def _swept(self, base: Settings, index: int) -> Iterator[Edge]:
        """Neighbours on the ladder of one dial with different outcomes, those next to the base first."""
        ladder, here = self._ladder(base, index)
        outcomes = [self.judge.fires(_with(base, {index: value})) for value in ladder]
        pairs = [place for place in range(len(ladder) - 1) if outcomes[place] != outcomes[place + 1]]
        for place in sorted(pairs, key=lambda place: abs(here - place - 0.5)):
            yield self._pair(base, index, ladder[place], ladder[place + 1], outcomes[place])

    def _ladder(self, base: Settings, index: int) -> tuple[list[float], int]:
        """The settings of a dial that are tried, and which of them is the present one."""
        dial = self.scene.dials[index]
        here = base[index]
        start = dial.default if here is None else here
        ladder = sorted({*dial.ladder, start})
        return ladder, ladder.index(start)

    def _taken_away(self, base: Settings, index: int) -> Edge | None:
        if not self.scene.dials[index].may_be_absent or base[index] is None:
            return None
        gone = _with(base, {index: None})
        fires = self.judge.fires(gone)
        if fires == self.judge.fires(base):
            return None
        return Edge(index, gone, base) if fires else Edge(index, base, gone)

    def _pair(self, base: Settings, index: int, one: float, other: float, fires: bool) -> Edge:
        pair = _with(base, {index: one}), _with(base, {index: other})
        return Edge(index, *pair) if fires else Edge(index, pair[1], pair[0])

    def _around(self, base: Settings, known: Container[int | None]) -> Iterator[Edge]:
        """The edges that are reached from a setting that fires by one dial, and that are not known."""
        for index in range(len(self.scene.dials)):
            for edge in (*self._monotone(base, index), self._taken_away(base, index)):
                if edge is not None and self.judge.explained(edge).decider not in known:
                    yield self._sharpened(edge)

    # Bringing the two together.

    def _sharpened(self, edge: Edge) -> Edge:
        dial = self.scene.dials[edge.dial]
        if dial.kind == "steps":
            edge = self._one_more(edge)
        elif not edge.takes_away and not dial.is_whole:
            edge = self._beside_one_value(edge) or self._brought_together(edge)
        return self.judge.explained(edge)

    def _one_more(self, edge: Edge) -> Edge:
        """One step further, for the beat of the steps and that of the samples need not agree."""
        ladder = self.scene.dials[edge.dial].ladder
        fires, silent = ladder.index(edge.fires[edge.dial] or 0.0), ladder.index(edge.silent[edge.dial] or 0.0)
        further = min(max(fires + (1 if fires > silent else -1), 0), len(ladder) - 1)
        settings = _with(edge.fires, {edge.dial: ladder[further]})
        return edge._replace(fires=settings) if self.judge.fires(settings) else edge

    def _beside_one_value(self, edge: Edge) -> Edge | None:
        """What fires at one whole number is silent at the next: a state has nothing in between."""
        index, fires = edge.dial, edge.fires[edge.dial] or 0.0
        decider = self.judge.explained(edge).decider
        if decider is None or self.judge.operators[decider] != "==" or fires != round(fires):
            return None
        for value in (fires - 1, fires + 1):
            silent = _with(edge.fires, {index: value})
            if self.scene.dials[index].reaches(value) and not self.judge.fires(silent):
                return edge._replace(silent=silent)
        return None

    def _brought_together(self, edge: Edge) -> Edge:
        """The two settings a little beside the crossing: guessed on a straight line, or else halfway."""
        index = edge.dial
        fires, silent = edge.fires[index] or 0.0, edge.silent[index] or 0.0
        if max(abs(fires), abs(silent)) < _TINY:
            return self._with_one(edge, index, fires, silent)
        for attempt in range(_MOST_STEPS):
            guess = self._guess(edge, index, fires, silent) if attempt % 3 < 2 else None
            crossing = _between(fires, silent) if guess is None else guess
            towards = 1.0 if fires > silent else -1.0
            beyond = self._beside(index, crossing, towards, True)
            before = self._beside(index, crossing, -towards, False)
            if self.judge.is_clear(_with(edge.fires, {index: beyond}), _with(edge.fires, {index: before})):
                fires, silent = beyond, before
                break
            for value in (crossing, beyond, before):
                if min(fires, silent) < value < max(fires, silent):
                    if self.judge.fires(_with(edge.fires, {index: value})):
                        fires = value
                    else:
                        silent = value
            if abs(fires - silent) < _NEAREST * max(abs(fires), abs(silent)):
                break
        return edge._replace(fires=_with(edge.fires, {index: fires}), silent=_with(edge.silent, {index: silent}))

    def _with_one(self, edge: Edge, index: int, fires: float, silent: float) -> Edge:
        """Nothing against something: 1 in place of a tiny amount where that does as well."""
        for value in (1.0, -1.0):
            settings = _with(edge.fires, {index: value})
            if self.scene.dials[index].reaches(value) and value * (fires or silent) > 0:
                if fires and self.judge.fires(settings):
                    return edge._replace(fires=settings)
                if silent and not self.judge.fires(settings):
                    return edge._replace(silent=settings)
        return edge

    def _guess(self, edge: Edge, index: int, fires: float, silent: float) -> float | None:
        """Where a straight line through the two differences of what is compared would cross."""
        one = self.scene.look(_with(edge.fires, {index: fires}))
        other = self.scene.look(_with(edge.fires, {index: silent}))
        for key, op in self.judge.operators.items():
            if passes(op, one, key) != passes(op, other, key):
                above, below = closest(one, key), closest(other, key)
                if above is None or below is None:
                    return None
                high, low = above[0] - above[1], below[0] - below[1]
                if not (math.isfinite(high) and math.isfinite(low)) or high == low:
                    return None
                crossing = silent + (fires - silent) * (-low / (high - low))
                return crossing if min(fires, silent) <= crossing <= max(fires, silent) else None
        return None

    def _reach(self, index: int, crossing: float) -> float:
        beside = self.scene.dials[index].beside
        return abs(crossing) * _BESIDE if beside is None else beside

    def _beside(self, index: int, crossing: float, direction: float, fires: bool) -> float:
        """A round number a little away from a crossing."""
        dial = self.scene.dials[index]
        reach = self._reach(index, crossing) * (_FURTHER if fires else 1.0)
        value = crossing + direction * reach
        if not dial.reaches(value):
            value = (crossing + (dial.high or 0.0 if direction > 0 else dial.low or 0.0)) / 2
        for digits in (3, 5):
            rounded = float(f"{value:.{digits}g}")
            if dial.reaches(rounded) and abs(rounded - value) < abs(value - crossing) / 3:
                return rounded
        return value


def _with(settings: Settings, changed: dict[int, float | None]) -> Settings:
    made = list(settings)
    for index, value in changed.items():
        made[index] = value
    return tuple(made)


def _between(one: float, other: float) -> float:
    if one * other > 0 and max(abs(one), abs(other)) > 4 * min(abs(one), abs(other)):
        return math.copysign(math.sqrt(one * other), one)
    return (one + other) / 2


def _thinned(dial: Dial, count: int) -> list[float | None]:
    """A part of a ladder, the default first and what is near to it, and absence last."""
    ladder = dial.ladder
    if len(ladder) > count:
        ladder = tuple(ladder[round(place * (len(ladder) - 1) / (count - 1))] for place in range(count))
    below = [value for value in ladder if value < dial.default]
    above = [value for value in ladder if value > dial.default]
    beside = chain.from_iterable(zip_longest(reversed(below), above))
    found: list[float | None] = [dial.default, *(value for value in beside if value is not None)]
    return [*found, None] if dial.may_be_absent else found
