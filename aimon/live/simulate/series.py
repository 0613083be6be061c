"""The series of a metric, each with its value as a function of the moment."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from statistics import NormalDist
from typing import NamedTuple

from aimon.catalogue import Metric
from aimon.live.simulate.course import CURRENTS, Moment
from aimon.live.simulate.rows import Row, rows
from aimon.live.simulate.words import IDLE, Role, is_average, level, pace, part_of, quantity, role, shares

Value = Callable[[Moment], float | None]  # None: the series is not there

_QUANTILES = (0.5, 0.9, 0.99)
_USUAL_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SPREAD = 0.55  # of the logarithm of an observation
_USUAL_MOVES = 0.25  # of its level a gauge goes up and down
_MOVES = {Role.BOUND: 0.0, Role.GOOD: 0.02}
_APART = 0.85, 1.15  # how far the paces of counters are apart
_OWN = 0.1  # of its noise a counter has for itself; the rest is that of all counters with its labels
_COUNTED = "_count"  # gauges of this name are parts of a whole
_RECENT = 10.0  # seconds since what has just been
_LATER = 60 * 86_400.0  # until what is to come
_OBSERVED = 20.0  # observations a second, over all rows of a metric
_SLOW = 0.15  # of all observations; their part moves, and so do the quantiles
_SLOWER = 1.6  # times as long
_NORMAL = NormalDist()


class Series(NamedTuple):
    """One series: its full name, its labels, and its value at a moment; ``grows`` says that it is a counter."""

    name: str
    labels: Mapping[str, str]
    value: Value
    grows: bool = False


class Family(NamedTuple):
    """A metric and all its series."""

    metric: Metric
    series: tuple[Series, ...]


class Drawing(NamedTuple):
    """What the making of values depends on beside the metric."""

    seed: int = 0
    scale: float = 1.0
    whole_bounds: bool = False  # `le="1"` instead of `le="1.0"`


def family(metric: Metric, apart: Mapping[str, str], drawing: Drawing) -> Family:
    """Every series of a metric; ``apart`` are labels that scraping adds."""
    made = [one for row in rows(metric, apart, drawing.scale) for one in _series(metric, row, drawing)]
    return Family(metric, tuple(made))


def _series(metric: Metric, row: Row, drawing: Drawing) -> Iterator[Series]:
    chance = random.Random(f"{drawing.seed}/{metric.job}/{sorted(row.labels.items())}")
    if metric.type in ("histogram", "native_histogram"):
        return _histogram(metric, row, chance, drawing.whole_bounds)
    if metric.type == "summary":
        return _summary(metric, row, chance)
    if metric.type == "counter":
        return iter([Series(metric.name, row.labels, _counter(metric, row, chance), True)])
    if metric.type == "info":
        return iter([Series(metric.name, row.labels, _always(1))])
    if metric.type == "stateset":
        return iter([Series(metric.name, row.labels, _always(int(_is_first_state(metric, row))))])
    return iter([Series(metric.name, row.labels, _gauge(metric, row, chance))])


def _is_first_state(metric: Metric, row: Row) -> bool:
    """Whether a row stands for the first state: that of the label with the metric's name, or else of the last one."""
    name = metric.name if metric.name in row.labels else next(reversed(list(row.labels)), "")
    values = metric.labels[name].values if name else None
    return not values or row.labels[name] == values[0]


def _always(number: float) -> Value:
    return lambda _: number


def _counter(metric: Metric, row: Row, chance: random.Random) -> Value:
    """A counter that grows with the load; whole where it counts things."""
    grown = pace(metric)
    if grown.divides:
        return _divided(metric, row, grown.rate)
    common, own = chance.randrange(CURRENTS), random.Random(metric.name)
    rate = grown.rate * own.uniform(*_APART) * (row.weight if grown.shared else row.share)
    alike, apart, other = rate * (1 - _OWN), rate * _OWN, own.randrange(CURRENTS)
    if quantity(metric) in ("", "byte", "token"):
        begun = chance.random()  # of its first case, so that rare cases of many series do not come all at once
        return lambda moment: math.floor(begun + alike * moment.gained[common] + apart * moment.gained[other])
    return lambda moment: alike * moment.gained[common] + apart * moment.gained[other]


def _divided(metric: Metric, row: Row, rate: float) -> Value:
    """The seconds of one state, such as those of a CPU; the idle state has what the busy ones leave."""
    name, states = next((name, label.values) for name, label in metric.labels.items() if IDLE in (label.values or ()))
    parts = dict(zip(states or (), shares(states or ()), strict=True))
    if row.labels[name] == IDLE:
        return lambda moment: rate * (moment.now - moment.started - (1 - parts[IDLE]) * moment.gained[0])
    return lambda moment: rate * parts[row.labels[name]] * moment.gained[0]


def _gauge(metric: Metric, row: Row, chance: random.Random) -> Value:
    found = Role.QUIET if row.fails else role(metric)
    if found is Role.SWITCH:
        return _always(_within(metric, 1))
    if found in (Role.STARTED, Role.EXPIRES, Role.RECENT):
        return _point(found, float(metric.unit.scale) if metric.unit else 1.0)
    size = chance.uniform(0.8, 1.0)  # alike for all metrics with these labels, so that a used part fits its whole
    current, (low, above) = chance.randrange(CURRENTS), level(metric, found)
    if metric.name.endswith(_COUNTED):
        above *= row.weight
    moves = _MOVES.get(found, _USUAL_MOVES)
    if _is_whole(metric):
        return lambda moment: round(low + above * size * (1 + moves * moment.height[current]))
    return lambda moment: low + above * size * (1 + moves * moment.height[current])


