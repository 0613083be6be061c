"""Monitoring, Monitoring → Changes: what differs, by name and never by line; no opinion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aimon.change import Change, Lost
from aimon.compare.capacity import Capacity, capacity
from aimon.compare.circumstances import circumstances
from aimon.compare.directions import attributes
from aimon.compare.pairs import RENAMED, Pair, pairs
from aimon.compare.scene import Scene
from aimon.compare.touched import touched
from aimon.thing import ALERT, DASHBOARD, JOB, KINDS, METRIC, PANEL, RECEIVER, SERVER, VARIABLE, Monitoring, Thing

__all__ = ["Capacity", "Comparison", "compare"]


class Comparison(NamedTuple):
    """What differs, which alerts lose their state, what that costs, and the kinds that nobody could compare."""

    changes: tuple[Change, ...]
    lost: tuple[Lost, ...]
    capacity: Capacity | None
    not_compared: tuple[str, ...]


def compare(before: Monitoring, after: Monitoring) -> Comparison:
    """Everything that differs between two sides, in the order of kinds and of names."""
    together = list(pairs(before, after))
    scene = Scene(before, after, together)
    found = [change for pair in together for change in _differences(pair)]
    found += scene.rerouted()
    found = [_told(change, scene) for change in found if not _repeats(change, found)]
    order: dict[tuple[str, str], tuple[int, int]] = {}
    for number, change in enumerate(found):
        order.setdefault((change.kind, change.name), (KINDS.index(change.kind), number))
    found.sort(key=lambda change: order[change.kind, change.name])
    return Comparison(
        changes=tuple(found),
        lost=tuple(_lost(before, together, found)),
        capacity=capacity(before, after),
        not_compared=tuple(kind for kind in KINDS if (kind in before.tells) != (kind in after.tells)),
    )


def _told(change: Change, scene: Scene) -> Change:
    """The change with whom it touches, and the circumstances that decide how much it weighs."""
    things = touched(scene, change)
    keys = tuple(dict.fromkeys(thing.key for thing in things if thing.key != (change.kind, change.name)))
    return change._replace(touched=keys, given=circumstances(scene, change, things))


def _differences(pair: Pair) -> Iterator[Change]:
    old, new = pair
    if old is None or new is None:
        yield from (Change(one.kind, one.name, "", "removed", one.said, None, at=one.at) for one in (old,) if one)
        yield from (Change(one.kind, one.name, "", "added", None, one.said, at=one.at) for one in (new,) if one)
        return
    renamed = old.kind in RENAMED and _own_name(old) != _own_name(new)
    if renamed:
        yield Change(new.kind, new.name, "", "renamed", old.name, new.name, at=new.at)
    if old.raw == new.raw:
        return
    for attribute, how, was, becomes in attributes(new.kind, old.said, new.said):
        if attribute != "title" or not renamed:  # which a new name says already
            yield Change(new.kind, new.name, attribute, how, was, becomes, at=new.at)


def _own_name(thing: Thing) -> str:
    """What it is called within what it belongs to; a dashboard goes by its uid, which is one of its attributes."""
    if thing.kind == DASHBOARD:
        return ""
    return thing.id.partition("/")[2] if thing.kind in (PANEL, VARIABLE) else thing.id


def _repeats(change: Change, found: Sequence[Change]) -> bool:
    """Whether another change says it for all: the server's for a job that inherits, an alert's for its panel's line."""
    if change.kind == JOB and change.attribute in ("interval", "timeout"):
        other = (SERVER, f"scrape_{change.attribute}")
    elif change.kind == METRIC and change.attribute == "job":
        other = (JOB, "")
    elif (change.kind, change.attribute) == (PANEL, "thresholds"):
        return _draws_bounds(change, found)
    elif change.kind == RECEIVER and change.attribute.startswith("setting."):
        whole = f"integration.{change.attribute.split('.')[1]}"
        return any((one.kind, one.name, one.attribute) == (RECEIVER, change.name, whole) for one in found)
    else:
        return False
    sides = (change.before, change.after)
    return any((one.kind, one.attribute) == other and (one.before, one.after) == sides for one in found)


def _draws_bounds(change: Change, found: Sequence[Change]) -> bool:
    """Whether a panel's lines moved because the bounds of alerts did, which tell it."""
    moved = {
        (f"from {one.before['value']:g}", f"from {one.after['value']:g}")
        for one in found
        if (one.kind, one.attribute) == (ALERT, "threshold")
    }
    lines = [(old, new) for old, new in zip(change.before, change.after, strict=False) if old != new]
    return len(change.before) == len(change.after) and all(
        any(old.endswith(was) and old.removesuffix(was) + becomes == new for was, becomes in moved)
        for old, new in lines
    )


def _lost(before: Monitoring, together: Sequence[Pair], found: Sequence[Change]) -> Iterator[Lost]:
    """The alerts that a reload does not recognise, and those whose metric is gone.

    Prometheus knows a group by file and name, and in it a rule by its name and labels:
    https://github.com/prometheus/prometheus/blob/v3.5.0/rules/group.go (CopyState)
    """
    blind: dict[str, list[str]] = {}
    for change in found:
        if change.shape in ("metric/removed", "metric/renamed") and "followed" not in change.given:
            gone = change.before if change.how == "renamed" else change.name
            for kind, name in change.touched:
                if kind == ALERT:
                    blind.setdefault(name, []).append(f"`{gone}` is gone")
    for old, new in together:
        if old is not None and new is not None and new.kind == ALERT:
            because = (*_unrecognised(old, new), *blind.get(new.name, ()))
            if because:
                yield Lost(new.name, because, before.active.get(old.id))


def _unrecognised(old: Thing, new: Thing) -> Iterator[str]:
    if old.id != new.id:
        yield "another name"
    if old.raw == new.raw:
        return
    for attribute in dict.fromkeys((*old.said, *new.said)):
        is_identity = attribute in ("file", "group", "severity") or attribute.startswith("label.")
        if is_identity and old.said.get(attribute) != new.said.get(attribute):
            yield f"another {attribute.replace('.', ' ')}"
