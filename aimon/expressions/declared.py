"""What the catalogue's declarations say of the series with a name, in the words of the types of expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from aimon.catalogue import AMBIENT, Catalogue, Metric, Scraped
from aimon.catalogue import Series as Declared
from aimon.promql.labelling import Labelling, closed
from aimon.promql.result import Series

_LONGEST_VALUE = 200
_OF_ALERTS = "ALERTS"  # these carry the labels of the alerts, other series of Prometheus' own those of the targets


def series_of(name: str, known: Catalogue) -> tuple[Series, ...]:
    """What a name stands for, once for each job that has it; nothing where others may have it too."""
    if name in known.external:
        return ()
    return tuple(series for found in known.find(name) for series in _series(found, known))


def _series(found: Declared, known: Catalogue) -> Iterable[Series]:
    metric = found.metric
    if metric.origin == "recording":
        yield _recorded(metric)
    elif metric.origin != "built-in":
        yield _plain(found, _labels(found, known.jobs.get(metric.job or "")), metric.job, metric.interval)
    elif known.jobs and not metric.name.startswith(_OF_ALERTS):
        for job, scraped in known.jobs.items():
            yield _plain(found, _of_target(job, scraped), job, scraped.interval)
    else:
        yield _plain(found, _built_in(metric), None, metric.interval)


def _plain(found: Declared, labelling: Labelling, job: str | None, interval: float | None) -> Series:
    metric = found.metric
    return Series(
        type=metric.type,
        unit=metric.unit,
        labelling=labelling,
        low=_lowest(metric),
        high=metric.high,
        part=found.part,
        smallest_bucket=min(metric.buckets, default=None),
        largest_bucket=max((bound for bound in metric.buckets if bound < float("inf")), default=None),
        name=f"{metric.name}_{found.part}" if found.part else metric.name,
        job=job,
        interval=interval,
    )


def _lowest(metric: Metric) -> float | None:
    """The lowest value; buckets below zero say that there are such values."""
    return None if metric.low is not None and min(metric.buckets, default=0.0) < min(metric.low, 0.0) else metric.low


def _recorded(metric: Metric) -> Series:
    """What a recording rule makes; without its type only the labels that it writes itself are sure."""
    result = metric.result
    if result is None:
        values = _values(metric)
        names = None if metric.open else frozenset(metric.labels)
        sure = frozenset(name for name, known in values.items() if len(known) == 1)
        return Series(metric.type, metric.unit, Labelling(names, sure, values, names), name=metric.name)
    made = result._replace(unit=metric.unit)
    return Series(metric.type, name=metric.name, labelling=made.labelling, interval=metric.interval, recorded=made)


def _built_in(metric: Metric) -> Labelling:
    """The labels of a series of Prometheus' own, as far as they do not depend on the job."""
    sure = frozenset(metric.labels).difference(AMBIENT)
    if not metric.name.startswith(_OF_ALERTS):
        sure |= AMBIENT
    return Labelling(None, sure, {name: known for name, known in _values(metric).items() if name in sure})


def _labels(found: Declared, job: Scraped | None) -> Labelling:
    """The labels of a metric that a job exposes: its own, those of the part, those of the target."""
    metric = found.metric
    own, values = set(metric.labels), dict(_values(metric))
    absent = {name for name, known in metric.labels.items() if known.values and "" in known.values}
    if found.part == "bucket":
        own.add("le")
        if metric.buckets:
            values["le"] = _bucket_labels(metric.buckets)
    if metric.type == "summary" and not found.part:
        own.add("quantile")
    if job is None or job.open:
        # Nobody says what becomes of the job's own labels, and relabelling may change any.
        names = AMBIENT.union(own)
        values = {name: known for name, known in values.items() if name not in AMBIENT}
        return Labelling() if metric.open or job is not None else closed(names, names.difference(absent), values)
    target = _of_target(metric.job or "", job)
    taken = AMBIENT.union(job.labels)
    values = {name: known for name, known in values.items() if name not in taken}
    if not job.honors:
        values |= target.values
        own, absent = {f"exported_{name}" if name in AMBIENT else name for name in own}, absent - taken
    names = taken.union(own)
    labels = closed(names, names.difference(absent), values)
    return labels._replace(names=None, key=None) if metric.open else labels


def _of_target(name: str, job: Scraped) -> Labelling:
    """The labels that a job gives to all that it scrapes."""
    if job.open:
        return Labelling()
    names = AMBIENT.union(job.labels)
    values = {label: frozenset({text}) for label, text in job.labels.items()} | {"job": frozenset({name})}
    if job.instances is not None:
        values["instance"] = frozenset(_instances(job.instances))
    return closed(names, None, values)


def _instances(targets: Iterable[str]) -> Iterable[str]:
    """The addresses as the label shows them: up to 2.x Prometheus adds the port of the scheme where none is written."""
    for target in targets:
        yield target
        if ":" not in target.rpartition("]")[2]:
            yield from (f"{target}:80", f"{target}:443")


def _values(metric: Metric) -> Mapping[str, frozenset[str]]:
    """The values of the labels that list them; on long ones and on line breaks no pattern is to be tried."""
    return {
        name: frozenset(label.values) - {""}
        for name, label in metric.labels.items()
        if label.values and not any("\n" in value or len(value) > _LONGEST_VALUE for value in label.values)
    }


@cache
def _bucket_labels(bounds: tuple[float, ...]) -> frozenset[str]:
    return frozenset(text for bound in bounds for text in spellings(bound)) | {"+Inf"}


def spellings(bound: float) -> frozenset[str]:
    """How client libraries may write a bucket's bound: 1, 1.0, 1e+06, 1000000.

    Source: https://prometheus.io/docs/instrumenting/exposition_formats/ leaves it to them.
    """
    mantissa, _, power = f"{bound:e}".partition("e")
    short = f"{mantissa.rstrip('0').rstrip('.')}e{power}"
    found = {repr(bound), f"{bound:.12g}"}
    if bound.is_integer() and abs(bound) < 1e21:
        found |= {f"{bound:.0f}", f"{bound:.1f}"}
    return frozenset(found | {text for text in (short,) if float(text) == bound})
