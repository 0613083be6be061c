"""How a label that was seen is declared: with its values where there are surely no others, else with a number."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

# What labels with a fixed set of values are called, by the last word of the name; of faults there are always others.
_NAMES = """
    cause class direction generation kind level mode outcome phase quality result role scheme severity space stage
    state status tier type
"""
_ENUMERATING = frozenset(_NAMES.split())
_OPEN = ("error", "exception", "event", "failure", "reason")
_MOST_LISTED = 12
_WORD = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)*")
_TRUTH = ["false", "true"]


def declared(label: str, values: Collection[str]) -> list[str] | int:
    """The values that a label can have, or how many at most, given those that were seen."""
    seen = sorted(set(values) - {""})
    if seen and set(seen) <= {*_TRUTH}:
        return _TRUTH
    return seen if _is_enumeration(label, seen) else round_number_above(len(seen))


def _is_enumeration(label: str, values: Collection[str]) -> bool:
    """Whether these are all values there are: several words, under a name that such labels have."""
    enumerates = label.lower().rpartition("_")[2] in _ENUMERATING and not label.lower().startswith(_OPEN)
    return enumerates and 2 <= len(values) <= _MOST_LISTED and all(map(_WORD.fullmatch, values))


def round_number_above(number: int) -> int:
    """The next of 2, 5, 10, 20, 50, 100 … that is greater."""
    steps = (int(f"{step}{'0' * zeros}") for zeros in count() for step in (1, 2, 5))
    return next(step for step in steps if step > max(number, 1))
