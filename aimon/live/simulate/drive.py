"""Makes an alert fire: takes over the series that it looks at, and lets go of them again.

While an alert is driven, its series go as the prover says, and the other series of the same metrics rest, so that they
cannot water down what was proven. A counter never falls for it: it goes on from where it is, before and after.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from aimon.live.simulate.course import Moment
from aimon.live.simulate.series import Family, Series, Value

UP = "up"  # what Prometheus writes itself; it is driven by refusing to answer


class Input(NamedTuple):
    """One series to drive: a counter by what it gains a second, a gauge by where it starts and how it moves."""

    name: str
    labels: Mapping[str, str]
    start: float
    per_second: float = 0.0


class Drive(NamedTuple):
    """An alert that is to fire: its inputs, the series that must be missing, and from when to when."""

    alert: str
    inputs: tuple[Input, ...]
    absent: tuple[str, ...] = ()
    begin: float = -math.inf
    end: float = math.inf

    @property
    def names(self) -> frozenset[str]:
        """The series that it takes over."""
        return frozenset(one.name for one in self.inputs) | frozenset(self.absent)

    def covers(self, now: float) -> bool:
        """Whether it is under way."""
        return self.begin <= now < self.end


class Place(NamedTuple):
    """Where series are exposed: the job, the instance, all instances of the job, and the labels that scraping adds."""

    job: str
    instance: str
    instances: frozenset[str]
    added: frozenset[str]

    def has(self, one: Input) -> bool:
        """Whether an input belongs here; one of an instance that nobody knows belongs to all."""
        instance = one.labels.get("instance", self.instance)
        return one.labels.get("job", self.job) == self.job and (
            instance == self.instance or instance not in self.instances
        )

    def key(self, labels: Mapping[str, str]) -> frozenset[tuple[str, str]]:
        """The labels as the target itself exposes them, bounds of buckets as numbers."""
        own = {name: text for name, text in labels.items() if name not in self.added}
        if "le" in own:
            own["le"] = str(float(own["le"]))
        return frozenset(own.items())


def is_down(place: Place, drives: Sequence[Drive], now: float) -> bool:
    """Whether a target is to refuse to answer."""
    return any(
        one.name == UP and one.start == 0 and place.has(one)
        for drive in drives
        if drive.covers(now)
        for one in drive.inputs
    )


def driven(
    families: Sequence[Family], drives: Sequence[Drive], place: Place, moment: Callable[[float], Moment]
) -> list[Family]:
    """The families of a target with everything that is driven taken over, one drive on top of the other."""
    made = list(families)
    for drive in drives:
        names = drive.names
        made = [
            _taken_over(family, drive, place, moment) if any(one.name in names for one in family.series) else family
            for family in made
        ]
    return made


def _taken_over(family: Family, drive: Drive, place: Place, moment: Callable[[float], Moment]) -> Family:
    inputs = {(one.name, place.key(one.labels)): one for one in drive.inputs if place.has(one)}
    grows = {one.name: one.grows for one in family.series}
    series = []
    for one in family.series:
        found = inputs.pop((one.name, place.key(one.labels)), None)
        series.append(one if one.name not in drive.names else _replaced(one, found, drive, moment))
    for (name, _), found in inputs.items():
        if name in grows:
            labels = {label: text for label, text in found.labels.items() if label not in place.added}
            new = Series(name, labels, _from_nothing if grows[name] else _nothing, grows[name])
            series.append(_replaced(new, found, drive, moment))
    return family._replace(series=tuple(series))


def _from_nothing(_: Moment) -> float:
    return 0.0


def _nothing(_: Moment) -> None:
    return None


def _replaced(one: Series, found: Input | None, drive: Drive, moment: Callable[[float], Moment]) -> Series:
    if one.name in drive.absent:
        return one._replace(value=_without(one.value, drive))
    if one.grows:
        return one._replace(value=_pushed(one.value, found.per_second if found else 0.0, drive, moment))
    return one._replace(value=_held(one.value, found, drive))


def _without(natural: Value, drive: Drive) -> Value:
    return lambda moment: None if drive.covers(moment.now) else natural(moment)


def _held(natural: Value, found: Input | None, drive: Drive) -> Value:
    """A gauge: where the input says while it is driven; gone where it says nothing."""

    def value(moment: Moment) -> float | None:
        if not drive.covers(moment.now):
            return natural(moment)
        return None if found is None else found.start + found.per_second * max(moment.now - drive.begin, 0.0)

    return value


def _pushed(natural: Value, per_second: float, drive: Drive, moment: Callable[[float], Moment]) -> Value:
    """A counter: from the beginning on it gains what the input says, and after the end its own again.

    A restart while it is driven is left out; after the end one makes it start anew, as restarts do.
    """
    before = natural(moment(drive.begin)) or 0.0
    ended = None if math.isinf(drive.end) else moment(drive.end)
    lead = before - (natural(ended) or 0.0) + per_second * (drive.end - drive.begin) if ended else 0.0

    def value(now: Moment) -> float | None:
        if now.now < drive.begin:
            return natural(now)
        if now.now < drive.end:
            return before + per_second * (now.now - drive.begin)
        own = natural(now)
        return own if own is None or ended is None or now.started > ended.started else own + lead

    return value
