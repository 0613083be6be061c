"""Which alerts wait for something else than before, and the queries that tell of both sides what would have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from aimon.backtest.recorded import Unrecorded, UnwritableError
from aimon.compare.pairs import pairs
from aimon.inventory.plain import seconds
from aimon.promql.tree import selectors
from aimon.thing import ALERT, GROUP, RECORDING, SERVER, Monitoring, Query, Thing

_EVERY = 60.0  # seconds between two evaluations where nobody says how many: Prometheus' own default
_DECIDES = ("expression", "for", "keep_firing_for")


class Rule(NamedTuple):
    """One side of an alert: durations in seconds, and the metrics it reads. ``note`` says why there is no query."""

    query: str | None
    reads: tuple[str, ...]
    wait: float
    keep_firing_for: float
    step: float
    note: str = ""


class Replayed(NamedTuple):
    """An alert to replay, by the name that it has now; None for a side that does not have it."""

    alert: str
    before: Rule | None
    after: Rule | None


def changed(before: Monitoring, after: Monitoring, has: Callable[[str], bool]) -> Iterator[Replayed]:
    """Every alert that is on one side only, or that waits for something else; ``has`` says which series were recorded.

    A recording rule that is new or changed has no history of its own, even where one of its name has.
    """
    together = list(pairs(before, after))
    fresh = {new.series for old, new in together if new and new.kind == RECORDING and _differs(old, new, _DECIDES)}
    anew = Unrecorded(after, fresh.__contains__)
    was = Unrecorded(before, lambda series: not has(series))
    becomes = Unrecorded(after, lambda series: series in fresh or not has(series))
    for old, new in together:
        alert = new or old
        if alert is None or alert.kind != ALERT:
            continue
        if _differs(old, new, _DECIDES) or (new and _reads_other(new, anew)):
            one = _rule(old, before, was) if old else None
            yield Replayed(alert.name, one, _rule(new, after, becomes) if new else None)


def _differs(old: Thing | None, new: Thing | None, attributes: Sequence[str]) -> bool:
    if old is None or new is None:
        return True
    return any(old.said.get(attribute) != new.said.get(attribute) for attribute in attributes)


def _reads_other(alert: Thing, anew: Unrecorded) -> bool:
    """Whether a recording rule that it reads is another one now."""
    try:
        return anew.spelled_out(alert.queries[0]) != alert.queries[0].text
    except UnwritableError:
        return True


def _rule(alert: Thing, side: Monitoring, unrecorded: Unrecorded) -> Rule:
    wait, linger = (seconds(alert.said[attribute]) or 0.0 for attribute in ("for", "keep_firing_for"))
    step = _step(alert, side)
    try:
        query = Query(unrecorded.spelled_out(alert.queries[0]))
    except UnwritableError as error:
        return Rule(None, (), wait, linger, step, str(error))
    reads = dict.fromkeys(one.name for one in selectors(query.tree) if one.name) if query.tree else {}
    return Rule(query.text, tuple(reads), wait, linger, step)


def _step(alert: Thing, side: Monitoring) -> float:
    """How often the alert is evaluated."""
    own = [group.said["interval"] for group in side.called(GROUP, f"{alert.raw.file};{alert.raw.group}")]
    usual = [server.said["evaluation_interval"] for server in side.of(SERVER)]
    return next((found for text in (*own, *usual) if text and (found := seconds(text))), _EVERY)
