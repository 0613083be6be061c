"""The types of the functions that read histograms, classic ones by their buckets and native ones whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aimon.promql.labelling import Labelling, with_label, without
from aimon.promql.result import Type, computed
from aimon.promql.tree import Call
from aimon.units import COUNT, RATIO, divide

_LE = frozenset({"le"})


def _quantile(args: Sequence[Type], _: Call) -> Type:
    return _estimated(args[1], [args[0].number])


def _quantiles(args: Sequence[Type], _: Call) -> Type:
    estimated = _estimated(args[0], [quantile.number for quantile in args[2:]])
    name, labels = args[1].text, estimated.labelling
    named = Labelling() if name is None else with_label(labels, name, None, True)._replace(key=None)
    return estimated._replace(labelling=named)


def _estimated(histogram: Type, quantiles: Sequence[float | None]) -> Type:
    """A quantile cannot leave the finite buckets, whatever was observed.

    Source: ``BucketQuantile`` in promql/quantile.go: a rank in the last bucket gives the upper bound of the one before,
    and the first bucket begins at zero, or is taken for its upper bound where that is not above zero.
    """
    series = histogram.series
    quantile = computed(_merged(histogram))
    if series is None or not series.is_histogram:
        return quantile
    if series.largest_bucket is None or not all(number is not None and 0 <= number <= 1 for number in quantiles):
        return quantile._replace(unit=series.unit)
    low = min(0.0, series.smallest_bucket) if series.smallest_bucket is not None else None
    return quantile._replace(unit=series.unit, low=low, high=series.largest_bucket)


def _merged(histogram: Type) -> Type:
    """The histogram's type with one series for all its buckets; it may have too few of them to return anything."""
    return histogram._replace(labelling=without(histogram.labelling, _LE), always=False)


def _fraction(args: Sequence[Type], _: Call) -> Type:
    return computed(_merged(args[2]), RATIO, 0, 1)


def _average(args: Sequence[Type], _: Call) -> Type:
    series = args[0].series
    return computed(_native(args[0]), series.unit if series else None)


def _count(args: Sequence[Type], _: Call) -> Type:
    """How many observations; of a rate of histograms how many a second."""
    unit, series = args[0].unit, args[0].series
    times = divide(unit, series.unit) if unit and series and series.unit else None
    return computed(_native(args[0]), COUNT if times and times.is_share else times, 0)


def _sum(args: Sequence[Type], _: Call) -> Type:
    return computed(_native(args[0]), args[0].unit)


def _variance(args: Sequence[Type], _: Call) -> Type:
    return computed(_native(args[0]))


def _native(values: Type) -> Type:
    """Only native histograms pass; plain numbers are left out."""
    return values._replace(always=False)


HISTOGRAM_RULES: Mapping[str, Callable[[Sequence[Type], Call], Type]] = {
    "histogram_quantile": _quantile,
    "histogram_quantiles": _quantiles,
    "histogram_fraction": _fraction,
    "histogram_avg": _average,
    "histogram_stddev": _average,
    "histogram_count": _count,
    "histogram_sum": _sum,
    "histogram_stdvar": _variance,
}
