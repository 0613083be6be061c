"""Changes as annotations of GitHub Actions, at the line of the spec that says so."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.change import BREAKING, RISKY
from aimon.report.changes import by_kind
from aimon.report.changes.values import before_and_after
from aimon.report.changes.words import why
from aimon.report.github import command
from aimon.report.text import printable
from aimon.verdict import Verdict

_COMMANDS = {BREAKING: "error", RISKY: "warning"}


def changes(verdict: Verdict) -> Iterator[str]:
    """One workflow command for every change that breaks or may, and that nobody accepts."""
    for one in verdict.judged:
        if one.weight not in _COMMANDS or one.accepted is not None:
            continue
        change = one.change
        place = verdict.where(change.at, change.attribute)
        unit = verdict.units.get(change.name) if change.kind == "alert" else None
        where = {"file": printable(place[0]), "line": str(place[1].line), "col": str(place[1].column)} if place else {}
        what = change.attribute or change.how
        title = f"{change.kind} {change.name}: {what} ({one.weight})"
        said = [why(one, unit)]
        if change.attribute or change.how == "renamed":
            said.insert(0, " → ".join(before_and_after(change, unit)))
        if change.touched:
            said.append(f"touches {by_kind(change.touched)}")
        yield command(_COMMANDS[one.weight], {**where, "title": printable(title)}, "\n".join(map(printable, said)))
