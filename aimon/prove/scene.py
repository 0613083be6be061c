"""An alert's bodies with their dials: set them, and see whether the condition holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from aimon.catalogue import Catalogue
from aimon.promql.tree import Node
from aimon.prove.bodies import bodies
from aimon.prove.dials import Dial, Settings, dials, inputs
from aimon.prove.evaluate import Evaluation
from aimon.prove.labelsets import misfits
from aimon.prove.leads import NO_LEAD, Lead
from aimon.prove.pace import Pace
from aimon.prove.phases import Phase, in_phases
from aimon.prove.reads import Question, constants
from aimon.prove.series import Segment, Series
from aimon.prove.solution import Input
from aimon.prove.vectors import Element, Key, Vector, key_of, nameless
from aimon.prove.world import World, selects

_STILL = frozenset({"rate", "level", "volume", "shape"})  # what rules compute of these does not change in time


class Outcome(NamedTuple):
    """What the condition returns, and which pairs of values each comparison saw, by the identity of its node."""

    result: Vector
    compared: dict[int, list[tuple[float, float]]]

    @property
    def fires(self) -> bool:
        """Whether anything is returned."""
        return bool(self.result)


class Scene:
    """What can be seen of an alert's condition in a steady state, or a while after everything left its ``past``."""

    def __init__(
        self,
        question: Question,
        catalogue: Catalogue,
        pace: Pace,
        copies: int = 1,
        lead: Lead = NO_LEAD,
        has_past: bool = False,
    ) -> None:
        self.question = question
        self.pace = pace
        everything = bodies(question, catalogue, copies, lead)
        self.watched = [body for body in everything if body.watched]
        self.strangers = [body for body in everything if not body.watched]
        self.dials = dials(self.watched, constants(question))
        self._kinds = [tuple(dial.kind for dial in mine) for mine in self._by_body()]
        self._window = max(question.windows | question.computed, default=0.0)
        self.past = self.default if has_past else None
        self.lately = math.ceil((question.lately + pace.wait) / pace.step + 2) * pace.step
        self._begin = pace.depth + 2 * pace.step
        self._moment = self._begin + self.lately if has_past else self._begin
        self._is_still = not has_past and all(dial.kind in _STILL for dial in self.dials)
        self._seen: dict[Settings, Outcome] = {}

    def _by_body(self) -> Iterable[list[Dial]]:
        return [list(mine) for _, mine in groupby(self.dials, key=lambda dial: dial.body)]

    @property
    def default(self) -> Settings:
        """Everything there, with nothing special about it."""
        return tuple(dial.default for dial in self.dials)

    def inputs(self, settings: Settings) -> list[list[Input]]:
        """The series of every watched body."""
        made: list[list[Input]] = []
        at = 0
        for body, kinds in zip(self.watched, self._kinds, strict=True):
            made.append(list(inputs(body, kinds, settings[at : at + len(kinds)], self._window)))
            at += len(kinds)
        return made

    def surged(self, settings: Settings) -> Settings:
        """Twice as much of everything that counts, where what is compared stays the same; or else the settings."""
        doubled = tuple(
            2 * value if value is not None and dial.kind in ("rate", "volume") else value
            for dial, value in zip(self.dials, settings, strict=True)
        )
        one, other = self.look(settings).compared, self.look(doubled).compared
        same = one.keys() == other.keys() and all(_are_same(one[key], other[key]) for key in one)
        return doubled if same else settings

    def stranger_inputs(self, settings: Settings) -> list[list[Input]]:
        """The series of the bodies that are not watched, which look as their twins do."""
        made: list[list[Input]] = []
        for body in self.strangers:
            twin = body.twin
            if twin is None or twin >= len(self.watched) or self.watched[twin].kind != body.kind:
                made.append([])
                continue
            at = sum(len(kinds) for kinds in self._kinds[:twin])
            kinds = self._kinds[twin]
            resembled = body._replace(buckets=self.watched[twin].buckets, parts=self.watched[twin].parts)
            made.append(list(inputs(resembled, kinds, settings[at : at + len(kinds)], self._window)))
        return [*made, self._recorded_strangers(settings)]

    def _recorded_strangers(self, settings: Settings) -> list[Input]:
        """What rules might record for others, with the values that they record here."""
        found: dict[tuple[str, Key], Input] = {}
        evaluation = self._evaluation(settings)
        for name, selector in self.question.recorded:
            plain = selector._replace(window=None, offset=0.0, at=None)
            for labels, value in evaluation.vector(plain, self._moment):
                for changed in misfits(plain, nameless(labels)):
                    if not any(other == name and selects(each, changed) for other, each in self.question.recorded):
                        found[name, key_of(changed)] = Input(name, changed, value)
        return list(found.values())

    def look(self, settings: Settings) -> Outcome:
        """The outcome in a steady state; raises `Unsupported`."""
        found = self._seen.get(settings)
        if found is None:
            evaluation = self._evaluation(settings)
            value = evaluation.value(self.question.tree, self._moment)
            result = value if isinstance(value, list) else [Element({}, value if isinstance(value, float) else 0.0)]
            found = self._seen[settings] = Outcome(result, evaluation.compared)
        return found

    def met(self, goals: Iterable[tuple[Node, bool]], settings: Settings) -> int:
        """How many of the nodes return something, or nothing, as they should."""
        evaluation = self._evaluation(settings)
        return sum(bool(evaluation.value(node, self._moment)) == something for node, something in goals)

    def _evaluation(self, settings: Settings) -> Evaluation:
        series: dict[str, list[Series]] = {}
        for one in self._series(settings):
            series.setdefault(one.name, []).append(one)
        world = World(series, self.question.rules, self.pace.step)
        return Evaluation(world, self._moment if self._is_still else None)

    def _series(self, settings: Settings) -> Iterable[Series]:
        if self.past is None:
            return (self._steady(one) for made in self.inputs(settings) for one in made)
        phases = [Phase(0.0, self.inputs(self.past)), Phase(self._begin, self.inputs(settings), is_alarm=True)]
        return in_phases(phases, self.pace)

    def _steady(self, one: Input) -> Series:
        """A series that has its start value now, or for a counter has long grown at its rate."""
        grown = 0.0 if one.clock or one.every else one.per_second * self._moment
        at_zero = one.start + (grown if one.cumulative else -grown)
        return Series(one.name, one.labels, (Segment(0.0, at_zero, one.per_second, one.every),), self.pace.sample)


def _are_same(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    """Whether the same values were compared, but for rounding."""
    values, others = [value for pair in one for value in pair], [value for pair in other for value in pair]
    return len(values) == len(others) and all(map(math.isclose, values, others))
