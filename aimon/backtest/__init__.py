"""What the alerts that change would have done: both sides replayed over the history of a running Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from aimon.backtest.firing import Firing, firings
from aimon.backtest.history import History
from aimon.backtest.rules import Replayed, Rule, changed
from aimon.live.http import LiveError
from aimon.thing import Monitoring

__all__ = ["Backtest", "Firing", "History", "Past", "Replay", "backtest"]

Progress = Callable[[Sequence[Replayed], str], Iterator[Replayed]]


class Past(NamedTuple):
    """What one side of an alert would have done; ``note`` is why that is not to be relied on, if it is not."""

    firings: tuple[Firing, ...] = ()
    note: str = ""

    @property
    def seconds(self) -> float:
        """How long it fired, each of its alerts counted."""
        return sum(one.seconds for one in self.firings)


class Replay(NamedTuple):
    """Both sides of an alert; a side that does not have it never fires."""

    alert: str
    before: Past
    after: Past

    @property
    def lost(self) -> list[Firing]:
        """Firings at whose time the other side is silent."""
        return _alone(self.before.firings, self.after.firings)

    @property
    def gained(self) -> list[Firing]:
        """Firings at whose time the side before is silent."""
        return _alone(self.after.firings, self.before.firings)


class Backtest(NamedTuple):
    """All replays over a time in Unix seconds; ``covered`` is the share of it of which there are samples, if known."""

    url: str
    start: float
    end: float
    covered: float | None
    replays: tuple[Replay, ...]


def backtest(before: Monitoring, after: Monitoring, history: History, progress: Progress) -> Backtest:
    """Replay every alert whose condition or waiting differs. Raises `LiveError` where the server does not answer."""
    covered = history.covered()
    replays = [
        Replay(one.alert, _past(one.before, history), _past(one.after, history))
        for one in progress(list(changed(before, after, history.has)), "alerts")
    ]
    return Backtest(history.url, history.start, history.end, covered, tuple(replays))


def _past(rule: Rule | None, history: History) -> Past:
    """What one side would have done; a query that the server refuses is said to be so."""
    if rule is None:
        return Past()
    if rule.query is None:
        return Past(note=rule.note)
    try:
        lead = rule.wait + rule.keep_firing_for
        grid = history.grid(rule.step, lead)
        found = history.presence(rule.query, grid)
        unknown = [name for name in rule.reads if not history.has(name)]
    except LiveError as error:
        if not error.status:
            raise
        return Past(note=f"the server did not evaluate it: {error}")
    fired = [
        firing._replace(start=max(firing.start, history.start))
        for labels, there in found.items()
        for firing in firings(labels, there, grid, rule.wait, rule.keep_firing_for)
        if firing.end > history.start
    ]
    note = f"nothing is recorded of {', '.join(unknown)}" if unknown else ""
    return Past(tuple(sorted(fired, key=lambda one: (one.start, one.labels))), note)


def _alone(firings: Sequence[Firing], others: Sequence[Firing]) -> list[Firing]:
    return [one for one in firings if not any(one.start < other.end and other.start < one.end for other in others)]
