"""The types of selectors: what the catalogue knows of a name, narrowed by the matchers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from aimon.promql.joins import shared_values
from aimon.promql.labelling import NOTHING, Labelling, union
from aimon.promql.matchers import narrowed
from aimon.promql.ranges import Range, either
from aimon.promql.result import Kind, Series, Source, Type, nothing
from aimon.promql.tree import Matcher, Selector
from aimon.units import COUNT

_FIXED: dict[str, Range] = {"info": (1.0, 1.0), "stateset": (0.0, 1.0)}


def selector_type(node: Selector, known: Sequence[Series]) -> Type:
    """The type of a selector whose name may stand for any of the series that are known; for others where none is."""
    kind: Kind = "vector" if node.window is None else "range"
    if not known:
        return _unknown_type(node, kind)
    selected = known if node.any_of else _selected(known, node.matchers)
    if len(selected) == 1:
        return _series_type(kind, selected[0])
    if not selected:
        return nothing(_merged_type(kind, known))
    return _merged_type(kind, selected)


def _unknown_type(node: Selector, kind: Kind) -> Type:
    labels = Labelling() if node.any_of else narrowed(Labelling(), node.matchers)
    source = Source(None, "", frozenset({node.name} if node.name else ()), None, None)
    unknown = Type(kind, labelling=labels or Labelling(), source=source)
    return unknown if labels is not None else nothing(unknown)


def _selected(known: Sequence[Series], matchers: Sequence[Matcher]) -> Sequence[Series]:
    """The series that the matchers leave, each with the labels that these leave it."""
    if not matchers:
        return known
    left = ((series, narrowed(series.labelling, matchers)) for series in known)
    return [series._replace(labelling=labels) for series, labels in left if labels is not None]


def _series_type(kind: Kind, series: Series) -> Type:
    jobs = frozenset({series.job}) if series.job is not None else None
    metrics = frozenset({series.name})
    if series.recorded is not None:
        made = series.recorded
        source = Source(made.source.series, made.source.form, metrics, made.source.jobs, series.interval)
        return Type(kind, made.unit, made.low, made.high, series.labelling, source, may_be_nan=made.may_be_nan)
    counts = series.part in ("bucket", "count")
    low, high = _range(series)
    unit = COUNT if counts else series.unit
    source = Source(series, "raw", metrics, jobs, series.interval)
    return Type(kind, unit, low, high, series.labelling, source, may_be_nan=not series.is_counter)


def _range(series: Series) -> Range:
    """The range of the values of a series, which is that of the metric unless they only add up what it measures."""
    if series.part:
        is_positive = series.part in ("bucket", "count") or (series.low is not None and series.low >= 0)
        return (0.0 if is_positive else None), None
    low, high = _FIXED.get(series.type, (None, None))
    low = 0.0 if series.type == "counter" else low
    return (low if series.low is None else series.low), (high if series.high is None else series.high)


def _merged_type(kind: Kind, known: Iterable[Series]) -> Type:
    return merged([_series_type(kind, series) for series in known])


def merged(types: Sequence[Type]) -> Type:
    """The type of series of one name from several places; where they contradict each other, of their labels only."""
    while len(types) > 1:  # by pairs: one after the other would copy the labels of thousands again and again
        pairs = zip_longest(types[::2], types[1::2])
        types = [one if other is None else _merged(one, other) for one, other in pairs]
    return types[0]


def of_many(one: Type, every: Type, count: int) -> Type:
    """`merged` of so many types that differ in the values of labels only: ``one`` of them, and one with all values."""
    series, behind = every.source.series, one.source.series
    if series is not None and behind is not None:
        series = series._replace(labelling=_labels_of_many(behind.labelling, series.labelling, count))
    return Type(
        every.kind,
        every.unit,
        every.low,
        every.high,
        _labels_of_many(one.labelling, every.labelling, count),
        every.source._replace(series=series, form=every.source.form if series is not None else ""),
        may_be_nan=every.may_be_nan,
    )


def _labels_of_many(one: Labelling, every: Labelling, count: int) -> Labelling:
    has_a_job = "job" in one.sure and len(one.values.get("job", ())) == 1
    if has_a_job and one.free is not None and len(every.values["job"]) == count:
        return every._replace(key=one.free | {"job"})
    return every._replace(key=every.names)


def _merged(one: Type, other: Type) -> Type:
    low, high = either((one.low, one.high), (other.low, other.high))
    return Type(
        one.kind,
        one.unit if one.unit == other.unit else None,
        low,
        high,
        _merged_labels(one.labelling, other.labelling),
        _merged_source(one.source, other.source),
        may_be_nan=one.may_be_nan or other.may_be_nan,
    )


def _merged_labels(one: Labelling, other: Labelling) -> Labelling:
    """The labels of series of two jobs; those that a job gives to all of its series tell nothing beside its name."""
    labels, mine, theirs = union(one, other), one.free, other.free
    is_told = "job" in labels.sure and shared_values("job", one, other) == NOTHING
    if is_told and mine is not None and theirs is not None:
        return labels._replace(key=mine | theirs | {"job"})
    return labels._replace(key=labels.names)


def _merged_source(one: Source, other: Source) -> Source:
    mine, theirs = one.series, other.series
    series = _merged_series(mine, theirs) if mine and theirs and one.form == other.form else None
    return Source(
        series,
        one.form if series is not None else "",
        one.metrics | other.metrics,
        None if one.jobs is None or other.jobs is None else one.jobs | other.jobs,
        None if one.interval is None or other.interval is None else max(one.interval, other.interval),
    )


def _merged_series(one: Series, other: Series) -> Series | None:
    if (one.type, one.unit, one.part) != (other.type, other.unit, other.part):
        return None
    smallest, largest = either((one.smallest_bucket, one.largest_bucket), (other.smallest_bucket, other.largest_bucket))
    low, high = either((one.low, one.high), (other.low, other.high))
    return one._replace(
        labelling=_merged_labels(one.labelling, other.labelling),
        low=low,
        high=high,
        smallest_bucket=smallest,
        largest_bucket=largest,
        job=one.job if one.job == other.job else None,
        interval=None if one.interval is None or other.interval is None else max(one.interval, other.interval),
    )