def _within(metric: Metric, number: float) -> float:
    at_least = number if metric.low is None else max(number, metric.low)
    return at_least if metric.high is None else min(at_least, metric.high)


def _point(found: Role, scale: float) -> Value:
    """A moment in time, in the metric's own unit."""
    if found is Role.STARTED:
        return lambda moment: moment.started / scale
    away = _LATER if found is Role.EXPIRES else -_RECENT
    return lambda moment: (moment.now + away) / scale


def _is_whole(metric: Metric) -> bool:
    """Whether it counts things or bytes, which have no halves."""
    if is_average(metric):
        return False
    is_share = metric.unit is not None and metric.unit.is_share
    bounds = [bound for bound in (metric.low, metric.high) if bound is not None]
    counts = quantity(metric) in ("", "byte", "token") and not is_share and metric.high != 1
    return counts and all(bound == round(bound) for bound in bounds)


def _histogram(metric: Metric, row: Row, chance: random.Random, whole_bounds: bool) -> Iterator[Series]:
    """Observations from two log-normal distributions, the slow one with a part that moves."""
    bounds = metric.buckets or _USUAL_BUCKETS
    middle = _middle(bounds) * chance.uniform(0.85, 1.1)
    currents = chance.randrange(CURRENTS), chance.randrange(CURRENTS)
    kinds = [
        (current, _OBSERVED * part_of(metric) * row.weight * part, middle * slower)
        for current, part, slower in zip(currents, (1 - _SLOW, _SLOW), (1.0, _SLOWER), strict=True)
    ]
    for bound, text in [*zip(bounds, _written(bounds, whole_bounds), strict=True), (math.inf, "+Inf")]:
        parts = tuple((current, rate, _below(bound, median)) for current, rate, median in kinds)
        yield Series(f"{metric.name}_bucket", {**row.labels, "le": text}, _observed(parts), True)
    means = tuple((current, rate, median * math.exp(_SPREAD**2 / 2)) for current, rate, median in kinds)
    everything = tuple((current, rate, 1.0) for current, rate, _ in kinds)
    yield Series(f"{metric.name}_sum", row.labels, _summed(means), True)
    yield Series(f"{metric.name}_count", row.labels, _observed(everything), True)


def _middle(bounds: tuple[float, ...]) -> float:
    """What half of the observations are below: the second bound, for most lists reach far beyond what is usual."""
    return max(bounds[min(1, len(bounds) - 1)], bounds[-1] / 1e6) or 1.0


def _below(bound: float, median: float) -> float:
    """The part of the observations up to a bound."""
    return 0.0 if bound <= 0 else 1.0 if math.isinf(bound) else _NORMAL.cdf(math.log(bound / median) / _SPREAD)


def _observed(parts: tuple[tuple[int, float, float], ...]) -> Value:
    """How many observations there have been; each kind is rounded before a part of it is, so no bucket overtakes."""
    (one, fast, below), (two, slow, slow_below) = parts

    def value(moment: Moment) -> float:
        quick = math.floor(math.floor(fast * moment.gained[one]) * below + 0.5)
        return quick + math.floor(math.floor(slow * moment.gained[two]) * slow_below + 0.5)

    return value


def _summed(parts: tuple[tuple[int, float, float], ...]) -> Value:
    """The sum of what was observed, which is nothing before the first observation."""
    (one, fast, mean), (two, slow, slow_mean) = parts

    def value(moment: Moment) -> float:
        return math.floor(fast * moment.gained[one]) * mean + math.floor(slow * moment.gained[two]) * slow_mean

    return value


def _written(bounds: tuple[float, ...], whole: bool) -> list[str]:
    return [f"{bound:.12g}" if whole else str(float(bound)) for bound in bounds]


def _summary(metric: Metric, row: Row, chance: random.Random) -> Iterator[Series]:
    median, current = level(metric, Role.BOUND).above * chance.uniform(0.8, 1.2), chance.randrange(CURRENTS)
    rate, mean = _OBSERVED * part_of(metric) * row.weight, median * math.exp(_SPREAD**2 / 2)
    for quantile in metric.quantiles or _QUANTILES:
        yield Series(metric.name, {**row.labels, "quantile": str(quantile)}, _quantile(median, quantile, current))
    yield Series(
        f"{metric.name}_sum", row.labels, lambda moment: math.floor(rate * moment.gained[current]) * mean, True
    )
    yield Series(f"{metric.name}_count", row.labels, lambda moment: math.floor(rate * moment.gained[current]), True)


def _quantile(median: float, quantile: float, current: int) -> Value:
    inside = min(max(quantile, 0.0001), 0.9999)
    middle = median * math.exp(_SPREAD * _NORMAL.inv_cdf(inside))
    return lambda moment: middle * (1 + _USUAL_MOVES * moment.height[current])
