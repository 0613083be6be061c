"""Whom a change touches: what reads it, what refers to it, which alerts pass it on their way."""

from __future__ import annotations

from collections.abc import Callable, Collection

from aimon.change import Change
from aimon.compare.receivers import mutes, reached
from aimon.compare.scene import Scene
from aimon.compare.uses import Wanted, has_short_window, names_label, selects_value, series_names
from aimon.thing import (
    ALERT,
    DASHBOARD,
    GROUP,
    INHIBITION,
    JOB,
    METRIC,
    PANEL,
    RECEIVER,
    RECORDING,
    SERVER,
    VARIABLE,
    Thing,
)
from aimon.units import parse_duration


def touched(scene: Scene, change: Change) -> list[Thing]:
    """Everything that feels a change, on the side that is to come."""
    return _TOUCHES[change.kind](scene, change) if change.kind in _TOUCHES else []


def _by_metric(scene: Scene, change: Change) -> list[Thing]:
    """What still reads a metric that is gone, or reads what changed of it."""
    if change.attribute:
        wanted = _wanted(change)
        return [] if wanted is None else scene.uses.of(scene.names_of(change.name), wanted)
    if change.how == "renamed":
        return scene.uses.of(scene.names_of(change.before)) or scene.uses.of(scene.names_of(change.name))
    is_left = scene.after.called(METRIC, change.name)  # by another job
    return [] if change.how == "added" or is_left else scene.uses.of(scene.names_of(change.name))


def _wanted(change: Change) -> Wanted | None:
    """Which uses of a metric feel that an attribute of it changed; None where nobody does."""
    head, _, label = change.attribute.partition(".")
    if head in ("type", "unit", "job"):
        return lambda _: True
    if head == "label" and change.how == "removed":
        return names_label(label)
    if head == "value" and change.how == "lost":
        return selects_value(label, change.before)
    if head == "buckets" and change.how == "lost":
        return selects_value("le", [f"{bound:.12g}" for bound in change.before])
    return None


def _by_recording(scene: Scene, change: Change) -> list[Thing]:
    """What reads the result: under the old name where it has another now."""
    before, after = next(iter(scene.pairs_of(RECORDING, change.name)), (None, None))
    if change.attribute:
        return scene.uses.of_rule(after) if after else []
    is_left = change.how == "removed" and scene.after.called(RECORDING, change.name)
    return [] if before is None or is_left else scene.uses.of_rule(before)


def _by_job(scene: Scene, change: Change) -> list[Thing]:
    """What reads the job's metrics; of a longer interval, only what looks at too short a range for it."""
    if change.attribute == "interval":
        return _starved(scene, [change.name], change.after) if change.how == "longer" else []
    felt = change.attribute in ("", "discovery", "metric_relabel_configs") and change.how != "added"
    return _of_jobs(scene, [change.name], None) if felt else []


def _by_server(scene: Scene, change: Change) -> list[Thing]:
    """Of a longer interval, what looks at too short a range for it."""
    if change.attribute != "scrape_interval" or change.how != "longer":
        return []
    jobs = [job.id for job in scene.after.of(JOB) if job.said["interval"] == change.after]
    return _starved(scene, jobs, change.after)


def _starved(scene: Scene, jobs: Collection[str], interval: str) -> list[Thing]:
    return _of_jobs(scene, jobs, has_short_window(float(parse_duration(interval))))


def _of_jobs(scene: Scene, jobs: Collection[str], wanted: Wanted | None) -> list[Thing]:
    names = [
        name
        for side in (scene.before, scene.after)
        for thing in side.of(METRIC)
        if thing.said["job"] in jobs
        for name in series_names(thing.id, thing.said["type"])
    ]
    return scene.uses.of(names, wanted)


def _by_group(scene: Scene, change: Change) -> list[Thing]:
    """The rules of a group."""
    return [one for one in scene.after.of(ALERT, RECORDING) if one.said["group"] == change.name]


def _by_inhibition(scene: Scene, change: Change) -> list[Thing]:
    """The alerts that it may silence."""
    side, labels = (scene.before, scene.arrived) if change.how == "removed" else (scene.after, scene.arrives)
    rules = [rule for rule in side.of(INHIBITION) if rule.name == change.name]
    return [one for one in side.of(ALERT) if any(mutes(rule, labels[id(one)]) for rule in rules)]


def _by_receiver(scene: Scene, change: Change) -> list[Thing]:
    """The alerts that reach a receiver."""
    is_gone = change.how == "removed" and not change.attribute
    side, labels = (scene.before, scene.arrived) if is_gone else (scene.after, scene.arrives)
    if side.routing is None:
        return []
    names = {change.name, f"{change.name}?"}
    return [one for one in side.of(ALERT) if names & set(reached(side.routing, labels[id(one)]))]


def _by_variable(scene: Scene, change: Change) -> list[Thing]:
    """The panels that ask with a variable."""
    title, _, name = change.name.rpartition(" / $")
    spellings = (f"${name}", f"${{{name}", f"[[{name}")
    return [
        panel
        for panel in scene.after.of(PANEL)
        if panel.name.startswith(f"{title} / ")
        and any(sign in query.text for query in panel.queries for sign in spellings)
    ]


def _by_picture(scene: Scene, change: Change) -> list[Thing]:
    """The alerts that link to a dashboard or a panel that is gone."""
    is_gone = change.how == "removed" and not change.attribute
    if change.kind == DASHBOARD and (change.attribute == "uid" or is_gone):
        uid = change.before if change.attribute else change.before.get("uid", "")
        return _linking(scene, f"/d/{uid}")
    return _linking(scene, f"viewPanel={change.before['id']}") if change.kind == PANEL and is_gone else []


def _linking(scene: Scene, link: str) -> list[Thing]:
    return [
        one
        for one in scene.after.of(ALERT)
        if any(name.startswith("annotations.") and _leads(str(said), link) for name, said in one.said.items())
    ]


def _leads(text: str, link: str) -> bool:
    """Whether a link is in a text as a whole, and not as the beginning of another."""
    return any(not rest[:1].isalnum() and rest[:1] not in ("-", "_") for rest in text.split(link)[1:])


_TOUCHES: dict[str, Callable[[Scene, Change], list[Thing]]] = {
    METRIC: _by_metric,
    RECORDING: _by_recording,
    JOB: _by_job,
    SERVER: _by_server,
    GROUP: _by_group,
    INHIBITION: _by_inhibition,
    RECEIVER: _by_receiver,
    VARIABLE: _by_variable,
    DASHBOARD: _by_picture,
    PANEL: _by_picture,
}
