"""Comparison → Verdict: every change weighed, those apart that somebody means, and what of the acceptances is idle."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from aimon import spec
from aimon.backtest import Backtest
from aimon.change import WEIGHTS, Change, Judged, Lost
from aimon.compare import Capacity, Comparison
from aimon.diagnostic import dotted
from aimon.document import Address, Place
from aimon.impact import OTHERWISE, TABLE, judge
from aimon.spec import NOTHING
from aimon.suggest import did_you_mean
from aimon.thing import (
    ALERT,
    CONTAINER,
    DASHBOARD,
    INHIBITION,
    JOB,
    METRIC,
    MUTE_TIME,
    RECEIVER,
    RECORDING,
    ROUTE,
    SERVER,
    SLO,
    STORAGE,
)
from aimon.units import Unit

Where: TypeAlias = Callable[[Address, str], "tuple[str, Place] | None"]
"""Where a spec says an attribute of what is at an address."""

# The part of a spec that a thing belongs to, for those that no spec says.
_SECTIONS = {
    ALERT: "alerts",
    RECORDING: "recording_rules",
    METRIC: "metrics",
    SLO: "slos",
    JOB: "services",
    SERVER: "prometheus",
    STORAGE: "prometheus.retention",
    ROUTE: "notifications.routes",
    RECEIVER: "notifications.receivers",
    INHIBITION: "notifications.inhibit",
    MUTE_TIME: "notifications.mute",
    DASHBOARD: "dashboards",
    CONTAINER: "containers",
}


_PLAIN = spec.Changes()


class Verdict(NamedTuple):
    """All that is to be told of a comparison. ``idle`` are acceptances that accept nothing, or nothing any more."""

    judged: tuple[Judged, ...]
    lost: tuple[Lost, ...] = ()
    capacity: Capacity | None = None
    not_compared: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    units: Mapping[str, Unit | None] = NOTHING
    where: Where = lambda *_: None
    backtest: Backtest | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What somebody should know beside the changes; that an output folder declares no metrics need not be said."""
        untold = [kind for kind in self.not_compared if kind not in (METRIC, SLO)]
        return (*([f"not compared, because only one side tells: {', '.join(untold)}"] if untold else ()), *self.idle)

    def fails(self, least: str) -> bool:
        """Whether a change that nobody accepts weighs that much."""
        heavy = WEIGHTS[WEIGHTS.index(least) :]
        return any(one.weight in heavy and one.accepted is None for one in self.judged)

    def count(self, weight: str) -> int:
        """How many changes weigh that much, the accepted ones left out."""
        return sum(one.weight == weight and one.accepted is None for one in self.judged)


def verdict(
    found: Comparison,
    policy: spec.Changes = _PLAIN,
    units: Mapping[str, Unit | None] = NOTHING,
    where: Where = lambda *_: None,
) -> Verdict:
    """What to think of a comparison by the policy of a spec."""
    today = datetime.date.today().isoformat()
    holding = [entry for entry in policy.accept if entry.until is None or entry.until >= today]
    judged = [one._replace(accepted=_reason(one.change, holding)) for one in judge(found.changes, policy.weights)]
    return Verdict(
        judged=tuple(judged),
        lost=found.lost,
        capacity=found.capacity,
        not_compared=found.not_compared,
        idle=tuple(_idle(policy, found.changes, today, where)),
        units=units,
        where=where,
    )


def address(change: Change) -> str:
    """Where a change is, as an acceptance names it."""
    return dotted(change.at) if change.at else _by_kind(change)


def _by_kind(change: Change) -> str:
    return f"{_SECTIONS.get(change.kind, change.kind)}.{change.name}"


def _reason(change: Change, entries: Sequence[spec.Accepted]) -> str | None:
    return next((entry.reason for entry in entries if _accepts(entry, change)), None)


def _accepts(entry: spec.Accepted, change: Change) -> bool:
    if entry.fingerprint is not None and entry.fingerprint != change.fingerprint:
        return False
    if entry.change is not None and entry.change != change.shape:
        return False
    places = (address(change), _by_kind(change))
    return entry.of is None or any(place == entry.of or place.startswith(f"{entry.of}.") for place in places)


def _idle(policy: spec.Changes, changes: Sequence[Change], today: str, where: Where) -> Iterator[str]:
    """Acceptances that are over or accept nothing, and shapes that there are not."""
    for entry in policy.accept:
        what = f"{_place(where, entry.at)}: this entry of `changes.accept`"
        if entry.until is not None and entry.until < today:
            yield f"{what} ended on {entry.until}"
        elif not any(_accepts(entry, change) for change in changes):
            yield f"{what} accepts nothing: remove it"
    kinds = [f"{kind}/*" for kind in OTHERWISE]
    for shape in policy.weights:
        if shape not in TABLE and shape not in kinds:
            cure = did_you_mean(shape, [*TABLE, *kinds], "docs/changes.md lists them all")
            yield f"{_place(where, ('changes', 'weights', shape))}: there is no change `{shape}`: {cure}"


def _place(where: Where, at: Address) -> str:
    found = where(at, "")
    return f"{found[0]}:{found[1].line}:{found[1].column}" if found else dotted(at)
