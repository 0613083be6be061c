"""Hours of plausible history for every metric that a stack declares, as OpenMetrics text for `promtool tsdb`."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plausible import LEVELS, PACES, SHARES, SIZES, TOGETHER, VALUES

from aimon.catalogue import Label, Metric
from aimon.stack import Job, Stack

Labels = Mapping[str, str]
Course = Callable[[float], float]

DAY = 86_400.0
MOST_SERIES = 60
USUAL_PACE, USUAL_LEVELS = 5.0, (3.0, 8.0)
SPREAD = 0.85  # sigma of the log-normal distribution of durations and sizes


@dataclass(frozen=True, slots=True)
class Span:
    """The moments that the history has samples of, and those at which something is wrong."""

    end: float
    hours: float
    step: float = 30.0

    @property
    def start(self) -> float:
        """The first moment."""
        return self.end - self.hours * 3600

    @property
    def trouble(self) -> tuple[float, float]:
        """A while in the last third: the start and the end of an incident."""
        return self.end - 0.30 * self.hours * 3600, self.end - 0.21 * self.hours * 3600

    @property
    def provider_trouble(self) -> float:
        """Since when one provider of AI has failed more often; it still does at the end."""
        return self.end - 0.12 * self.hours * 3600

    def moments(self) -> Iterator[float]:
        """Each moment, from the first to the last."""
        return (self.start + index * self.step for index in range(int(self.hours * 3600 / self.step) + 1))


def history(stack: Stack, span: Span) -> Iterator[str]:
    """The lines of the text, series after series, with the end mark that promtool demands."""
    for job in stack.jobs:
        instance = {"job": job.name, "instance": (job.targets or (f"{job.name}-1",))[0]}
        yield from _lines("up", instance, _up(job, span), span)
        for metric in job.metrics:
            rows = combinations(metric.labels)
            whole = sum(map(_share, rows))
            for row in rows:
                yield from _series(metric, {**instance, **row}, _share(row) / whole, span)
    yield "# EOF\n"


def combinations(labels: Mapping[str, Label]) -> list[dict[str, str]]:
    """Label sets in which every value appears: all of them, or the first few where they would be too many."""
    rows: list[dict[str, str]] = [{}]
    free = dict(labels)
    for family in TOGETHER:
        if family[0].keys() <= free.keys():
            rows = [{**row, **member} for row in rows for member in family]
            free = {name: label for name, label in free.items() if name not in family[0]}
    values = [_values(name, label) for name, label in free.items()]
    product = [dict(zip(free, chosen, strict=True)) for chosen in itertools.product(*values)]
    return [{**row, **chosen} for row in rows for chosen in product][: MOST_SERIES * 2]


def _values(name: str, label: Label) -> Sequence[str]:
    return label.values or VALUES.get(name) or [f"{name}-{number + 1}" for number in range(min(label.limit or 1, 3))]


def _share(labels: Labels) -> float:
    return math.prod(SHARES.get(value, 1.0) for value in labels.values())


def _series(metric: Metric, labels: Labels, share: float, span: Span) -> Iterator[str]:
    if metric.type == "counter":
        pace = share * PACES.get(metric.name, USUAL_PACE)
        yield from _lines(metric.name, labels, _grown(metric.name, labels, pace, span), span)
    elif metric.type == "histogram":
        yield from _histogram(metric, labels, share, span)
    else:
        yield from _lines(metric.name, labels, _level(metric, labels, share, span), span)


def _histogram(metric: Metric, labels: Labels, share: float, span: Span) -> Iterator[str]:
    pace, median = SIZES.get(metric.name, (USUAL_PACE, metric.buckets[len(metric.buckets) // 3]))
    median *= random.Random(repr(sorted(labels.items()))).uniform(0.7, 1.5)
    count = list(_grown(metric.name, labels, pace * share, span))
    slow = _wave(f"{metric.name} slow", 0.25, 0.08)
    medians = [median * slow(moment) for moment in span.moments()]
    gains = [count[0], *(after - before for before, after in itertools.pairwise(count))]
    for bound in (*metric.buckets, math.inf):
        below = itertools.accumulate(gain * _below(bound, middle) for gain, middle in zip(gains, medians, strict=True))
        yield from _lines(f"{metric.name}_bucket", {**labels, "le": f"{bound:g}".replace("inf", "+Inf")}, below, span)
    mean = math.exp(SPREAD**2 / 2)
    total = itertools.accumulate(gain * middle * mean for gain, middle in zip(gains, medians, strict=True))
    yield from _lines(f"{metric.name}_sum", labels, total, span)
    yield from _lines(f"{metric.name}_count", labels, count, span)


def _below(bound: float, median: float) -> float:
    """The share of observations up to ``bound`` in a log-normal distribution."""
    return 1.0 if math.isinf(bound) else 0.5 * (1 + math.erf(math.log(bound / median) / (SPREAD * math.sqrt(2))))


def _grown(name: str, labels: Labels, pace: float, span: Span) -> Iterator[float]:
    """How far a counter has come at each moment; what counts failures gains much more during trouble."""
    wave = _wave(f"{name} {sorted(labels.items())}", 0.35, 0.10)
    factor, begin, end = _trouble(name, labels, span)

    def gained(moment: float) -> float:
        return pace * (factor if begin <= moment <= end else 1.0) * wave(moment) * span.step

    return itertools.accumulate(map(gained, span.moments()), initial=0.0)


def _trouble(name: str, labels: Labels, span: Span) -> tuple[float, float, float]:
    """How many times faster a series grows, from when to when."""
    if any(value.startswith("50") for key, value in labels.items() if key.startswith("status")):
        return 9.0, *span.trouble
    if name == "ai_errors_total" and labels.get("provider") == "openai" and labels.get("error_type") == "rate_limit":
        return 12.0, span.provider_trouble, math.inf
    return 1.0, 0.0, 0.0


def _level(metric: Metric, labels: Labels, share: float, span: Span) -> Course:
    if metric.unit is not None and metric.unit.dimensions and metric.unit.dimensions[0][0] == "timestamp":
        if "start" not in metric.name:
            return lambda moment: moment
        started = span.start - 3600 * random.Random(repr(sorted(labels.items()))).uniform(3, 90)
        return lambda _: started
    low, high = LEVELS.get(metric.name, USUAL_LEVELS if metric.high != 1 else (1.0, 1.0))
    part = min(1.6, max(0.4, 4 * share)) if "name" in labels else 1.0
    if low == high:
        return lambda _: low
    wave = _wave(f"{metric.name} {sorted(labels.items())}", 0.5, 0.05)
    return lambda moment: part * (low + (high - low) * 0.5 * wave(moment))


def _wave(seed: str, swing: float, noise: float) -> Course:
    """A course around 1: a wave through the day, three smaller ones with phases of their own, and noise."""
    chance = random.Random(seed)
    ripples = [(chance.uniform(0, 6.28), chance.uniform(600, 7000), chance.uniform(0.1, 0.3)) for _ in range(3)]

    def at(moment: float) -> float:
        day = math.sin(2 * math.pi * (moment / DAY - 0.3))
        rippled = sum(size * math.sin(2 * math.pi * moment / period + phase) for phase, period, size in ripples)
        return max(0.05, 1 + swing * day + swing * 0.5 * rippled + noise * chance.gauss(0, 0.5))

    return at


def _up(job: Job, span: Span) -> Course:
    """1, but for one job that could not be scraped for a while."""
    begin = span.start + 0.35 * (span.end - span.start)
    return lambda moment: float(job.name != "docker" or not begin <= moment < begin + 600)


def _lines(name: str, labels: Labels, values: Iterator[float] | Sequence[float] | Course, span: Span) -> Iterator[str]:
    series = name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"
    course = map(values, span.moments()) if callable(values) else values
    for moment, value in zip(span.moments(), course, strict=False):
        yield f"{series} {value:.10g} {moment:.0f}\n"
