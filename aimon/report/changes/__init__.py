"""Changes in words: one block for each thing, the heaviest first to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from aimon.change import WEIGHTS, Judged, Lost
from aimon.thing import Key


class Block(NamedTuple):
    """All that changes about one thing."""

    kind: str
    name: str
    sign: str
    weight: str
    members: tuple[Judged, ...]

    @property
    def accepted(self) -> bool:
        """Whether all of it is meant."""
        return all(one.accepted is not None for one in self.members)


def blocks(judged: Sequence[Judged]) -> list[Block]:
    """The things that change, the heaviest first and those that are meant last."""
    return sorted(_blocks(judged), key=lambda block: (block.accepted, -WEIGHTS.index(block.weight)))


def _blocks(judged: Sequence[Judged]) -> Iterator[Block]:
    for (kind, name), group in groupby(judged, key=lambda one: (one.change.kind, one.change.name)):
        members = tuple(group)
        open_ = [one for one in members if one.accepted is None] or members
        weight = max((one.weight for one in open_), key=WEIGHTS.index)
        yield Block(kind, name, members[0].change.sign, weight, members)


def by_kind(touched: Sequence[Key]) -> str:
    """``alerts A and B, panel C``."""
    parts = []
    for kind in dict.fromkeys(kind for kind, _ in touched):
        names = [name for other, name in touched if other == kind]
        parts.append(f"{kind}{'s' * (len(names) > 1)} {_listed(names)}")
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def by_reason(lost: Sequence[Lost]) -> dict[str, list[str]]:
    """The alerts that lose their state, by what makes them lose it."""
    found: dict[str, list[str]] = {}
    for one in lost:
        reason = f"{', '.join(one.because)}{f', {one.now} now' if one.now else ''}"
        found.setdefault(reason, []).append(one.alert)
    return found


def plural(count: int, noun: str) -> str:
    """``1 change``, ``2 changes``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
