"""The circumstances of a change: whom it touches on either side, and whether somebody would have been paged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

from aimon.change import Change
from aimon.compare.directions import SEVERITIES
from aimon.compare.pairs import Pair
from aimon.compare.receivers import arrivals, mutes, reached
from aimon.compare.uses import Uses, Wanted, has_short_window, names_label, selects_value, series_names
from aimon.promql.labelling import Labelling
from aimon.series import PER_TARGET, most_series
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
    Monitoring,
    Thing,
)
from aimon.units import parse_duration

_PAGING = 3  # from this severity on somebody is woken


class Scene:
    """Both sides together; what it knows of them is found out on the first question."""

    def __init__(self, before: Monitoring, after: Monitoring, together: Sequence[Pair]) -> None:
        self._before, self._after, self._pairs = before, after, together
        self._uses = Uses(after)
        self._used = Uses(before)

    def told(self, change: Change) -> Change:
        """The change with whom it touches and what makes it worse."""
        touched = list(_TOUCHES.get(change.kind, _nobody)(self, change))
        keys = tuple(dict.fromkeys(thing.key for thing in touched))
        given = set(self._given(change, touched))
        return change._replace(
            touched=tuple(key for key in keys if key != (change.kind, change.name)), given=frozenset(given)
        )

    def _given(self, change: Change, touched: Sequence[Thing]) -> Iterator[str]:
        if touched:
            yield "used"
        alerts = [thing for thing in touched if thing.kind == ALERT]
        if change.kind == ALERT:
            alerts = [one for pair in self._pairs for one in pair if one and one.key == (ALERT, change.name)]
        if any(SEVERITIES.get(one.said.get("severity", ""), 0) >= _PAGING for one in alerts):
            yield "paging"
        if change.kind == PANEL and change.attribute.startswith("query") and self._reads_others(change):
            yield "other metrics"
        if change.shape == "alert/metric-changed" and self._follows(change.before, change.after):
            yield "followed"
        if change.shape == "metric/renamed" and not self._uses.of(self._names(change.before)):
            yield "followed"
        if change.kind == JOB and change.attribute.startswith("limit") and self._exceeds(change):
            yield "exceeded"

    def _names(self, metric: str) -> list[str]:
        """The series of a metric, as either side declares it."""
        types = (
            thing.said["type"]
            for side in (self._before, self._after)
            for thing in side.of(METRIC)
            if thing.id == metric
        )
        return series_names(metric, next(types, "counter"))

    # Who feels a change

    def of_metric(self, change: Change) -> list[Thing]:
        """What still reads a metric that is gone, or reads what changed of it."""
        name = change.before if change.how == "renamed" and not change.attribute else change.name
        if not change.attribute:
            if change.how == "added" or (change.how == "removed" and self._is_declared(change.name)):
                return []
            left = self._uses.of(self._names(name))
            return left or (self._uses.of(self._names(change.name)) if change.how == "renamed" else [])
        wanted = _wanted(change)
        return [] if wanted is None else self._uses.of(self._names(change.name), wanted)

    def _is_declared(self, metric: str) -> bool:
        return any(thing.id == metric for thing in self._after.of(METRIC))

    def of_recording(self, change: Change) -> list[Thing]:
        """What reads the result: under the old name where it has another now."""
        if change.how == "added" and not change.attribute:
            return []
        if change.how == "renamed":
            return self._uses.of([change.before])
        still = any(thing.id == change.name for thing in self._after.of(RECORDING))
        return [] if change.how == "removed" and not change.attribute and still else self._uses.of([change.name])

    def of_job(self, change: Change) -> list[Thing]:
        """What reads the job's metrics; of a longer interval, only what looks at too short a range for it."""
        if change.attribute == "interval":
            return self._starved([change.name], change.after) if change.how == "longer" else []
        if change.how == "added" or change.attribute not in ("", "discovery", "metric_relabel_configs"):
            return []
        return self._of_jobs([change.name], None)

    def _starved(self, jobs: Collection[str], interval: str) -> list[Thing]:
        return self._of_jobs(jobs, has_short_window(float(parse_duration(interval))))

    def _of_jobs(self, jobs: Collection[str], wanted: Wanted | None) -> list[Thing]:
        metrics = [
            name
            for side in (self._before, self._after)
            for thing in side.of(METRIC)
            if thing.said["job"] in jobs
            for name in series_names(thing.id, thing.said["type"])
        ]
        return self._uses.of(metrics, wanted)

    def of_server(self, change: Change) -> list[Thing]:
        """Of a longer interval, what looks at too short a range for it."""
        if change.attribute == "scrape_interval" and change.how == "longer":
            jobs = [job.id for job in self._after.of(JOB) if job.said["interval"] == change.after]
            return self._starved(jobs, change.after)
        return []

    def of_group(self, change: Change) -> list[Thing]:
        """The rules of a group."""
        return [one for one in self._after.of(ALERT, RECORDING) if one.said["group"] == change.name]

    def of_inhibition(self, change: Change) -> list[Thing]:
        """The alerts that it may silence."""
        side, labels = (self._before, self._arrived) if change.how == "removed" else (self._after, self._arrive)
        rules = [rule for rule in side.of(INHIBITION) if rule.name == change.name]
        return [one for one in side.of(ALERT) if any(mutes(rule, labels[id(one)]) for rule in rules)]

    def of_receiver(self, change: Change) -> list[Thing]:
        """The alerts that reach a receiver."""
        tree = self._after.routing if change.how != "removed" or change.attribute else self._before.routing
        if tree is None:
            return []
        side, labels = (self._after, self._arrive) if tree is self._after.routing else (self._before, self._arrived)
        names = {change.name, f"{change.name}?"}
        return [one for one in side.of(ALERT) if names & set(reached(tree, labels[id(one)]))]

    def of_variable(self, change: Change) -> list[Thing]:
        """The panels that ask with a variable."""
        name = change.name.rpartition("$")[2]
        title = change.name.rpartition(" / ")[0]
        spellings = (f"${name}", f"${{{name}", f"[[{name}")
        return [
            panel
            for panel in self._after.of(PANEL)
            if panel.name.startswith(f"{title} / ")
            and any(sign in query.text for query in panel.queries for sign in spellings)
        ]

    def of_picture(self, change: Change) -> list[Thing]:
        """The alerts that link to a dashboard or a panel that is gone."""
        if change.kind == DASHBOARD and (change.attribute == "uid" or change.how == "removed"):
            uid = change.before if change.attribute == "uid" else (change.before or {}).get("uid", "")
            return self._linking(f"/d/{uid}")
        if change.kind == PANEL and change.how == "removed" and not change.attribute:
            return self._linking(f"viewPanel={change.before['id']}")
        return []

    def _linking(self, link: str) -> list[Thing]:
        return [
            one
            for one in self._after.of(ALERT)
            if any(name.startswith("annotations.") and _ends(str(said), link) for name, said in one.said.items())
        ]

    def _reads_others(self, change: Change) -> bool:
        """Whether the queries of a panel read other series than before."""
        panel = next((pair for pair in self._pairs if pair.after and pair.after.key == (PANEL, change.name)), None)
        if panel is None or panel.before is None or panel.after is None:
            return True
        old, new = self._used.names_read(panel.before), self._uses.names_read(panel.after)
        return {self._renames.get(name, name) for name in old} != new

    def _follows(self, before: str | None, after: str | None) -> bool:
        """Whether a series is the same under its new name."""
        return before is not None and self._renames.get(before) == after

    @cached_property
    def _renames(self) -> dict[str, str]:
        """The new names of all series of metrics and rules that have one."""
        renamed = [pair for pair in self._pairs if pair.before and pair.after and pair.before.id != pair.after.id]
        found: dict[str, str] = {}
        for old, new in renamed:
            if old and new and old.kind == METRIC:
                found |= dict(zip(self._names(old.id), series_names(new.id, new.said["type"]), strict=False))
            elif old and new and old.kind == RECORDING:
                found[old.id] = new.id
        return found

    def _exceeds(self, change: Change) -> bool:
        """Whether a job may expose more samples than it is allowed: then its whole scrape fails."""
        if change.attribute != "limit.sample" or not change.after:
            return False
        counts = [
            most_series(thing.raw, 1) or 0 for thing in self._after.of(METRIC) if thing.said["job"] == change.name
        ]
        return sum(counts) + PER_TARGET > float(change.after)

    # Whom alerts reach

    @cached_property
    def _arrived(self) -> dict[int, Labelling]:
        return arrivals(self._before, self._known(self._before))

    @cached_property
    def _arrive(self) -> dict[int, Labelling]:
        return arrivals(self._after, self._known(self._after))

    def _known(self, side: Monitoring) -> Any:
        """The catalogue of a side, or that of the other where it has none: what is not declared is the same on both."""
        other = self._after if side is self._before else self._before
        return side.catalogue if METRIC in side.tells else other.catalogue

    def rerouted(self) -> Iterator[Change]:
        """The alerts that reach other receivers than before."""
        old, new = self._before.routing, self._after.routing
        if old is None or new is None:
            return
        for before, after in self._pairs:
            if before is None or after is None or after.kind != ALERT:
                continue
            was, becomes = reached(old, self._arrived[id(before)]), reached(new, self._arrive[id(after)])
            if was != becomes:
                how = "lost" if set(becomes) < set(was) else "gained" if set(was) < set(becomes) else "changed"
                yield Change(ALERT, after.name, "receivers", how, list(was), list(becomes), at=after.at)


def _ends(text: str, link: str) -> bool:
    """Whether a link is in a text as a whole, and not as the beginning of another."""
    return any(not rest[:1].isalnum() and rest[:1] not in ("-", "_") for rest in text.split(link)[1:])


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


def _nobody(scene: Scene, change: Change) -> list[Thing]:
    return []


_TOUCHES: dict[str, Callable[[Scene, Change], list[Thing]]] = {
    METRIC: Scene.of_metric,
    RECORDING: Scene.of_recording,
    JOB: Scene.of_job,
    SERVER: Scene.of_server,
    GROUP: Scene.of_group,
    INHIBITION: Scene.of_inhibition,
    RECEIVER: Scene.of_receiver,
    VARIABLE: Scene.of_variable,
    DASHBOARD: Scene.of_picture,
    PANEL: Scene.of_picture,
}
