"""Changes for programs, as JSON of the shape that `schemas/changes.schema.json` publishes."""

from __future__ import annotations

from typing import Any

from aimon.change import WEIGHTS, Judged
from aimon.report.changes import backtest
from aimon.report.changes.words import why
from aimon.report.json import text
from aimon.verdict import Verdict, address


def changes(verdict: Verdict) -> str:
    """Every change with its judgement, and what comes of all of them."""
    found = verdict.capacity
    return text(
        {
            "changes": [_change(one, verdict) for one in verdict.judged],
            "lost_state": [{"alert": one.alert, "because": list(one.because), "now": one.now} for one in verdict.lost],
            "capacity": None if found is None else found._asdict(),
            "backtest": None if verdict.backtest is None else backtest.data(verdict.backtest),
            "not_compared": list(verdict.not_compared),
            "idle_acceptances": list(verdict.idle),
            "summary": {weight: verdict.count(weight) for weight in WEIGHTS[::-1]}
            | {"accepted": sum(one.accepted is not None for one in verdict.judged)},
        }
    )


def _change(one: Judged, verdict: Verdict) -> dict[str, Any]:
    change = one.change
    place = verdict.where(change.at, change.attribute)
    return {
        "change": change.shape,
        "kind": change.kind,
        "name": change.name,
        "attribute": change.attribute,
        "how": change.how,
        "before": change.before,
        "after": change.after,
        "weight": one.weight,
        "effect": one.effect or None,
        "why": why(one, verdict.units.get(change.name) if change.kind == "alert" else None),
        "touches": [{"kind": kind, "name": name} for kind, name in change.touched],
        "address": address(change),
        "file": place[0].encode(errors="replace").decode() if place else None,
        "line": place[1].line if place else None,
        "column": place[1].column if place else None,
        "accepted": one.accepted,
        "fingerprint": change.fingerprint,
    }
