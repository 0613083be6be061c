"""What a running Alertmanager shows of the spec: whether it tells whom the spec says, and when."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.change import Change
from aimon.compare import compare
from aimon.doctor.heard import Heard
from aimon.doctor.meant import Meant
from aimon.doctor.words import counted, few
from aimon.document import Address
from aimon.finding import Finding
from aimon.inventory import inventory, monitoring
from aimon.live.alertmanager import configuration
from aimon.live.http import Server
from aimon.thing import INHIBITION, MUTE_TIME, RECEIVER, ROUTE

_KINDS = (ROUTE, RECEIVER, INHIBITION, MUTE_TIME)


def alertmanager(meant: Meant, server: Server) -> Heard:
    """Its routes, receivers, inhibitions and mute times. Raises `LiveError`."""
    running = monitoring(inventory({"alertmanager.yml": configuration(server)}), _KINDS)
    changes = compare(running, meant.side.monitoring).changes
    compared = ", ".join(counted(len(list(meant.side.monitoring.of(kind))), kind) for kind in (ROUTE, RECEIVER))
    return Heard(list(_findings(meant, [change for change in changes if _counts(change)])), compared)


def _counts(change: Change) -> bool:
    """Settings of receivers are full of defaults that only Alertmanager knows."""
    return change.kind in _KINDS and not change.attribute.startswith("setting.")


def _findings(meant: Meant, changes: list[Change]) -> Iterator[Finding]:
    """One finding for each thing that differs."""
    for kind, name in dict.fromkeys((change.kind, change.name) for change in changes):
        own = [change for change in changes if (change.kind, change.name) == (kind, name)]
        at = own[0].at or ("notifications",)
        missing = [change for change in own if change.how == "added"]
        if kind == RECEIVER and missing:
            yield _missing(meant, missing, at)
        else:
            message = f"the {kind} `{name}` is not what the spec says: {few(dict.fromkeys(map(_what, own)))}"
            yield Finding("doctor/routing-differs", message, meant.at(at), help=_CURE)


_CURE = "load the generated alertmanager.yml, and reload Alertmanager"


def _missing(meant: Meant, changes: list[Change], at: Address) -> Finding:
    ways = [change.attribute.removeprefix("integration.") for change in changes if change.attribute]
    message = f"the receiver `{changes[0].name}` " + (f"tells nobody by {few(ways)}" if ways else "is not loaded")
    return Finding("doctor/receiver-missing", message, meant.at(at), key=True, help=_CURE)


def _what(change: Change) -> str:
    if not change.attribute:
        return {"added": "not loaded", "removed": "only loaded"}.get(change.how, change.how)
    return change.attribute.replace("_", " ")
