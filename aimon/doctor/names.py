"""Which of the names that nobody declares is the new name of a metric that is missing."""

from __future__ import annotations

from collections.abc import Collection
from difflib import SequenceMatcher

from aimon.suggest import nearest

_ALIKE = 0.7  # `seconds` and `milliseconds`, `refund` and `refunds`; not `errors` and `retries`


def likeliest(name: str, strangers: Collection[str]) -> tuple[str | None, bool]:
    """The name that is most like it, and whether it is made of the same words."""
    varied = nearest(name, [one for one in strangers if is_varied(name, one)])
    return (varied, True) if varied else (nearest(name, strangers), False)


def is_varied(one: str, other: str) -> bool:
    """Whether the words of the shorter name are in the longer one, each perhaps with another ending."""
    short, long = sorted((one.split("_"), other.split("_")), key=len)
    return all(any(_likeness(word, its) >= _ALIKE for its in long) for word in short)


def _likeness(one: str, other: str) -> float:
    first, second = sorted((one, other))  # on which the ratio depends
    return SequenceMatcher(None, first, second).ratio()
