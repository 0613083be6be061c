"""What was computed at many times, to be looked at through many windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aimon.prove.vectors import Key, Labels, key_of


class Keyed(NamedTuple):
    """A value that is remembered, with its labels also as something that can be compared."""

    key: Key
    labels: Labels
    value: float


def keyed(labels: Labels, value: float) -> Keyed:
    """The same, made."""
    return Keyed(key_of(labels), labels, value)


def by_labels(found: Iterable[tuple[float, Iterable[Keyed]]]) -> Iterator[tuple[Labels, list[tuple[float, float]]]]:
    """The values of instant vectors at several times, as the samples of each series."""
    series: dict[Key, tuple[Labels, list[tuple[float, float]]]] = {}
    for moment, vector in found:
        for key, labels, value in vector:
            if key not in series:
                series[key] = labels, []
            series[key][1].append((moment, value))
    yield from series.values()
