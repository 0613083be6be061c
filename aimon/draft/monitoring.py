"""Files of others → a spec that means the same, and what of them it leaves out or says otherwise."""

from __future__ import annotations

from typing import Any, NamedTuple

from aimon.build import build
from aimon.document import DocumentError
from aimon.draft.accepted import accepted
from aimon.draft.alerts import alerts
from aimon.draft.dashboards import READERS, dashboards
from aimon.draft.exposed import with_metrics
from aimon.draft.external import external, selected
from aimon.draft.groups import grouped
from aimon.draft.jobs import services
from aimon.draft.notes import Notes
from aimon.draft.notifications import notifications
from aimon.draft.reading import Found
from aimon.draft.recordings import recording_rules
from aimon.draft.server import prometheus
from aimon.draft.values import without_nothing
from aimon.draft.version import version
from aimon.expand import expand
from aimon.foreign.part import ALERTMANAGER, PROMETHEUS, RULES
from aimon.openslo import carry, is_object
from aimon.parse import parse
from aimon.stack import Stack

# The sections of a draft in the order of the language.
_ORDER = (
    "aimon", "prometheus", "services", "self_monitoring", "external", "recording_rules", "alerts", "slos", "dashboards",
    "notifications", "ignore",
)  # fmt: skip

# Nothing watches the stack itself that has not done so before.
_ALONE = {"self_monitoring": False}


class Monitoring(NamedTuple):
    """A spec as plain values, what is to be said of it, and whether anything is left out."""

    spec: dict[str, Any]
    notes: tuple[str, ...]
    has_lost: bool


def monitoring(found: Found) -> Monitoring:
    """The spec of all files together; of SLOs alone only their section, which is a part of one."""
    notes, promised = Notes(), carry(found.promised)
    made = without_nothing({**_sections(found, notes), "slos": promised.slos})
    if found.shown:
        read, recorded = selected(_stack(made)), made.get("recording_rules", {})
        made["services"] = with_metrics(made.get("services", {}), found.shown, read, recorded, notes)
    whole = _whole(made) if made.keys() - {"slos"} else {"slos": promised.slos}
    said = (*map(_unread, found.errors), *notes.sentences(found.files), *map(str, promised.notes))
    return Monitoring(whole, said, notes.has_lost or bool(promised.left_out or found.errors))


def _unread(error: DocumentError) -> str:
    place = f"{error.place.line}:{error.place.column}" if error.place else "1:1"
    return f"{error.path}:{place}: this file is left out: {error.message}"


def _sections(found: Found, notes: Notes) -> dict[str, Any]:
    """What becomes of each kind of file, but for the `/metrics` texts."""
    for part in found.parts:
        if part.what and not is_object(part.value):
            notes.lose(part.at, f"this is left out: it is {part.what}")
    configured, rules = found.of(PROMETHEUS), grouped(found.of(RULES), notes)
    return {
        "prometheus": prometheus(configured, [str(part.at[0]) for part in found.of(RULES)], notes),
        "services": services(configured, notes),
        "recording_rules": recording_rules((each for each in rules if each.rule.records), notes),
        "alerts": alerts((each for each in rules if not each.rule.records), notes),
        "dashboards": dashboards(found.of(*READERS), found.files, notes),
        "notifications": notifications(found.of(ALERTMANAGER), notes),
    }


def _whole(made: dict[str, Any]) -> dict[str, Any]:
    """The sections in their order, with those that make a spec of them."""
    stack = _stack(made)
    needed = version(stack)
    server = {**({"version": needed} if needed else {}), **made.get("prometheus", {})}
    added = {"prometheus": server, "external": external(stack), "ignore": accepted(stack)}
    whole = without_nothing({"aimon": 1, **_ALONE, **made, **added})
    return {name: whole[name] for name in _ORDER if name in whole}


def _stack(made: dict[str, Any]) -> Stack:
    return build(expand(parse({**_ALONE, **made})))
