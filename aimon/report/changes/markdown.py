"""Changes as one comment of a pull request, which a later run finds by its marker and replaces."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from aimon.change import BREAKING, COSMETIC, RISKY, SAFE, WEIGHTS
from aimon.report.changes import Block, backtest, blocks, by_reason, plural
from aimon.report.changes.text import capacity, plain, summary
from aimon.report.changes.values import before_and_after, headline
from aimon.report.changes.words import why
from aimon.report.markdown import code, prose
from aimon.report.text import printable
from aimon.thing import Key
from aimon.units import Unit
from aimon.verdict import Verdict

MARKER = "<!-- aimon: changes of the monitoring -->"
# GitHub refuses a comment of more than 65,536 characters.
_MOST = 65_000
_MARKS = {BREAKING: "🔴", RISKY: "🟡", SAFE: "🟢", COSMETIC: "⚪"}
_MOST_NAMES, _MOST_COSMETIC, _IN_A_ROW = 40, 10, 3


def changes(verdict: Verdict) -> str:
    """The comment; what it has no room for is counted."""
    found = blocks(verdict.judged)
    head = [MARKER, f"### Monitoring: {summary(verdict) if verdict.judged else 'no change'}", ""]
    head += _table([block for block in found if block.weight in (BREAKING, RISKY) and not block.accepted])
    tail = [*_lost(verdict), *_capacity(verdict), *_backtest(verdict), *_notes(verdict)]
    seen = [block for block in found if block.weight != COSMETIC]
    tail += _cosmetic([block for block in found if block.weight == COSMETIC])
    room = _MOST - sum(_length(line) for line in (*head, *tail))
    details = list(_fitting((_details(block, verdict) for block in seen), room))
    left = len(seen) - len(details)
    cut = [f"… and {plural(left, 'thing')} more, which found no room here: `aimon diff` tells them all.", ""]
    return "\n".join((*head, *details, *(cut if left else ()), *tail)).rstrip("\n") + "\n"


def _table(found: Sequence[Block]) -> Iterator[str]:
    """The things to look at, one a row."""
    if not found:
        return
    yield from ("| | what changes | what it does | to whom |", "|---|---|---|---|")
    for block in found[:_MOST_NAMES]:
        worst = max((one for one in block.members if one.accepted is None), key=lambda one: WEIGHTS.index(one.weight))
        touched = "; ".join(_touched(worst.change.touched, _IN_A_ROW))
        row = (_MARKS[block.weight], _called(block), worst.effect or block.weight, touched)
        yield f"| {' | '.join(row)} |"
    if len(found) > _MOST_NAMES:
        yield f"| | and {len(found) - _MOST_NAMES} more | | |"
    yield ""


def _called(block: Block) -> str:
    """A thing, with the name that it had."""
    was = next((str(one.change.before) for one in block.members if one.change.how == "renamed"), "")
    return f"{block.kind} {code(block.name)}{f', which was {code(was)}' if was else ''}"


def _cosmetic(found: Sequence[Block]) -> Iterator[str]:
    """What nobody notices, in one fold."""
    if found:
        yield f"<details><summary>{_MARKS[COSMETIC]} {plural(len(found), 'cosmetic change')}</summary>"
        yield ""
        yield from (f"- {block.kind} {code(block.name)}" for block in found[:_MOST_COSMETIC])
        yield from ([f"- and {len(found) - _MOST_COSMETIC} more"] if len(found) > _MOST_COSMETIC else [])
        yield from ("", "</details>", "")


def _details(block: Block, verdict: Verdict) -> str:
    """A thing that opens on a click."""
    mark = "☑️" if block.accepted else _MARKS[block.weight]
    weight = "accepted" if block.accepted else block.weight
    title = f"{mark} {block.sign} {block.kind} <code>{html.escape(printable(block.name))}</code>: {weight}"
    unit = verdict.units.get(block.name) if block.kind == "alert" else None
    return "\n".join((f"<details><summary>{title}</summary>", "", *_members(block, unit), "", "</details>", ""))


def _members(block: Block, unit: Unit | None) -> Iterator[str]:
    for one in block.members:
        change = one.change
        what = prose(plain(change.attribute))
        if change.attribute:
            before, after = (code(text) for text in before_and_after(change, unit))
            yield f"- **{what}** {before} → {after}"
        elif change.how == "renamed":
            yield f"- **renamed** from {code(str(change.before))}"
        else:
            said = " ".join(code(text) for text in headline(change))
            yield f"- **{change.how}** {said}".rstrip()
        yield f"  {prose(why(one, unit))}" + (f" *({one.effect})*" if one.effect else "")
        yield from (f"  - touches {line}" for line in _touched(change.touched))
        if one.accepted is not None:
            yield f"  accepted: {prose(one.accepted)}"


def _touched(touched: Sequence[Key], most: int = _MOST_NAMES) -> Iterator[str]:
    for kind in dict.fromkeys(kind for kind, _ in touched):
        names = [name for other, name in touched if other == kind]
        yield f"{kind}{'s' * (len(names) > 1)} {_named(names, most)}"


def _named(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(map(code, names[:most]))}{more}"


def _lost(verdict: Verdict) -> Iterator[str]:
    if verdict.lost:
        lose = "loses its" if len(verdict.lost) == 1 else "lose their"
        yield f"**{plural(len(verdict.lost), 'alert')} {lose} pending or firing state on reload**"
        yield ""
        for reason, alerts in by_reason(verdict.lost).items():
            yield f"- {prose(reason)}: {_named(alerts, _MOST_NAMES)}"
        yield ""


def _capacity(verdict: Verdict) -> Iterator[str]:
    told = capacity(verdict)
    if told:
        yield from (f"**Capacity**: {told}", "")


def _backtest(verdict: Verdict) -> Iterator[str]:
    """What the changed alerts would have done, those first that lose most."""
    if verdict.backtest is None:
        return
    yield from (f"**Backtest**: {prose(backtest.headline(verdict.backtest))}", "")
    replays = sorted(verdict.backtest.replays, key=lambda one: -len(one.lost))
    for replay in replays[:_MOST_NAMES]:
        first, *rest = map(prose, backtest.told(replay))
        yield f"- {first}"
        yield from (f"  - {line}" for line in rest)
    if len(replays) > _MOST_NAMES:
        yield f"- and {plural(len(replays) - _MOST_NAMES, 'alert')} more"
    yield from ([] if replays else ["no alert waits for anything else"])
    yield ""


def _notes(verdict: Verdict) -> Iterator[str]:
    if verdict.not_compared:
        yield f"Not compared, because only one side tells: {', '.join(verdict.not_compared)}."
        yield ""
    for note in verdict.idle:
        yield from (prose(note), "")


def _length(text: str) -> int:
    """How long a line is for GitHub, which counts as JavaScript does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + 1


def _fitting(texts: Iterator[str], room: int) -> Iterator[str]:
    """As many of the first texts as there is room for."""
    for text in texts:
        room -= _length(text)
        if room < 150:
            return
        yield text
