"""Files of others → a spec that means the same, and what of them it leaves out: a module for each kind of file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from aimon.document import Document
from aimon.draft.alerts import alerts
from aimon.draft.dashboards import READERS, dashboards
from aimon.draft.external import external
from aimon.draft.groups import grouped
from aimon.draft.notes import Notes
from aimon.draft.recordings import recording_rules
from aimon.draft.server import prometheus
from aimon.draft.services import services
from aimon.draft.values import without_nothing
from aimon.foreign.files import Files
from aimon.foreign.part import OTHER, PROMETHEUS, RULES, Part
from aimon.openslo import Carried, carry, is_object

_ORDER = (
    "aimon", "prometheus", "services", "self_monitoring", "external", "recording_rules", "alerts", "slos", "dashboards",
    "notifications",
)  # fmt: skip


class Draft(NamedTuple):
    """A spec as plain values in the order of the language, what is to be said of it, and whether anything is left out."""

    spec: dict[str, Any]
    notes: tuple[str, ...]
    has_lost: bool


def draft(files: Files, parts: Sequence[Part]) -> Draft:
    """The spec of all parts together; of SLOs alone only their section, which is a part of one."""
    notes = Notes()
    promised = _promised(files, parts)
    _lose_unknown(parts, notes)
    configured = _of(parts, PROMETHEUS)
    rules = grouped(_of(parts, RULES), notes)
    made = without_nothing(
        {
            "prometheus": prometheus(configured, [source.path for source in files.sources.values()], notes),
            "services": services(configured, notes),
            "recording_rules": recording_rules((each for each in rules if each.rule.records), notes),
            "alerts": alerts((each for each in rules if not each.rule.records), notes),
            "slos": promised.slos,
            "dashboards": dashboards((part for part in parts if part.kind in READERS), files, notes),
        }
    )
    said = (*notes.sentences(files), *map(str, promised.notes))
    whole = _whole(made) if made.keys() - {"slos"} else {"slos": promised.slos}
    return Draft(whole, said, notes.has_lost or bool(promised.left_out))


def _whole(made: dict[str, Any]) -> dict[str, Any]:
    """The sections in the order of the language, with those that make a spec of them."""
    begun = {"aimon": 1, "self_monitoring": False, **made}
    whole = without_nothing({**begun, "external": external(begun)})
    return {name: whole[name] for name in _ORDER if name in whole}


def _of(parts: Iterable[Part], kind: str) -> list[Part]:
    return [part for part in parts if part.kind == kind]


def _promised(files: Files, parts: Iterable[Part]) -> Carried:
    """The SLOs in the words of OpenSLO."""
    sources = (files.sources[str(part.at[0])] for part in parts if part.kind == OTHER and is_object(part.value))
    return carry([source for source in sources if isinstance(source, Document)])


def _lose_unknown(parts: Iterable[Part], notes: Notes) -> None:
    for part in parts:
        if part.what and not is_object(part.value):
            notes.lose(part.at, f"this is left out: it is {part.what}")
