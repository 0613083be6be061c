"""Remembers what was proven, in the user's cache folder: an alert is solved again only where something changed.

What is kept depends on nothing but the key, which holds everything that a proof is made from.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import orjson

from aimon import __version__, cache
from aimon.prove.entry import Entry
from aimon.stack import Alert, Stack

_MOST_BYTES = 32 * 1024 * 1024  # about 6000 alerts
_ROOMS = ("prove", "promql", "gotemplate", "expressions")  # whose code decides what is proven


def entries(stack: Stack) -> Iterator[Entry]:
    """What is proven of every alert of a stack."""
    folder, world = cache.folder("proofs"), _world(stack)
    new = 0
    for alert in stack.alerts():
        place = folder / f"{_key(world, alert)}.json" if folder else None
        entry = _kept(place)
        if entry is None:
            from aimon.prove.entries import entry_of
            from aimon.prove.proofs import proven

            entry = entry_of(proven(alert, stack), stack)
            _keep(place, entry)
            new += 1
        yield entry
    if folder and new:
        cache.trim(folder, _MOST_BYTES)


def _world(stack: Stack) -> bytes:
    """Everything beside the alert itself that its proof depends on."""
    catalogue = stack.catalogue
    metrics = [
        tuple(each for key, each in zip(metric._fields, metric, strict=True) if key not in _ASIDE)
        for named in catalogue.metrics.values()
        for metric in named
    ]
    labels = [sorted(metric.labels.items()) for named in catalogue.metrics.values() for metric in named]
    jobs = [(name, *job[:1], sorted(job.labels.items()), *job[2:]) for name, job in catalogue.jobs.items()]
    rules = [(rule.name, rule.expression.text, sorted(rule.labels.items())) for rule in stack.recordings()]
    server = (stack.server.version, sorted(stack.server.external_labels.items()))
    return repr((__version__, _code(), metrics, labels, jobs, rules, server, sorted(catalogue.external))).encode()


_ASIDE = frozenset({"at", "help", "unit", "labels", "result"})


def _code() -> list[tuple[str, int, int]]:
    """Which code it is, for those who change it."""
    package = Path(__file__).parent.parent
    found = (file.stat() for room in _ROOMS for file in os.scandir(package / room) if file.name.endswith(".py"))
    sizes = [(one.st_mtime_ns, one.st_size) for one in found]
    return [("code", max(sizes)[0], sum(size for _, size in sizes))]


def _key(world: bytes, alert: Alert) -> str:
    digest = hashlib.sha256(world)
    waits = (alert.wait, alert.keep_firing_for)
    own = (
        alert.name,
        alert.condition,
        waits,
        sorted(alert.labels.items()),
        list(alert.annotations.items()),
        alert.tests,
    )
    digest.update(repr(own).encode())
    return digest.hexdigest()


def _kept(place: Path | None) -> Entry | None:
    if place is None:
        return None
    try:
        return cast(Entry, orjson.loads(place.read_bytes()))
    except (OSError, orjson.JSONDecodeError):
        return None


def _keep(place: Path | None, entry: Entry) -> None:
    if place is not None:
        with contextlib.suppress(TypeError):  # half a character is no JSON
            cache.keep(place, orjson.dumps(entry))
