"""Finds settings between which one dial decides whether an alert fires.

Nearly every alert is monotone in each of its dials, so a coarse ladder finds two settings that differ in their outcome,
and bisection brings them together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from aimon.promql.tree import COMPARISONS, Binary, walk
from aimon.prove.dials import Dial, Settings
from aimon.prove.scene import Outcome, Scene
from aimon.prove.solution import Border
from aimon.prove.vectors import Unsupported

_MOST_LOOKS = 6000
_NEAR = 1e-4
_BESIDE = 0.02  # how far from the crossing the two settings are brought
_COARSE = 7  # how many settings of a dial are tried where several have to be turned


class Edge(NamedTuple):
    """Two settings that differ in one dial: with one the alert fires, with the other it is silent."""

    dial: int
    fires: Settings
    silent: Settings
    decider: int | None = None  # the identity of the comparison that decides
    border: Border | None = None

    @property
    def takes_away(self) -> bool:
        """Whether the two differ in something being there at all."""
        return self.fires[self.dial] is None or self.silent[self.dial] is None


class Search:
    """The search in one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._looks = 0

    def edges(self) -> list[Edge]:
        """The edge at which the alert's own bound decides, then those of its other conditions."""
        first = self._first()
        if first is None:
            return []
        edge = self._sharpened(first)
        found = {edge.decider: edge}
        for other in self._around(edge.fires):
            if other.decider is not None:
                found.setdefault(other.decider, other)
        ordered = [found[key] for key in self._comparisons() if key in found]
        return ordered or [edge]

    def _comparisons(self) -> list[int]:
        """The identities of all comparisons, the outermost first."""
        return [
            id(node)
            for tree in self.scene.question.trees()
            for node in walk(tree)
            if isinstance(node, Binary) and node.op in COMPARISONS
        ]

    def _fires(self, settings: Settings) -> bool:
        self._looks += 1
        return self.scene.look(settings).fires

    # A first pair.

    def _first(self) -> Edge | None:
        default = self.scene.default
        pair = self._turned(default)
        if pair is not None or self._fires(default):
            return pair
        for count in (2, 3, 4):
            for chosen in combinations(range(len(self.scene.dials)), count):
                fires = self._together(default, chosen)
                if fires is not None:
                    return self._turned(fires)
                if self._looks > _MOST_LOOKS:
                    return None
        return None

    def _together(self, default: Settings, chosen: tuple[int, ...]) -> Settings | None:
        """Settings of several dials at once with which the alert fires."""
        ladders = [_thinned(self.scene.dials[index], _COARSE if len(chosen) < 4 else 4) for index in chosen]
        for values in product(*ladders):
            settings = _with(default, dict(zip(chosen, values, strict=True)))
            if self._fires(settings):
                return settings
            if self._looks > _MOST_LOOKS:
                return None
        return None

    def _turned(self, base: Settings) -> Edge | None:
        """A pair that differs in one dial, among all dials the one that is no matter of something being there."""
        spare: Edge | None = None
        for index in range(len(self.scene.dials)):
            for edge in self._pairs(base, index):
                if not edge.takes_away:
                    return edge
                spare = spare or edge
        return spare

    def _pairs(self, base: Settings, index: int) -> Iterator[Edge]:
        """Neighbours on the ladder of one dial with different outcomes, those next to the base first."""
        dial = self.scene.dials[index]
        here = base[index]
        ladder = sorted({*dial.ladder, here if here is not None else dial.default})
        outcomes = [self._fires(_with(base, {index: value})) for value in ladder]
        start = here if here is not None else dial.default
        pairs = [place for place in range(len(ladder) - 1) if outcomes[place] != outcomes[place + 1]]
        for place in sorted(pairs, key=lambda place: abs(ladder.index(start) - place - 0.5)):
            one, other = _with(base, {index: ladder[place]}), _with(base, {index: ladder[place + 1]})
            yield Edge(index, one, other) if outcomes[place] else Edge(index, other, one)
        if dial.may_be_absent:
            gone = _with(base, {index: None})
            fires = self._fires(gone)
            if fires != self._fires(base):
                yield Edge(index, gone, base) if fires else Edge(index, base, gone)

    def _around(self, base: Settings) -> Iterator[Edge]:
        """The edges that are reached from a setting that fires by one dial."""
        for index in range(len(self.scene.dials)):
            for edge in self._pairs(base, index):
                try:
                    yield self._sharpened(edge)
                except Unsupported:
                    continue

    # Bringing the two together.

    def _sharpened(self, edge: Edge) -> Edge:
        if not edge.takes_away and not self.scene.dials[edge.dial].is_whole:
            edge = self._bisected(edge)
        return self._explained(edge)

    def _bisected(self, edge: Edge) -> Edge:
        index, dial = edge.dial, self.scene.dials[edge.dial]
        fires, silent = edge.fires[index], edge.silent[index]
        assert fires is not None
        assert silent is not None
        far_fires, far_silent = fires, silent
        for _ in range(60):
            if abs(fires - silent) <= _NEAR * max(abs(fires), abs(silent)):
                break
            middle = _between(fires, silent)
            if self._fires(_with(edge.fires, {index: middle})):
                fires = middle
            else:
                silent = middle
            if max(abs(fires), abs(silent)) < 1e-9:
                break
        if max(abs(fires), abs(silent)) < 1e-7:  # nothing and something, with no amount between them
            fires, silent = (far_fires, 0.0) if abs(silent) <= abs(fires) else (0.0, far_silent)
            fires, silent = self._plain(edge, index, fires), self._plain(edge, index, silent)
        else:
            fires = self._beside(edge, index, fires, silent, far_fires, dial)
            silent = self._beside(edge, index, silent, fires, far_silent, dial)
        return edge._replace(fires=_with(edge.fires, {index: fires}), silent=_with(edge.silent, {index: silent}))

    def _plain(self, edge: Edge, index: int, value: float) -> float:
        """1 in place of a tiny amount where that does as well."""
        wanted = self._fires(_with(edge.fires, {index: value}))
        one = math.copysign(1.0, value)
        return one if value and self._fires(_with(edge.fires, {index: one})) == wanted else value

    def _beside(self, edge: Edge, index: int, near: float, other: float, far: float, dial: Dial) -> float:
        """A round number a little away from the crossing, on the side of ``near``."""
        wanted = self._fires(_with(edge.fires, {index: near}))
        direction = 1.0 if near > other else -1.0
        for distance, digits in ((_BESIDE, 3), (_BESIDE, 4), (_BESIDE / 4, 5), (_BESIDE / 20, 7)):
            reach = max(abs(near), abs(other)) * distance if dial.beside is None else dial.beside
            value = near + direction * reach
            rounded = float(f"{value:.{digits}g}")
            for candidate in (rounded, value):
                is_within = dial.reaches(candidate)
                is_beyond = (candidate - near) * direction > 0
                if is_within and is_beyond and self._fires(_with(edge.fires, {index: candidate})) == wanted:
                    return candidate
        middle = (near + far) / 2
        return middle if self._fires(_with(edge.fires, {index: middle})) == wanted else near

    # What decides.

    def _explained(self, edge: Edge) -> Edge:
        """The edge with the comparison that holds on one side only, the outermost of several that is close."""
        fires, silent = self.scene.look(edge.fires), self.scene.look(edge.silent)
        best: tuple[float, int] | None = None
        operators = self._operators()
        for key in self._comparisons():
            if _passes(operators[key], fires, key) == _passes(operators[key], silent, key):
                continue
            distance = _distance(fires, key) + _distance(silent, key)
            if best is None or distance < best[0] * 0.5:
                best = (distance, key)
        if best is None:
            return edge
        key = best[1]
        return edge._replace(decider=key, border=_border(operators[key], fires, silent, key))

    def _operators(self) -> dict[int, str]:
        return {
            id(node): node.op
            for tree in self.scene.question.trees()
            for node in walk(tree)
            if isinstance(node, Binary) and node.op in COMPARISONS
        }


def _passes(op: str, outcome: Outcome, key: int) -> bool:
    from aimon.prove.operators import holds

    return any(holds(op, left, right) for left, right in outcome.compared.get(key, ()))


def _distance(outcome: Outcome, key: int) -> float:
    pairs = outcome.compared.get(key, ())
    return min((abs(left - right) / max(abs(left), abs(right), 1e-9) for left, right in pairs), default=1.0)


def _border(op: str, fires: Outcome, silent: Outcome, key: int) -> Border:
    above, below = _closest(fires, key), _closest(silent, key)
    bound = (above or below or (0.0, None))[1]
    return Border(op, above[0] if above else None, below[0] if below else None, bound)


def _closest(outcome: Outcome, key: int) -> tuple[float, float] | None:
    pairs = outcome.compared.get(key)
    return min(pairs, key=lambda pair: abs(pair[0] - pair[1])) if pairs else None


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
    """A part of a ladder, the default first, and absence last."""
    ladder = dial.ladder
    if len(ladder) > count:
        ladder = tuple(ladder[round(place * (len(ladder) - 1) / (count - 1))] for place in range(count))
    found: list[float | None] = [dial.default, *(value for value in ladder if value != dial.default)]
    return [*found, None] if dial.may_be_absent else found
