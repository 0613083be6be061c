"""Every declared metric of every job, exposed on a loopback port of its own with values that move."""

from __future__ import annotations

import itertools
import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from aimon.catalogue import Label, Metric

Labels = Mapping[str, str]

# More combinations of label values than this are thinned out; every single value still appears.
LARGEST_PRODUCT = 500

# Label names and values that speak of failure: such series grow a thousand times slower, so that nothing is alarming.
FAILURE = re.compile(r"5\d\d|.*(error|fail).*")
RARE = 0.001

# What a counter gains each second, by the base quantity that it counts; CPU time cannot gain more than a second.
PACE = {"second": 0.1, "byte": 1000.0}
USUAL_PACE = 10.0
LEVEL = {"second": 0.05, "byte": float(2**30)}
TROUBLE = re.compile(r"error|readonly")  # switches that are off in good health
BOUND = re.compile(r"max|limit|total|size")

TYPES = {"counter": "counter", "gauge": "gauge", "histogram": "histogram", "summary": "summary", "info": "gauge"}


@dataclass(frozen=True, slots=True)
class Hurry:
    """A change of pace: since a moment, matching series of a metric grow so many times faster."""

    metric: str
    labels: Mapping[str, re.Pattern[str]]
    factor: float
    since: float

    def covers(self, name: str, labels: Labels) -> bool:
        """Whether a series is meant."""
        return name == self.metric and all(found.fullmatch(labels.get(key, "")) for key, found in self.labels.items())


@dataclass
class Exporter:
    """An HTTP endpoint for each job; a context manager that serves while it is entered."""

    metrics: Iterable[Metric]
    hurries: list[Hurry] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)
    _servers: list[tuple[WSGIServer, Thread]] = field(default_factory=list)

    def __enter__(self) -> Exporter:
        by_job = sorted((metric for metric in self.metrics if metric.job), key=lambda metric: metric.job or "")
        for job, declared in itertools.groupby(by_job, key=lambda metric: metric.job or ""):
            registry = CollectorRegistry()
            registry.register(JobCollector(tuple(declared), self.hurries))
            server, thread = start_http_server(0, addr="127.0.0.1", registry=registry)
            self._servers.append((server, thread))
            self.ports[job] = server.server_port
        return self

    def __exit__(self, *_: object) -> None:
        for server, thread in self._servers:
            server.shutdown()
            server.server_close()
            thread.join()

    def speed_up(self, metric: str, factor: float, **labels: str) -> None:
        """From now on, the series whose labels match these regular expressions grow ``factor`` times faster."""
        matchers = {name: re.compile(text) for name, text in labels.items()}
        self.hurries.append(Hurry(metric, matchers, factor, time.time()))


class JobCollector(Collector):
    """The metrics of one job, computed from the time that has passed."""

    def __init__(self, metrics: Sequence[Metric], hurries: Sequence[Hurry]) -> None:
        self.metrics = metrics
        self.hurries = hurries
        self.started = time.time()

    def collect(self) -> Iterator[Family]:
        for metric in self.metrics:
            kind = _type(metric)
            name = metric.name.removesuffix("_total") if kind == "counter" else metric.name
            family = Family(name, metric.help, kind)
            for labels in combinations(metric.labels):
                self._add_samples(family, metric, labels)
            yield family

    def _add_samples(self, family: Family, metric: Metric, labels: dict[str, str]) -> None:
        if metric.type == "counter":
            family.add_sample(metric.name, labels, self._grown(metric, labels))
        elif metric.type == "histogram":
            self._add_histogram(family, metric, labels)
        elif metric.type == "summary":
            self._add_summary(family, metric, labels)
        else:
            family.add_sample(metric.name, labels, self._level(metric))

    def _add_histogram(self, family: Family, metric: Metric, labels: dict[str, str]) -> None:
        """Half of the observations lie below the first bound, half of the rest below the second, and so on."""
        count = self._grown(metric, labels, pace=USUAL_PACE)
        for index, bound in enumerate(metric.buckets):
            family.add_sample(f"{metric.name}_bucket", {**labels, "le": str(bound)}, count * (1 - 0.5 ** (index + 1)))
        family.add_sample(f"{metric.name}_bucket", {**labels, "le": "+Inf"}, count)
        mean = sum(bound * 0.5 ** (index + 1) for index, bound in enumerate(metric.buckets))
        family.add_sample(f"{metric.name}_sum", labels, count * mean)
        family.add_sample(f"{metric.name}_count", labels, count)

    def _add_summary(self, family: Family, metric: Metric, labels: dict[str, str]) -> None:
        level = self._level(metric)
        count = self._grown(metric, labels, pace=USUAL_PACE)
        for quantile in (0.5, 0.9, 0.99):
            family.add_sample(metric.name, {**labels, "quantile": str(quantile)}, level * (1 + quantile))
        family.add_sample(f"{metric.name}_sum", labels, count * level)
        family.add_sample(f"{metric.name}_count", labels, count)

    def _grown(self, metric: Metric, labels: Labels, pace: float | None = None) -> float:
        """How far a counter has come, all changes of pace included."""
        now = time.time()
        seconds = now - self.started
        for hurry in self.hurries:
            if hurry.covers(metric.name, labels):
                seconds += (hurry.factor - 1) * (now - hurry.since)
        fails = any(FAILURE.fullmatch(text) for pair in labels.items() for text in pair)
        return (pace or PACE.get(_quantity(metric), USUAL_PACE)) * (RARE if fails else 1.0) * seconds

    def _level(self, metric: Metric) -> float:
        """Where a gauge stands: at now if it is a moment, at its upper end if it is a switch, else near its level."""
        if _quantity(metric) == "timestamp":
            return time.time()
        if metric.high is not None and not math.isinf(metric.high):
            return (metric.low or 0.0) if TROUBLE.search(metric.name) else metric.high
        level = LEVEL.get(_quantity(metric), 10.0) * (2 if BOUND.search(metric.name.lower()) else 1)
        return level * (1 + 0.1 * math.sin(time.time() - self.started))


def combinations(labels: Mapping[str, Label]) -> list[dict[str, str]]:
    """Every combination of label values; so thinned out that every value appears where they are too many."""
    values = [_values(name, label) for name, label in labels.items()]
    if math.prod(map(len, values)) <= LARGEST_PRODUCT:
        rows: Iterable[Sequence[str]] = itertools.product(*values)
    else:
        rows = ([several[index % len(several)] for several in values] for index in range(max(map(len, values))))
    return [dict(zip(labels, row, strict=True)) for row in rows]


def _values(name: str, label: Label) -> Sequence[str]:
    """The declared values; where only their number is declared, one or two."""
    return label.values or [f"{name}-{number + 1}" for number in range(min(label.limit or 1, 2))]


def _type(metric: Metric) -> str:
    """The type in the exposition; a counter without `_total` cannot be written as one."""
    if metric.type == "counter" and not metric.name.endswith("_total"):
        return "unknown"
    return TYPES.get(metric.type, "unknown")


def _quantity(metric: Metric) -> str:
    """The base quantity that a metric counts, such as `byte`; empty for bare numbers."""
    dimensions = metric.unit.dimensions if metric.unit else ()
    return dimensions[0][0] if len(dimensions) == 1 else ""
