"""Files of others → a spec that means the same, and what of them it leaves out or says otherwise."""

from __future__ import annotations

from typing import Any, NamedTuple

from aimon.build import build
from aimon.draft.accepted import accepted
from aimon.draft.alerts import alerts
from aimon.draft.dashboards import READERS, dashboards
from aimon.draft.exposed import with_metrics
from aimon.draft.external import external
from aimon.draft.groups import grouped
from aimon.draft.notes import Notes
from aimon.draft.notifications import notifications
from aimon.draft.reading import Found
from aimon.draft.recordings import recording_rules
from aimon.draft.server import prometheus
from aimon.draft.services import services
from aimon.draft.values import without_nothing
from aimon.draft.version import version
from aimon.expand import expand
from aimon.foreign.part import ALERTMANAGER, PROMETHEUS, RULES
from aimon.openslo import carry, is_object
from aimon.parse import parse

# The sections of a draft in the order of the language.
_ORDER = (
    "aimon", "prometheus", "services", "self_monitoring", "external", "recording_rules", "alerts", "slos", "dashboards",
    "notifications", "ignore",
)  # fmt: skip


class Monitoring(NamedTuple):
    """A spec as plain values, what is to be said of it, and whether anything is left out."""

    spec: dict[str, Any]
    notes: tuple[str, ...]
    has_lost: bool


def monitoring(found: Found) -> Monitoring:
    """The spec of all files together; of SLOs alone only their section, which is a part of one."""
    notes, promised = Notes(), carry(found.promised)
    made = without_nothing({**_sections(found, notes), "slos": promised.slos})
    whole = _whole(made) if made.keys() - {"slos"} else {"slos": promised.slos}
    said = (*notes.sentences(found.files), *map(str, promised.notes))
    return Monitoring(whole, said, notes.has_lost or bool(promised.left_out))


def _sections(found: Found, notes: Notes) -> dict[str, Any]:
    """What becomes of each kind of file."""
    for part in found.parts:
        if part.what and not is_object(part.value):
            notes.lose(part.at, f"this is left out: it is {part.what}")
    configured, rules = found.of(PROMETHEUS), grouped(found.of(RULES), notes)
    recorded = recording_rules((each for each in rules if each.rule.records), notes)
    return {
        "prometheus": prometheus(configured, [str(part.at[0]) for part in found.of(RULES)], notes),
        "services": with_metrics(services(configured, notes), found.shown, recorded, notes),
        "recording_rules": recorded,
        "alerts": alerts((each for each in rules if not each.rule.records), notes),
        "dashboards": dashboards(found.of(*READERS), found.files, notes),
        "notifications": notifications(found.of(ALERTMANAGER), notes),
    }


def _whole(made: dict[str, Any]) -> dict[str, Any]:
    """The sections in their order, with those that make a spec of them."""
    begun = {"aimon": 1, "self_monitoring": False, **made}
    stack = build(expand(parse(begun)))
    needed = version(stack)
    server = {**({"version": needed} if needed else {}), **made.get("prometheus", {})}
    added = {"prometheus": server, "external": external(stack), "ignore": accepted(stack)}
    whole = without_nothing({**begun, **added})
    return {name: whole[name] for name in _ORDER if name in whole}
