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
    """One series to drive: where it starts, what it gains a second, and whether in steps ``every`` so many seconds.

    The start of a ``clock`` counts from the present time. A counter goes on from where it is, wherever it starts here.
    """

    name: str
    labels: Mapping[str, str]
    start: float
    per_second: float = 0.0
    every: float = 0.0
    clock: bool = False

    def gained(self, seconds: float) -> float:
        """How far it has come after so many seconds."""
        passed = max(seconds, 0.0)
        return self.per_second * (passed // self.every * self.every if self.every else passed)


class Drive(NamedTuple):
    """An alert that is to fire: its inputs, the series that must be missing, and from when to when."""

    alert: str
    inputs: tuple[Input, ...]
    absent: tuple[str, ...]
    begin: float
    end: float = math.inf

    @property
    def names(self) -> frozenset[str]:
        """The series that it takes over."""
        return frozenset(one.name for one in self.inputs) | frozenset(self.absent)

    @property
    def needs(self) -> frozenset[tuple[str, str]]:
        """The same with their jobs: what no other alert can have at the same time."""
        return frozenset((one.name, one.labels.get("job", "")) for one in self.inputs) | frozenset(
            (name, "") for name in self.absent
        )

    def covers(self, now: float) -> bool:
        """Whether it is under way."""
        return self.begin <= now < self.end

    def clashes(self, other: Drive) -> str | None:
        """A series that both need at the same time."""
        if self.begin >= other.end or other.begin >= self.end:
            return None
        both = [name for name, job in self.needs for same, where in other.needs if name == same and job == where]
        return min(both, default=None)


class CannotDriveError(Exception):
    """Why an alert cannot be driven, with the cure."""

    def __init__(self, message: str, cure: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


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
        if any(one.name in names for family in made for one in family.series):
            taking = _Taking(drive, place, moment(drive.begin), None if math.isinf(drive.end) else moment(drive.end))
            made = [taking.family(family) for family in made]
    return made


class _Taking:
    """One drive at one target."""

    def __init__(self, drive: Drive, place: Place, begun: Moment, ended: Moment | None) -> None:
        self._drive = drive
        self._place = place
        self._begun = begun
        self._ended = ended
        self._names = drive.names
        self._inputs = {(one.name, place.key(one.labels)): one for one in drive.inputs if place.has(one)}

    def family(self, family: Family) -> Family:
        """The family with its series replaced, and those added that only the drive has."""
        grows = {one.name: one.grows for one in family.series if one.name in self._names}
        if not grows:
            return family
        inputs = {key: one for key, one in self._inputs.items() if key[0] in grows}
        series = []
        for one in family.series:
            found = inputs.pop((one.name, self._place.key(one.labels)), None)
            series.append(self._replaced(one, found) if one.name in grows else one)
        return family._replace(series=(*series, *(self._new(one, grows[one.name]) for one in inputs.values())))

    def _new(self, found: Input, grows: bool) -> Series:
        labels = {label: text for label, text in found.labels.items() if label not in self._place.added}
        return self._replaced(Series(found.name, labels, _from_zero if grows else _missing, grows), found)

    def _replaced(self, one: Series, found: Input | None) -> Series:
        if one.grows and one.name not in self._drive.absent:
            return one._replace(value=self._pushed(one.value, found))
        return one._replace(value=self._held(one.value, found))

    def _held(self, natural: Value, found: Input | None) -> Value:
        """A gauge: where the input says while it is driven; gone where it says nothing."""
        drive = self._drive

        def value(moment: Moment) -> float | None:
            if not drive.covers(moment.now):
                return natural(moment)
            if found is None:
                return None
            return found.start + found.gained(moment.now - drive.begin) + (moment.now if found.clock else 0.0)

        return value

    def _pushed(self, natural: Value, found: Input | None) -> Value:
        """A counter: from the beginning on it gains what the input says, and after the end its own again.

        A restart while it is driven is left out; after the end one makes it start anew, as restarts do.
        """
        drive, ended = self._drive, self._ended
        before = natural(self._begun) or 0.0
        gained = found.gained(drive.end - drive.begin) if found and ended else 0.0
        lead = before + gained - (natural(ended) or 0.0) if ended else 0.0

        def value(moment: Moment) -> float | None:
            if moment.now < drive.begin:
                return natural(moment)
            if moment.now < drive.end:
                return before + (found.gained(moment.now - drive.begin) if found else 0.0)
            own = natural(moment)
            return own if own is None or ended is None or moment.started > ended.started else own + lead

        return value


def _from_zero(_: Moment) -> float:
    return 0.0


def _missing(_: Moment) -> None:
    return None
