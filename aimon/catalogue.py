"""Every metric that may be queried: type, unit, labels and their values, buckets, job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from aimon.document import Address
from aimon.promql.result import Type
from aimon.units import Unit, unit_named

# Labels that Prometheus itself adds to everything it scrapes.
# https://prometheus.io/docs/concepts/jobs_instances/
AMBIENT = frozenset({"job", "instance"})

# What the parts of a composite metric are called.
# https://prometheus.io/docs/concepts/metric_types/
PARTS = {"histogram": ("bucket", "sum", "count"), "summary": ("sum", "count"), "native_histogram": ("sum", "count")}

# Series that Prometheus makes: (type, unit name, labels beside the ambient ones, help).
_BUILT_IN: dict[str, tuple[str, str | None, dict[str, tuple[str, ...] | None], str]] = {
    "up": ("gauge", None, {}, "1 while the last scrape of the target succeeded, else 0"),
    "scrape_duration_seconds": ("gauge", "s", {}, "How long the last scrape took"),
    "scrape_samples_scraped": ("gauge", None, {}, "How many samples the target exposed"),
    "scrape_samples_post_metric_relabeling": ("gauge", None, {}, "How many samples were left after relabelling"),
    "scrape_series_added": ("gauge", None, {}, "How many series the last scrape added, approximately"),
    "ALERTS": ("gauge", None, {"alertname": None, "alertstate": ("pending", "firing")}, "1 for each active alert"),
    "ALERTS_FOR_STATE": ("gauge", None, {"alertname": None}, "Unix time at which each active alert began"),
}


class Label(NamedTuple):
    """What is known of a label's values: all of them, how many at most, or neither."""

    values: tuple[str, ...] | None = None
    limit: int | None = None


class Metric(NamedTuple):
    """A metric of one job; ``open`` says that it may have labels beside ``labels``."""

    at: Address
    name: str
    type: str
    help: str
    unit: Unit | None
    labels: Mapping[str, Label]
    job: str | None = None
    interval: float | None = None  # seconds between two samples
    buckets: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    open: bool = False
    origin: str = "service"  # "service", "recording" or "built-in"
    needs: str = ""  # why a plain installation may not expose it
    pack: str | None = None  # the pack that brought it
    result: Type | None = None  # what is known of the values and labels that a recording rule gives it
    quantiles: tuple[float, ...] = ()  # of a summary

    @property
    def parts(self) -> tuple[str, ...]:
        """The series that it is made of beside the one with its own name."""
        return PARTS.get(self.type, ())

    @property
    def bucket_names(self) -> list[str]:
        """The bounds of the buckets as people write them."""
        return [f"{bound:.12g}" for bound in self.buckets]


def built_in(jobs: Label) -> list[Metric]:
    """The series that Prometheus makes itself, of jobs with these names."""
    return [
        Metric(
            at=(),
            name=name,
            type=kind,
            help=text,
            unit=unit_named(unit) if unit else None,
            labels={label: Label(values) for label, values in labels.items()} | {"job": jobs},
            low=0.0,
            high=1.0 if name in ("up", "ALERTS") else None,
            open=True,
            origin="built-in",
        )
        for name, (kind, unit, labels, text) in _BUILT_IN.items()
    ]


class Series(NamedTuple):
    """What a series' name stands for: a metric, and which part of it (empty for the metric itself)."""

    metric: Metric
    part: str = ""

    @property
    def is_counter(self) -> bool:
        """Whether it only grows, apart from resets."""
        return bool(self.part) or self.metric.type == "counter"


class Scraped(NamedTuple):
    """How a job labels its series: ``instances`` are all that it has, and ``labels`` those of its targets.

    ``instances`` is None where they are found at run time, ``open`` says that relabelling may change any label, and
    ``honors`` that labels of the metrics win over the job's own.
    """

    instances: tuple[str, ...] | None
    labels: Mapping[str, str]
    interval: float
    open: bool = False
    honors: bool = False


class Catalogue(NamedTuple):
    """All declared metrics by name (a name may be declared by several jobs), and the names known to be elsewhere.

    ``jobs`` holds what is known of the scrape jobs; a job that it does not have labels its series as it likes.
    """

    metrics: Mapping[str, tuple[Metric, ...]]
    external: frozenset[str] = frozenset()
    jobs: Mapping[str, Scraped] = MappingProxyType({})

    def find(self, name: str) -> tuple[Series, ...]:
        """What a series' name may stand for; empty for a name that nobody declares.

        A classic histogram has no series of its own name, only its parts.
        """
        whole = tuple(Series(metric) for metric in self.metrics.get(name, ()) if metric.type != "histogram")
        if whole:
            return whole
        stem, _, part = name.rpartition("_")
        return tuple(Series(metric, part) for metric in self.metrics.get(stem, ()) if part in metric.parts)

    def knows(self, name: str) -> bool:
        """Whether a query for the name can return anything."""
        return name in self.external or bool(self.find(name))

    def names(self) -> Iterator[str]:
        """Every name that can be queried."""
        yield from self.external
        for name, declared in self.metrics.items():
            if declared[0].type != "histogram":
                yield name
            for part in declared[0].parts:
                yield f"{name}_{part}"

    def with_metrics(self, added: Iterable[Metric]) -> Catalogue:
        """A catalogue that has these metrics too."""
        metrics = dict(self.metrics)
        for metric in added:
            metrics[metric.name] = (*metrics.get(metric.name, ()), metric)
        return self._replace(metrics=metrics)
