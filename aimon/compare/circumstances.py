"""What decides how much a change weighs: a word for each circumstance, and when it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aimon.change import Change
from aimon.compare.directions import SEVERITIES
from aimon.compare.scene import Scene
from aimon.series import BUDGET, PER_TARGET, most_series
from aimon.thing import ALERT, JOB, METRIC, PANEL, Thing
from aimon.units import parse_duration

_PAGING = 3  # from this severity on somebody is woken


def circumstances(scene: Scene, change: Change, touched: Sequence[Thing]) -> frozenset[str]:
    """The words of all that are given."""
    return frozenset(word for word, is_given in _CIRCUMSTANCES.items() if is_given(scene, change, touched))


def _is_used(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether something still relies on it."""
    return bool(touched)


def _pages(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether it is about somebody who was woken, or would be."""
    alerts = [thing for thing in touched if thing.kind == ALERT]
    if change.kind == ALERT:
        alerts = [one for pair in scene.pairs_of(ALERT, change.name) for one in pair if one]
    return any(SEVERITIES.get(one.said.get("severity", ""), 0) >= _PAGING for one in alerts)


def _doubles(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether somebody would be woken, and more than twice as late."""
    if change.shape != "alert/for-longer" or not _pages(scene, change, touched):
        return False
    return 0 < 2 * parse_duration(change.before) < parse_duration(change.after)


def _is_followed(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether all who read a metric know its new name."""
    if change.shape == "alert/metric-changed":
        return change.before is not None and scene.renames.get(change.before) == change.after
    return change.shape == "metric/renamed" and not scene.uses.of(scene.names_of(change.before))


def _reads_others(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether the queries of a panel read other series than before, whatever those are called now."""
    if change.kind != PANEL or not change.attribute.startswith("query"):
        return False
    before, after = next((pair for pair in scene.pairs_of(PANEL, change.name) if None not in pair), (None, None))
    if before is None or after is None:
        return True
    return {scene.renames.get(name, name) for name in scene.used.names_read(before)} != scene.uses.names_read(after)


def _is_too_much(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether a metric may have more series than anybody wants to pay for."""
    found = scene.metric(change.name) if change.kind == METRIC and change.how in ("added", "raised") else None
    if found is None:
        return False
    targets = next((len(job.said["targets"]) for job in scene.after.called(JOB, found.raw.job)), 1)
    return (most_series(found.raw, targets) or 0) >= BUDGET


def _exceeds(scene: Scene, change: Change, touched: Sequence[Thing]) -> bool:
    """Whether a job may expose more samples than it is allowed: then its whole scrape fails."""
    if (change.kind, change.attribute) != (JOB, "limit.sample") or not change.after:
        return False
    counts = [most_series(thing.raw, 1) or 0 for thing in scene.after.of(METRIC) if thing.said["job"] == change.name]
    return sum(counts) + PER_TARGET > float(change.after)


_CIRCUMSTANCES: dict[str, Callable[[Scene, Change, Sequence[Thing]], bool]] = {
    "used": _is_used,
    "paging": _pages,
    "doubled": _doubles,
    "followed": _is_followed,
    "other metrics": _reads_others,
    "over budget": _is_too_much,
    "exceeded": _exceeds,
}
