"""What `/metrics` texts show, declared by the services of a draft that expose it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from aimon.catalogue import PARTS
from aimon.draft.labels import round_number_above
from aimon.draft.metrics import draft
from aimon.draft.names import word
from aimon.draft.notes import Notes
from aimon.exposition import Exposition
from aimon.promql.matchers import matcher_test
from aimon.promql.tree import Selector

_PORT = 8080  # of a service of which nobody knows where it is


def with_metrics(
    services: Mapping[str, Any],
    shown: Iterable[Exposition],
    read: Iterable[Selector],
    recorded: Container[str],
    notes: Notes,
) -> dict[str, Any]:
    """The services with their metrics.

    ``read`` are the selectors of all queries, which may tell the job that exposes a text. ``recorded`` are the names of
    recording rules, which no service exposes too. Packs are left out: they would bring alerts that nobody has had.
    """
    made = {name: dict(service) for name, service in services.items()}
    queries = list(read)
    jobs, asked = _jobs(queries), _asked(queries)
    for exposition in shown:
        seen = _seen(exposition, notes)
        name = _owner(seen, made, jobs, notes)
        beside = {metric: one for service in made.values() for metric, one in service.get("metrics", {}).items()}
        drafted = draft(seen, beside, use_packs=False)
        for remark in drafted.remarks:
            notes.lose((exposition.path, remark.line), str(remark))
        exposed = {
            metric: _with_room(metric, one, asked) for metric, one in drafted.metrics.items() if metric not in recorded
        }
        for metric in drafted.metrics.keys() - exposed.keys():
            notes.tell((exposition.path, 1), f"`{metric}` is what a recording rule gives, and is declared by nobody")
        if exposed:
            made[name]["metrics"] = {**exposed, **made[name].get("metrics", {})}
    return made


def _jobs(read: Iterable[Selector]) -> dict[str, Counter[str]]:
    """How often queries look for a metric, or for a part of it, in each job."""
    found: dict[str, Counter[str]] = {}
    for selector in read:
        for matcher in selector.matchers:
            if (
                matcher.label == "job"
                and matcher.op == "="
                and selector.name
                and word(matcher.value, "") == matcher.value
            ):
                found.setdefault(selector.name, Counter())[matcher.value] += 1
    return found


def _asked(read: Iterable[Selector]) -> dict[tuple[str, str], set[str]]:
    """The values that queries look for, by metric, or part of one, and label."""
    found: dict[tuple[str, str], set[str]] = {}
    for selector in read:
        for matcher in selector.matchers:
            test = matcher_test(matcher.op, matcher.value)
            if selector.name and test and test.values:
                found.setdefault((selector.name, matcher.label), set()).update(test.values - {""})
    return found


def _with_room(name: str, metric: Mapping[str, Any], asked: Mapping[tuple[str, str], set[str]]) -> dict[str, Any]:
    """The metric, with a number for a label of which queries know more values than were there to be seen."""
    labels = dict(metric.get("labels", {}))
    for label, values in labels.items():
        parts = (name, *(f"{name}_{part}" for part in PARTS.get(metric["type"], ())))
        wanted = set().union(*(asked.get((part, label), ()) for part in parts))
        if isinstance(values, list) and not wanted <= set(values):
            labels[label] = round_number_above(len(wanted.union(values)))
    return {**metric, **({"labels": labels} if labels else {})}


def _seen(exposition: Exposition, notes: Notes) -> Exposition:
    """The text without the metrics that are described and show no series: nobody knows their labels."""
    for metric in exposition.metrics:
        if metric.open:
            notes.lose(
                (exposition.path, *metric.at), f"`{metric.name}` is left out: it shows no series, whose labels tell"
            )
    return exposition._replace(metrics=tuple(metric for metric in exposition.metrics if not metric.open))


def _owner(exposition: Exposition, services: dict[str, Any], jobs: Mapping[str, Counter[str]], notes: Notes) -> str:
    """The service that exposes a text: the one that its file is named after, that queries name, or the only one.

    A new one where none of these is there.
    """
    stem = word(PurePath(exposition.path).stem, "metrics")
    said = sum((jobs.get(name, Counter()) for name in _series(exposition)), Counter[str]())
    named = max(sorted(said), key=said.__getitem__, default=None)
    for name in (stem, named):
        if name in services:
            return name
    if len(services) == 1:
        return next(iter(services))
    name = named or stem
    services[name] = {"targets": [f"{name}:{_PORT}"]}
    message = f"nobody says where this is exposed: the draft says {name}:{_PORT}; put the address in its place"
    notes.tell((exposition.path, 1), message)
    return name


def _series(exposition: Exposition) -> list[str]:
    """The names that queries may use."""
    return [
        name
        for metric in exposition.metrics
        for name in (metric.name, *(f"{metric.name}_{part}" for part in metric.parts))
    ]
