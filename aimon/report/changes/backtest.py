"""What changed alerts would have done, in words: how often each side fired, and which firings are lost or new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from aimon.backtest import Backtest, Firing, Past, Replay
from aimon.report.changes import plural
from aimon.report.text import printable
from aimon.units import format_duration

_MOST_FIRINGS = 100


def headline(found: Backtest) -> str:
    """The time that was looked at, and how much of it the server remembers."""
    known = "" if found.covered is None else f", of which {found.covered:.0%} is recorded"
    return f"{_length(found.end - found.start)} of {found.url}{known}"


def told(replay: Replay) -> Iterator[str]:
    """A line with both sides, and one for what is lost, new or not to be relied on."""
    yield f"{printable(replay.alert)}: {_past(replay.before)} → {_past(replay.after)}"
    for firings, how in ((replay.lost, "lost"), (replay.gained, "new")):
        if firings and not replay.before.note and not replay.after.note:
            longest = max(firings, key=lambda one: one.seconds)
            at = datetime.fromtimestamp(longest.start, timezone.utc)
            which = f"the longest at {at:%Y-%m-%d %H:%M} UTC for {_length(longest.seconds)}"
            yield f"{plural(len(firings), 'firing')} {'is' if len(firings) == 1 else 'are'} {how}, {which}"
    for past, side in ((replay.before, "before"), (replay.after, "after")):
        if past.note:
            yield f"{side}: {printable(past.note)}"


def data(found: Backtest) -> dict[str, Any]:
    """For programs: times in Unix seconds."""
    return {
        "url": found.url,
        "start": found.start,
        "end": found.end,
        "covered": found.covered,
        "alerts": [
            {
                "alert": replay.alert,
                "before": _counted(replay.before),
                "after": _counted(replay.after),
                "lost": _listed(replay.lost),
                "new": _listed(replay.gained),
            }
            for replay in found.replays
        ],
    }


def _past(past: Past) -> str:
    if not past.firings:
        return "unknown" if past.note else "never fired"
    return f"fired {plural(len(past.firings), 'time')}, {_length(past.seconds)}"


def _counted(past: Past) -> dict[str, Any]:
    return {"firings": len(past.firings), "seconds": past.seconds, "note": past.note or None}


def _listed(firings: Sequence[Firing]) -> list[dict[str, Any]]:
    return [{"labels": dict(one.labels), "start": one.start, "end": one.end} for one in firings[:_MOST_FIRINGS]]


def _length(seconds: float) -> str:
    return format_duration(round(seconds))
