"""Instant vectors: labelled values, and what a proof cannot compute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

Labels: TypeAlias = "Mapping[str, str]"
Key: TypeAlias = "tuple[tuple[str, str], ...]"

NAME = "__name__"


class Element(NamedTuple):
    """One value of a vector; the metric's name is a label until something is computed."""

    labels: Labels
    value: float


Vector: TypeAlias = "list[Element]"
Value: TypeAlias = "float | str | Vector"


class Unsupported(Exception):  # noqa: N818 - it is a reason, not a mistake
    """What keeps an expression from being computed, in words."""


def nameless(labels: Labels) -> Labels:
    """The labels without the metric's name."""
    return {name: text for name, text in labels.items() if name != NAME} if NAME in labels else labels


def key_of(labels: Labels) -> Key:
    """All labels as something that can be compared."""
    return tuple(sorted(labels.items()))


def key_on(labels: Labels, names: Iterable[str]) -> Key:
    """Those of the labels that are named."""
    return tuple((name, labels.get(name, "")) for name in names)


def key_ignoring(labels: Labels, names: Iterable[str]) -> Key:
    """The labels that are not named, nor the metric's name."""
    left_out = {*names, NAME}
    return tuple(sorted((name, text) for name, text in labels.items() if name not in left_out))
