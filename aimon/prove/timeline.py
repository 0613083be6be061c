"""A proof in time: silent for long enough, then just above the bound, then silent again; and what is seen when."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from aimon.promql.tree import Node
from aimon.prove.dials import Settings
from aimon.prove.evaluate import Evaluation
from aimon.prove.judge import Edge
from aimon.prove.phases import Phase, in_phases
from aimon.prove.rounding import Rounding
from aimon.prove.scene import Scene
from aimon.prove.series import Series
from aimon.prove.vectors import Element, Unsupported, Vector, key_of
from aimon.prove.world import Rule, World

_LOOKS = 8  # how often it is looked whether an alert goes on firing
_MANY = 24  # so many moments are looked at one by one
_CLOSE = 1e-7  # two values nearer to each other than this may compare either way, by rounding


class Sight(NamedTuple):
    """A moment of a proof: what it is for, the elements for which the alert fires then, and whether values are sure."""

    kind: str
    moment: float
    firing: tuple[Element, ...] = ()
    sure: bool = True


class Timeline(NamedTuple):
    """Series, and what is to be seen at which moments."""

    series: tuple[Series, ...]
    sights: tuple[Sight, ...]

    @property
    def until(self) -> float:
        """The last moment."""
        return max(sight.moment for sight in self.sights)


class Watch:
    """The condition over series that change in time, as both Prometheus 2 and 3 see it."""

    def __init__(self, tree: Node, rules: Mapping[str, Sequence[Rule]], step: float, series: Iterable[Series]) -> None:
        by_name: dict[str, list[Series]] = {}
        for one in series:
            by_name.setdefault(one.name, []).append(one)
        self._tree = tree
        self._rounded = {id(node) for node in Rounding(by_name, rules).comparisons(tree)}
        self._evaluations = [Evaluation(World(by_name, rules, step, left_open)) for left_open in (False, True)]
        self._seen: dict[float, tuple[list[Vector], bool]] = {}

    def remembers(self, other: Watch, until: float) -> None:
        """Take over what rules record over series that are the same until then."""
        for mine, theirs in zip(self._evaluations, other._evaluations, strict=True):
            mine.remembers(theirs, until)

    def at(self, moment: float) -> tuple[list[Vector], bool]:
        """What both return, and whether rounding may decide."""
        if moment not in self._seen:
            results = []
            close = False
            for evaluation in self._evaluations:
                evaluation.compared.clear()
                value = evaluation.value(self._tree, moment)
                results.append(value if isinstance(value, list) else [Element({}, 0.0)])
                close |= any(
                    _is_close(*pair, rounded=key in self._rounded)
                    for key, pairs in evaluation.compared.items()
                    for pair in pairs
                )
            self._seen[moment] = results, close
        return self._seen[moment]

    def surely(self, moment: float, fires: bool) -> bool:
        """Whether it fires, or does not, whatever the version and the rounding."""
        results, close = self.at(moment)
        return not close and all(bool(result) == fires for result in results)

    def firing(self, moment: float) -> tuple[tuple[Element, ...], bool]:
        """What fires, and whether its values are the same for both versions; raises `Unsupported` for other series."""
        one, other = ({key_of(each.labels): each for each in result} for result in self.at(moment)[0])
        if one.keys() != other.keys():
            raise Unsupported("it depends on the version of Prometheus which series fire")
        same = all(math.isclose(one[key].value, other[key].value, rel_tol=_CLOSE) for key in one)
        return tuple(one[key] for key in sorted(one)), same


def _is_close(left: float, right: float, rounded: bool) -> bool:
    """Whether rounding may decide between two values."""
    if left == right:
        return left != 0 and (rounded or not left.is_integer())
    if math.isinf(left) or math.isinf(right):
        return False
    return abs(left - right) <= _CLOSE * max(abs(left), abs(right))


def timeline(scene: Scene, edge: Edge) -> Timeline:
    """The proof of an edge; raises `Unsupported` where the alert does not follow its inputs."""
    pace, step = scene.pace, scene.pace.step
    others = scene.stranger_inputs(edge.fires if None not in edge.fires else edge.silent)

    def phase(begin: float, settings: Settings, is_alarm: bool = False) -> Phase:
        return Phase(begin, [*scene.inputs(settings), *others], is_alarm)

    calm = scene.past or edge.silent
    opening, silent_at, begins = [phase(0.0, calm)], 0.0, _ceiled(pace.depth + pace.wait + pace.keep + 2 * step, step)
    if scene.past is not None:
        opening += [phase(begins, edge.silent, True), phase(begins + scene.lately, calm)]
        silent_at, begins = begins + scene.lately, 2 * begins + scene.lately
    alarm = phase(begins, scene.surged(edge.fires), True)
    rising = _watch(scene, in_phases([*opening, alarm], pace))
    silent_at = silent_at or begins - step
    if not (rising.surely(silent_at, False) and rising.surely(begins - step, False)):
        raise Unsupported("it does not stay silent just below its bound")
    earliest, latest = _crossing(rising, begins, scene, True)
    fires_at = _ceiled(latest + pace.wait, step)
    ends = fires_at + step
    series = in_phases([*opening, alarm, phase(ends, calm)], pace)
    falling = _watch(scene, series)
    falling.remembers(rising, ends)
    gone, surely_gone = _crossing(falling, ends, scene, False)
    elements, same = falling.firing(gone - step)
    last = elements, same and gone == surely_gone  # while it is kept it shows the value that it had last
    sights = [
        Sight("silent", silent_at),
        Sight("not yet", _ceiled(earliest + pace.wait, step) - step),
        Sight("fires", fires_at, *rising.firing(fires_at)),
        Sight("keeps firing", _ceiled(gone + pace.keep, step) - step, *last),
        Sight("recovers", _ceiled(surely_gone + pace.keep, step)),
    ]
    told = {sight.moment: sight for sight in reversed(sights)}  # the first of several at one moment
    return Timeline(tuple(series), tuple(sorted(told.values(), key=lambda sight: sight.moment)))


def _watch(scene: Scene, series: Iterable[Series]) -> Watch:
    return Watch(scene.question.tree, scene.question.rules, scene.pace.step, series)


def _crossing(watch: Watch, begin: float, scene: Scene, fires: bool) -> tuple[float, float]:
    """The first moment at which the outcome may be ``fires``, and the first from which on it surely stays so.

    What is counted in steps may go to and fro, and what is compared with the past ends by itself, so that every moment
    is looked at.
    """
    pace = scene.pace
    beats = any(dial.kind == "steps" for dial in scene.dials)
    whole = beats or scene.past is not None
    steps = round(pace.depth / pace.step) + 3

    def surely(index: int, outcome: bool) -> bool:
        return watch.surely(begin + index * pace.step, outcome)

    maybe = _first(lambda index: not surely(index, not fires), steps, whole)
    sure = next((index for index in range(maybe, steps) if surely(index, fires)), steps)
    lasts = math.ceil(pace.wait / pace.step) if fires else 0
    if beats:
        lasts = max(lasts, steps - sure)
    while sure < steps:
        broken = [index for index in _spread(sure, lasts, whole) if not surely(index, fires)]
        if not broken:
            return begin + maybe * pace.step, begin + sure * pace.step
        sure = broken[-1] + 1
    raise Unsupported("it does not fire just above its bound" if fires else "it does not recover")


def _spread(first: int, count: int, whole: bool) -> list[int]:
    """The numbers from the first on, or some of them."""
    looks = count if whole else min(count, _LOOKS)
    return sorted({first + round(count * share / max(looks, 1)) for share in range(looks + 1)})


def _first(holds: Callable[[int], bool], count: int, whole: bool) -> int:
    """The first number for which it holds, or the count; of many it is taken to hold from there on."""
    if whole or count <= _MANY:
        return next((index for index in range(count) if holds(index)), count)
    low, high = -1, count
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _ceiled(moment: float, step: float) -> float:
    return math.ceil(moment / step - 1e-9) * step
