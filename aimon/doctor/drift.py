"""What else differs between what runs and what the spec renders: said in a sentence, told by `aimon diff`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from aimon.change import Change
from aimon.compare import compare
from aimon.doctor.meant import Meant
from aimon.doctor.words import counted, few
from aimon.finding import Finding
from aimon.live.http import Server
from aimon.sides.side import Side
from aimon.thing import ALERT, GROUP, JOB, RECORDING, SERVER

# What has findings of its own, by kind and attribute; where Alertmanager is, no spec says.
_TOLD = {
    (JOB, "targets"), (JOB, "interval"), (SERVER, "scrape_interval"), (SERVER, "rule_files"), (SERVER, "alerting"),
}  # fmt: skip


def drift(meant: Meant, running: Side, server: Server, told: Collection[str]) -> Iterator[Finding]:
    """One finding for all that differs; ``told`` are the rules that have findings of their own."""
    running.name_files_as(meant.side)
    changes = compare(running.monitoring, meant.side.monitoring).changes
    left = [change for change in changes if not _is_told(change, told)]
    if left:
        names = dict.fromkeys(f"{change.kind} {change.name}" for change in left)
        also = "also " if told else ""
        message = f"what runs {also}differs from the spec in {counted(len(names), 'thing')}: {few(names)}"
        at = meant.at(next((change.at for change in left if change.at), ()))
        yield Finding("doctor/drift", message, at, key=True, help=meant.diff(server))


def _is_told(change: Change, told: Collection[str]) -> bool:
    if change.kind in (ALERT, RECORDING):
        return change.name in told or change.how == "added"
    is_whole = not change.attribute
    return (change.kind in (JOB, GROUP) and is_whole) or (change.kind, change.attribute.partition(".")[0]) in _TOLD
