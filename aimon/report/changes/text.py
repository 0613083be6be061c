"""Changes for people: a block for each thing, its weight at the end of the line, and why below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon.change import BREAKING, COSMETIC, RISKY, SAFE, WEIGHTS, Change, Judged
from aimon.report.changes import Block, backtest, blocks, by_kind, by_reason, plural
from aimon.report.changes.values import before_and_after, headline
from aimon.report.changes.words import why
from aimon.report.text import Line, printable
from aimon.sizing import MEMORY
from aimon.units import Unit
from aimon.verdict import Verdict

_SIGNS = {"+": "green", "-": "red", "~": "yellow"}
STYLES = {BREAKING: "bold red", RISKY: "bold yellow", SAFE: "green", COSMETIC: "dim"}
_WIDTH, _HEAD, _MOST_COSMETIC = 72, 14, 5


def lines(verdict: Verdict) -> Iterator[Line]:
    """Each thing that differs, with what of it, how bad that is and why; then what a reload and the disk will feel."""
    found = blocks(verdict.judged)
    for block in found:
        if block.weight != COSMETIC:
            yield from _block(block, verdict.units.get(block.name) if block.kind == "alert" else None)
    yield from _cosmetic([block for block in found if block.weight == COSMETIC])
    if verdict.lost:
        yield [("  lose their state on reload", "bold")]
        for reason, alerts in by_reason(verdict.lost).items():
            yield [(f"    {printable(reason)}  ", "dim"), (printable(", ".join(alerts)), "")]
    told = capacity(verdict)
    if told:
        yield [("  capacity      ", "bold"), (told, "")]
    yield from _backtest(verdict)


def _backtest(verdict: Verdict) -> Iterator[Line]:
    """What the changed alerts would have done."""
    if verdict.backtest is None:
        return
    yield [("  backtest      ", "bold"), (backtest.headline(verdict.backtest), "")]
    for replay in verdict.backtest.replays:
        first, *rest = backtest.told(replay)
        yield [(f"    {first}", "")]
        yield from ([(f"      {line}", "dim")] for line in rest)
    if not verdict.backtest.replays:
        yield [("    no alert waits for anything else", "dim")]


def _block(block: Block, unit: Unit | None) -> Iterator[Line]:
    name = printable(block.name)
    weight = "accepted" if block.accepted else block.weight
    room = " " * max(2, _WIDTH - len(f"{block.sign} {block.kind} {name}"))
    yield [
        (f"{block.sign} ", _SIGNS[block.sign]),
        (f"{block.kind} ", ""),
        (name, "bold"),
        (room, ""),
        (weight, "dim" if block.accepted else STYLES[block.weight]),
    ]
    for one in block.members:
        yield from _member(one, unit, several=len(block.members) > 1)


def _cosmetic(found: Sequence[Block]) -> Iterator[Line]:
    """What nobody notices, in a line for each kind."""
    for kind in dict.fromkeys(block.kind for block in found):
        names = [block.name for block in found if block.kind == kind]
        head = f"~ {plural(len(names), kind)}"
        yield [("~ ", "dim"), (head[2:], ""), (" " * max(2, _WIDTH - len(head)), ""), (COSMETIC, STYLES[COSMETIC])]
        yield from ([(f"    {printable(name)}", "dim")] for name in names[:_MOST_COSMETIC])
        if len(names) > _MOST_COSMETIC:
            yield [(f"    and {len(names) - _MOST_COSMETIC} more", "dim")]


def _member(one: Judged, unit: Unit | None, several: bool) -> Iterator[Line]:
    change = one.change
    margin = " " * (_HEAD + 4) if change.attribute else "    "
    if change.attribute:
        yield [(f"    {printable(plain(change.attribute)):<{_HEAD - 2}}  ", ""), *_sides(change, unit)]
    elif change.how == "renamed":
        yield [("    was ", ""), (printable(change.before), "red")]
    else:
        yield from ([(f"    {printable(text)}", "dim")] for text in headline(change))
    if one.weight == COSMETIC:
        return
    reason = f"{why(one, unit)}{f' [{one.effect}]' if one.effect else ''}"
    yield [(f"{margin}{printable(reason)}", STYLES[one.weight] if several and one.weight == BREAKING else "dim")]
    if change.touched:
        yield [(f"{margin}touches {printable(by_kind(change.touched))}", "")]
    if one.accepted is not None:
        yield [(f"{margin}accepted: {printable(one.accepted)}", "dim")]


def _sides(change: Change, unit: Unit | None) -> Line:
    """Both sides of an attribute; of a list only what it lost or gained."""
    before, after = map(printable, before_and_after(change, unit))
    if change.how == "lost":
        return [("lost ", "dim"), (before, "red")]
    if change.how == "gained":
        return [("gained ", "dim"), (after, "green")]
    return [(before, "red"), ("  →  ", "dim"), (after, "green")]


def plain(attribute: str) -> str:
    """An attribute as people call it."""
    head, dot, name = attribute.partition(".")
    return f"{head.replace('_', ' ')}{dot and ' '}{name}"


def capacity(verdict: Verdict) -> str:
    """``+1,840 series (+12%), about +9 MB of memory``; empty where nothing changes or nobody knows."""
    found = verdict.capacity
    if found is None or (found.before == found.after and not found.fresh):
        return ""
    more = found.after - found.before
    share = f" ({more / found.before:+.0%})" if found.before and more else ""
    series = f"{more:+,} series at most" if more else f"{found.after:,} series at most, as before"
    memory = more * MEMORY.value.expected / 1e6
    about = f", about {memory:+,.0f} MB of memory" if abs(memory) >= 1 else ""
    anew = f"; {found.fresh:,} begin anew, and those before them stay for some hours"
    fresh = anew if found.fresh > max(more, 0) else ""
    rest = f"; {plural(found.uncounted, 'metric')} left out, whose labels have no bound" if found.uncounted else ""
    return f"{series}{share}{about}{fresh}{rest}"


def summary(verdict: Verdict) -> str:
    """``3 changes: 2 breaking, 1 safe``."""
    if not verdict.judged:
        return "no change in the monitoring"
    counts = [(verdict.count(weight), weight) for weight in WEIGHTS[::-1]]
    accepted = sum(one.accepted is not None for one in verdict.judged)
    counted = [f"{count} {weight}" for count, weight in (*counts, (accepted, "accepted")) if count]
    return f"{plural(len(verdict.judged), 'change')}: {', '.join(counted)}"
