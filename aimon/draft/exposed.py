"""What `/metrics` texts show, declared by the services of a draft that expose it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from aimon.draft.metrics import draft
from aimon.draft.names import word
from aimon.draft.notes import Notes
from aimon.exposition import Exposition

_PORT = 8080  # of a service of which nobody knows where it is


def with_metrics(
    services: Mapping[str, Any], shown: Iterable[Exposition], recorded: Container[str], notes: Notes
) -> dict[str, Any]:
    """The services with their metrics: a text belongs to the service that its file is named after, or to the only one.

    ``recorded`` are the names of recording rules, which no service exposes too. Packs are left out: they would bring
    alerts that nobody has had.
    """
    made = {name: dict(service) for name, service in services.items()}
    for exposition in shown:
        name = _owner(exposition, made, notes)
        beside = {metric: one for service in made.values() for metric, one in service.get("metrics", {}).items()}
        drafted = draft(exposition, beside, use_packs=False)
        for remark in drafted.remarks:
            notes.lose((exposition.path, remark.line), str(remark))
        exposed = {metric: dict(one) for metric, one in drafted.metrics.items() if metric not in recorded}
        for metric in drafted.metrics.keys() - exposed.keys():
            notes.tell((exposition.path, 1), f"`{metric}` is what a recording rule gives, and is declared by nobody")
        if exposed:
            made[name]["metrics"] = {**exposed, **made[name].get("metrics", {})}
    return made


def _owner(exposition: Exposition, services: dict[str, Any], notes: Notes) -> str:
    """The service that exposes a text; a new one where nobody tells."""
    stem = word(PurePath(exposition.path).stem, "metrics")
    if stem not in services and len(services) == 1:
        return next(iter(services))
    if stem not in services:
        services[stem] = {"targets": [f"{stem}:{_PORT}"]}
        message = f"nobody says where this is exposed: the draft says {stem}:{_PORT}; put the address in its place"
        notes.tell((exposition.path, 1), message)
    return stem
