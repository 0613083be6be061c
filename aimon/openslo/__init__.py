"""SLOs in the words of OpenSLO, made those of a spec; what cannot be carried over is said, with its place.

Source: https://github.com/OpenSLO/OpenSLO (openslo/v1, and what openslo/v1alpha calls otherwise)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aimon.document import Address, Document
from aimon.openslo.alerts import alerts
from aimon.openslo.indicators import indicator
from aimon.openslo.objects import Found, Objects, mapping, text
from aimon.openslo.windows import objective, window

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OURS = frozenset({"alertname", "severity", "slo", "window", "owner"})


class Note(NamedTuple):
    """Something that could not be carried over, and where it stands."""

    document: Document
    at: Address
    message: str

    def __str__(self) -> str:
        place = self.document.where(self.at)
        return f"{self.document.path}:{place.line}:{place.column}: {self.message}"


class Carried(NamedTuple):
    """The section ``slos`` of a spec, where each of its values came from, and what was lost."""

    slos: dict[str, dict[str, Any]]
    origins: dict[Address, tuple[Document, Address]]
    notes: tuple[Note, ...]
    left_out: tuple[Note, ...]  # the notes for which there is no SLO


def is_object(value: Any) -> bool:
    """Whether a value is an object of OpenSLO."""
    return text(value, "apiVersion").startswith("openslo/")


def carry(documents: Sequence[Document]) -> Carried:
    """The SLOs of all documents together: indicators and policies may stand in others."""
    objects = Objects(documents)
    slos: dict[str, dict[str, Any]] = {}
    origins: dict[Address, tuple[Document, Address]] = {}
    left_out: list[Note] = []
    for slo in objects.of_kind("SLO"):
        objectives = list(slo.items("spec", "objectives"))
        if not objectives:
            slo.lose("it has no objective", "spec")
            left_out.append(Note(*objects.lost[-1]))
        for number, wanted in enumerate(objectives):
            made = _slo(slo, wanted, objects)
            if made is None:
                left_out.append(Note(*objects.lost[-1]))
                continue
            name = _free(_name(slo, wanted, number, len(objectives)), slos)
            slos[name] = {key: value for key, (value, _) in made.items()}
            origins[("slos", name)] = (slo.document, ("metadata", "name"))
            origins |= {("slos", name, key): (found.document, found.at) for key, (_, found) in made.items()}
    return Carried(slos, origins, tuple(Note(*lost) for lost in objects.lost), tuple(left_out))


Made = dict[str, tuple[Any, Found]]


def _slo(slo: Found, wanted: Found, objects: Objects) -> Made | None:
    """The values of one SLO and where each was written; None where it cannot be one of ours."""
    promised, period = objective(wanted), window(slo)
    counted = indicator(slo, wanted, objects)
    if promised is None or counted is None:
        return None
    made: Made = {}
    told = text(slo.value, "spec", "description") or text(slo.value, "metadata", "displayName")
    if told:
        made["description"] = (" ".join(told.split()), slo.below("spec", "description"))
    made |= {"objective": promised, "window": period, **counted}
    labels = _labels(slo)
    if labels:
        made["labels"] = (labels, slo.below("metadata", "labels"))
    changed = alerts(slo, period[0], objects)
    if changed:
        made["alerts"] = (changed, slo.below("spec", "alertPolicies"))
    return made


def _labels(slo: Found) -> dict[str, str]:
    """The service and the labels, as far as Prometheus can have them."""
    service = text(slo.value, "spec", "service")
    labels = {"service": service} if service else {}
    for name, value in mapping(slo.value, "metadata", "labels").items():
        first = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(first, str) or not _LABEL.fullmatch(name) or name in _OURS:
            slo.lose(f"the label `{name}` is none that an alert can have", "metadata", "labels", name)
        else:
            labels[name] = first
    if mapping(slo.value, "metadata", "annotations"):
        slo.lose("annotations are not carried over", "metadata", "annotations")
    return labels


def _name(slo: Found, wanted: Found, number: int, count: int) -> str:
    own = _slug(text(slo.value, "metadata", "name") or "slo")
    if count == 1:
        return own
    return f"{own}-{_slug(text(wanted.value, 'displayName') or str(number + 1))}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-") or "slo"


def _free(name: str, taken: Mapping[str, Any]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[:60]}-{number}"
    return free
