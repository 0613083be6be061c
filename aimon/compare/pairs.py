"""Which thing of one side is which of the other: by name, then by likeness, and said to be so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from aimon.thing import (
    ALERT,
    DASHBOARD,
    GROUP,
    JOB,
    KINDS,
    METRIC,
    PANEL,
    RECORDING,
    SLO,
    VARIABLE,
    Monitoring,
    Thing,
)

# What may have got another name and still be the same; anything else is its name.
RENAMED = frozenset({ALERT, RECORDING, JOB, METRIC, SLO, DASHBOARD, PANEL, VARIABLE})
# What matters most about a thing, and so counts as much as several of its other attributes.
_HEART = {"expression": 3, "targets": 3, "help": 2, "query": 3, "title": 3}
_ALIKE = 0.7
_MOST_LIKENESSES = 20_000  # beyond that everything is new


class Pair(NamedTuple):
    """The same thing on both sides; None where a side does not have it."""

    before: Thing | None
    after: Thing | None


def pairs(before: Monitoring, after: Monitoring) -> Iterator[Pair]:
    """Every thing of both sides, each once; only kinds that both can tell of."""
    uids: dict[str, str] = {}  # dashboards that got another uid keep their panels
    gone: set[str] = set()
    for kind in (kind for kind in (DASHBOARD, *KINDS) if kind in before.tells & after.tells):
        if kind == DASHBOARD and uids.keys() | gone:
            continue
        for pair in _of_kind(kind, list(before.of(kind)), list(after.of(kind)), uids):
            if kind == DASHBOARD:
                uids |= {pair.before.id: pair.after.id} if pair.before and pair.after else {}
                gone.update(one.id for one in pair if one and None in pair)
            if not _follows(pair, gone):
                yield pair


def _follows(pair: Pair, gone: set[str]) -> bool:
    """Whether it came or went with what it belongs to."""
    if pair.before is not None and pair.after is not None:
        return False
    one = pair.before or pair.after
    return one is None or one.kind == GROUP or (one.kind in (PANEL, VARIABLE) and one.id.partition("/")[0] in gone)


def _of_kind(kind: str, before: Sequence[Thing], after: Sequence[Thing], uids: dict[str, str]) -> Iterator[Pair]:
    old, new = _by_id(before, uids if kind in (PANEL, VARIABLE) else {}), _by_id(after, {})
    left: list[Thing] = []
    fresh: list[Thing] = [thing for id, things in new.items() if id not in old for thing in things]
    for id, things in old.items():
        for pair in _namesakes(things, new.get(id, [])):
            if pair.before is None:
                fresh += [pair.after] if pair.after else []
            elif pair.after is None:
                left.append(pair.before)
            else:
                yield pair
    for pair in _renamed(left, fresh) if kind in RENAMED else ():
        yield pair
        left = [thing for thing in left if thing is not pair.before]
        fresh = [thing for thing in fresh if thing is not pair.after]
    yield from (Pair(thing, None) for thing in left)
    yield from (Pair(None, thing) for thing in fresh)


def _by_id(things: Iterable[Thing], uids: dict[str, str]) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for thing in things:
        uid, slash, rest = thing.id.partition("/")
        found.setdefault(f"{uids[uid]}{slash}{rest}" if uid in uids else thing.id, []).append(thing)
    return found


def _namesakes(before: Sequence[Thing], after: Sequence[Thing]) -> Iterator[Pair]:
    """Things of one name: those that are equal first, then those that are most alike."""
    if len(before) == len(after) == 1:
        yield Pair(before[0], after[0])
    else:
        yield from _best(before, after, _likeness, 0.0)


def _renamed(before: Sequence[Thing], after: Sequence[Thing]) -> Iterator[Pair]:
    """The things that only got another name, by what they say and by what they are called."""
    if 0 < len(before) * len(after) <= _MOST_LIKENESSES:
        yield from (pair for pair in _best(before, after, _resemblance, _ALIKE) if None not in pair)


def _best(
    before: Sequence[Thing], after: Sequence[Thing], alike: Callable[[Thing, Thing], float], least: float
) -> Iterator[Pair]:
    """Each thing with the one that it is most like, then those that are left; the same from both sides."""
    ranked = [
        ((-likeness, sorted((one.name, other.name)), abs(number - index), number + index), number, index)
        for number, one in enumerate(before)
        for index, other in enumerate(after)
        if (likeness := alike(one, other)) >= least
    ]
    mine, yours = set(range(len(before))), set(range(len(after)))
    for _, number, index in sorted(ranked):
        if number in mine and index in yours:
            mine.discard(number)
            yours.discard(index)
            yield Pair(before[number], after[index])
    yield from (Pair(before[number], None) for number in sorted(mine))
    yield from (Pair(None, after[index]) for index in sorted(yours))


def _resemblance(one: Thing, other: Thing) -> float:
    first, second = sorted((one.name, other.name))  # on which the ratio depends
    names = SequenceMatcher(None, first, second).ratio()
    return 0.7 * _likeness(one, other) + 0.3 * names


def _likeness(one: Thing, other: Thing) -> float:
    """How much of what the two say is the same, from 0 to 1."""
    if one.raw == other.raw:
        return 1.0
    keys = one.said.keys() | other.said.keys()
    weights = {key: _HEART.get(key.partition(".")[0], 1) for key in keys}
    alike = sum(weight for key, weight in weights.items() if one.said.get(key) == other.said.get(key))
    return alike / max(sum(weights.values()), 1)
