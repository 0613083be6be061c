"""What the samples of an exposition show of each metric: the values of its labels, its quantiles, its own values."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from aimon.catalogue import Catalogue, Metric
from aimon.exposition import Exposition
from aimon.exposition.samples import Sample, samples


class Seen:
    """What was seen of one metric; ``values`` are some of those of its own series."""

    def __init__(self) -> None:
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.values: set[float] = set()

    def add(self, sample: Sample, is_whole: bool) -> None:
        for label, value in sample.labels.items():
            self.labels[label].add(value)
        if is_whole and len(self.values) < _ENOUGH:
            self.values.add(_float(sample.value))

    @property
    def quantiles(self) -> list[float]:
        """The quantiles of a summary, ascending."""
        return sorted({number for text in self.labels.get("quantile", ()) if 0 <= (number := _float(text)) <= 1})


def _float(text: str) -> float:
    """The number that a text is, or else NaN."""
    try:
        return float(text)
    except ValueError:
        return math.nan


_ENOUGH = 3  # values that tell a switch, which has two, from a quantity


def seen(exposition: Exposition, metrics: Iterable[Metric]) -> Mapping[str, Seen]:
    """What was seen of each metric, by its name."""
    catalogue = Catalogue({}).with_metrics(metrics)
    shown: dict[str, Seen] = defaultdict(Seen)
    for sample in samples(exposition):
        for series in catalogue.find(sample.name):
            shown[series.metric.name].add(sample, not series.part)
    return shown
