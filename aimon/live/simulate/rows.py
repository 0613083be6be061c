"""Which series a metric has: the combinations of its labels' values, and how much of the whole falls to each.

Declared values are combined with each other, and so are those that everybody uses, such as status codes. Of other
labels that only have a number, the values are invented and go together: a disk has one device, one file system and one
mount point, and not every combination of them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aimon.catalogue import Label, Metric
from aimon.live.simulate.vocabulary import usual_values
from aimon.live.simulate.words import is_failure, shares

# More series than this, and every combination of declared values is no longer shown: they go together too.
MOST_ROWS = 20_000


class Row(NamedTuple):
    """One combination of label values; ``weight`` is its part of the whole, ``share`` that among declared values.

    ``fails`` says that it stands for a failure, beside others that do not.
    """

    labels: Mapping[str, str]
    weight: float
    share: float
    fails: bool = False


def rows(metric: Metric, apart: Mapping[str, str], scale: float) -> list[Row]:
    """Every row of a metric, without the labels that are put on ``apart`` from it."""
    labels = {name: label for name, label in metric.labels.items() if name not in apart}
    listed = {name: values for name, label in labels.items() if (values := label.values or usual_values(name, label))}
    counted = {name: invented(name, label, scale) for name, label in labels.items() if name not in listed}
    things = max(map(len, counted.values()), default=1)
    weights = shares(tuple(f"thing {number}" for number in range(things)))
    return [
        Row({name: {**declared, **thing}[name] for name in labels}, share * weight, share, fails(listed, declared))
        for declared, share in _declared(listed, things)
        for thing, weight in zip(_things(counted, things), weights, strict=True)
    ]


def fails(listed: Mapping[str, tuple[str, ...]], declared: Mapping[str, str]) -> bool:
    """Whether one of the values is a failure, where the label has others."""
    return any(is_failure(declared[name]) and not all(map(is_failure, of)) for name, of in listed.items())


def invented(name: str, label: Label, scale: float) -> list[str]:
    """Values of a label that has none declared: as many as it may have, times ``scale``, but at least one."""
    number = max(1, round((label.limit or 1) * scale))
    return [f"{name}-{place + 1}" for place in range(number)]


def _declared(listed: Mapping[str, tuple[str, ...]], things: int) -> Iterator[tuple[dict[str, str], float]]:
    """The combinations of declared values with their shares; where they are too many, only as many as show each."""
    parts = [list(zip(values, shares(values), strict=True)) for values in listed.values()]
    if math.prod(map(len, parts)) * things <= MOST_ROWS:
        chosen: Iterator[tuple[tuple[str, float], ...]] = itertools.product(*parts)
    else:
        longest = max(map(len, parts))
        chosen = (tuple(part[place % len(part)] for part in parts) for place in range(longest))
    for combination in chosen:
        values = (text for text, _ in combination)
        yield dict(zip(listed, values, strict=True)), math.prod(share for _, share in combination)


def _things(counted: Mapping[str, list[str]], things: int) -> Iterator[dict[str, str]]:
    for place in range(things):
        yield {name: values[place % len(values)] for name, values in counted.items()}
