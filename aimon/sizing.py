"""What a Prometheus needs that scrapes and evaluates a stack: series, samples a second, memory and disk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from aimon.catalogue import Metric
from aimon.exporters import is_from_elsewhere
from aimon.series import PER_TARGET, likely_series, most_series, size_of
from aimon.stack import Duration, Job, Stack


class Band(NamedTuple):
    """A figure on which sources differ: at best, as expected, and what to be prepared for."""

    low: float
    expected: float
    high: float

    def times(self, factor: float, more: float = 0) -> Band:
        """Each of the three times a factor, and a constant part more."""
        return Band(*(each * factor + more for each in self))


class Constant(NamedTuple):
    """What is reckoned with, and whose figure that is."""

    name: str
    value: Band
    unit: str
    source: str


MEMORY = Constant(
    "memory of a series with its samples",
    Band(3_000, 5_000, 8_000),
    "bytes",
    "3 kB https://www.robustperception.io/why-does-prometheus-use-so-much-ram/, 8 kB "
    "https://github.com/prometheus/prometheus/issues/4553, 5 kB between them",
)
DISK = Constant("a sample on disk", Band(1, 1.5, 2), "bytes", "https://prometheus.io/docs/prometheus/latest/storage/")
FILLED = Constant(
    "share of a disk that history may fill",
    Band(0.8, 0.8, 0.85),
    "",
    "https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size",
)
CONSTANTS = (MEMORY, DISK, FILLED)
_BASE_MEMORY = 200_000_000  # bytes beside series: an empty Prometheus 2.42 takes 42 MB, the rest is for usual queries
_LOG = 3 * 128 * 2**20  # bytes of the write-ahead log, of which three files are kept at least; see DISK
_LARGEST = 5  # metrics that are named


class Tier(NamedTuple):
    """What to run for up to so many series: our synthesis of what operators of Prometheus report."""

    series: float
    advice: str


TIERS = (
    Tier(1_000_000, "one Prometheus carries this; a second one beside it, the same in all, lets either of them fail"),
    Tier(
        5_000_000,
        "one large Prometheus carries this; native histograms, fewer labels and fewer jobs a server come first",
    ),
    Tier(
        math.inf,
        "more than one Prometheus should carry: divide targets by `hashmod`, and evaluate rules over all of them where "
        "all series are seen, such as in the ruler of Thanos or Mimir",
    ),
)
_SAMPLES_OF_ONE = 500_000  # a second, for one server
_LONG = 90 * 86_400.0  # seconds of history from which on object storage is worth its trouble
OBJECT_STORAGE = "history of more than 90 days belongs into object storage, with Thanos or Mimir"


class Load(NamedTuple):
    """What one job, or all recording rules, bring; ``samples`` are those of a second.

    ``uncounted`` are metrics of which nobody can tell how many series there are, as a label may have any value.
    """

    name: str
    targets: int
    series: int
    samples: float
    uncounted: tuple[str, ...]


class Large(NamedTuple):
    """A metric with many series."""

    metric: str
    job: str
    series: int


class Sizing(NamedTuple):
    """The whole: a load for each job, that of the rules, and the metrics with the most series, largest first."""

    jobs: tuple[Load, ...]
    rules: Load
    largest: tuple[Large, ...]
    kept: Duration
    limit: int | None  # bytes that history may have on disk

    @property
    def loads(self) -> tuple[Load, ...]:
        """All loads."""
        return (*self.jobs, self.rules)

    @property
    def series(self) -> int:
        """Active series."""
        return sum(load.series for load in self.loads)

    @property
    def samples(self) -> float:
        """Samples a second."""
        return sum(load.samples for load in self.loads)

    @property
    def memory(self) -> Band:
        """Bytes that it has in use, without large queries."""
        return MEMORY.value.times(self.series, _BASE_MEMORY)

    @property
    def disk(self) -> Band:
        """Bytes of history until it is as old as it may get."""
        return DISK.value.times(self.samples * self.kept.seconds)

    @property
    def volume(self) -> float:
        """Bytes of a disk that is never fuller than it may be."""
        return self.disk.high / FILLED.value.expected + _LOG

    @property
    def shards(self) -> int:
        """How many servers share the work: one, as long as one can carry it."""
        return max(math.ceil(max(self.series / TIERS[-2].series, self.samples / _SAMPLES_OF_ONE)), 1)

    @property
    def advice(self) -> list[str]:
        """What to run."""
        size = math.inf if self.shards > 1 else self.series
        told = [next(tier.advice for tier in TIERS if size <= tier.series)]
        return [*told, OBJECT_STORAGE] if self.kept.seconds > _LONG else told

    @property
    def history(self) -> float | None:
        """Seconds of history that fit into the limit, where that is less than what is wanted."""
        if self.limit is None or not self.samples:
            return None
        fits = self.limit / (self.samples * DISK.value.expected)
        return fits if fits < self.kept.seconds else None


def sizing(stack: Stack) -> Sizing:
    """What a stack needs at most, as far as labels and targets are declared."""
    counted = [Large(one.name, job.name, _series(one, job) or 0) for job in stack.jobs for one in job.metrics]
    size = stack.server.retention_size
    return Sizing(
        jobs=tuple(map(_scraped, stack.jobs)),
        rules=_recorded(stack),
        largest=tuple(sorted(counted, key=lambda one: (-one.series, one))[:_LARGEST]),
        kept=stack.server.retention_time,
        limit=_bytes(size) if size else None,
    )


def _scraped(job: Job) -> Load:
    counts = [_series(metric, job) for metric in job.metrics]
    uncounted = tuple(metric.name for metric, count in zip(job.metrics, counts, strict=True) if count is None)
    targets = _targets(job)
    series = sum(filter(None, counts)) + PER_TARGET * targets
    return Load(job.name, targets, series, series / job.interval.seconds, uncounted)


def _targets(job: Job) -> int:
    """How many it has; those that are found at run time count as one."""
    return max(len(job.targets), 1)


def _series(metric: Metric, job: Job) -> int | None:
    depends = metric.pack is not None or is_from_elsewhere(metric.name)
    return (likely_series if depends else most_series)(metric, _targets(job))


def _recorded(stack: Stack) -> Load:
    """What recording rules add: their labels have no more values than those of the metrics that are scraped."""
    sizes = _sizes(stack)
    recorded = [
        metric for named in stack.catalogue.metrics.values() for metric in named if metric.origin == "recording"
    ]
    counts = [(metric, math.prod(_most_values(metric, label, sizes) for label in metric.labels)) for metric in recorded]
    every = stack.server.evaluation_interval.seconds
    samples = sum(count / (metric.interval or every) for metric, count in counts)
    return Load("recording rules", 0, sum(count for _, count in counts), samples, ())


def _most_values(metric: Metric, label: str, sizes: Mapping[str, int]) -> int:
    return size_of(metric.labels[label]) or sizes.get(label, 1)


def _sizes(stack: Stack) -> dict[str, int]:
    """How many values each label may have that is on a scraped metric."""
    sizes = {"job": len(stack.jobs), "instance": sum(map(_targets, stack.jobs))}
    for job in stack.jobs:
        for metric in job.metrics:
            for name, label in metric.labels.items():
                sizes[name] = max(sizes.get(name, 1), size_of(label) or 1)
    return sizes


def _bytes(size: str) -> int:
    """Prometheus' sizes are powers of two: https://prometheus.io/docs/prometheus/latest/storage/"""
    number = size.rstrip("BKMGTPE")
    letter = size[len(number) : -1]
    return int(number) << 10 * ("KMGTPE".index(letter) + 1 if letter else 0)
