"""What the catalogue's declarations say of the series with a name, in the words of the types of expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from aimon.catalogue import AMBIENT, Catalogue, Metric, Scraped
from aimon.catalogue import Series as Declared
from aimon.promql.labelling import Labelling, closed
from aimon.promql.result import Series

# The series that Prometheus makes for every target.
_OF_TARGETS = frozenset({"service", "built-in"})


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
    elif metric.name.startswith("ALERTS"):
        yield _plain(found, _open_labels(metric), None, metric.interval)
    elif known.jobs:
        for job, scraped in known.jobs.items():
            yield _plain(found, _ambient(job, scraped), job, scraped.interval)
    else:
        yield _plain(found, _open_labels(metric, AMBIENT), None, None)


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
        labelling = _open_labels(metric)
        names = None if metric.open else frozenset(metric.labels)
        return Series(metric.type, metric.unit, labelling._replace(names=names, key=names), name=metric.name)
    return Series(
        metric.type,
        metric.unit,
        result.labelling,
        name=metric.name,
        interval=metric.interval,
        recorded=result._replace(unit=metric.unit),
    )


def _open_labels(metric: Metric, sure: frozenset[str] = frozenset()) -> Labelling:
    """Labels of which there may be more; those with one value, or that Prometheus writes itself, are sure."""
    values = _values(metric)
    if metric.origin == "built-in":
        sure |= metric.labels.keys() - AMBIENT
        values = {name: known for name, known in values.items() if name in sure}
    else:
        sure |= {name for name, known in values.items() if len(known) == 1}
    return Labelling(None, frozenset(sure), values)


def _labels(found: Declared, job: Scraped | None) -> Labelling:
    """The labels of a metric that a job exposes: its own, those of the part, those of the target."""
    metric = found.metric
    values = dict(_values(metric))
    own = set(metric.labels)
    if found.part == "bucket":
        own.add("le")
        if metric.buckets:
            values["le"] = _bucket_labels(metric.buckets)
    if metric.type == "summary" and not found.part:
        own.add("quantile")
    may_be_absent = {name for name, known in metric.labels.items() if known.values and "" in known.values}
    if job is None:
        names = own | AMBIENT
        values = {name: known for name, known in values.items() if name not in AMBIENT}
    else:
        target = _ambient(metric.job or "", job)
        if not job.honors:
            own = {f"exported_{name}" if name in AMBIENT else name for name in own}
            may_be_absent -= AMBIENT
            values = {name: known for name, known in values.items() if name not in AMBIENT} | dict(target.values)
        names = own | AMBIENT | job.labels.keys()
    sure = frozenset(names - may_be_absent)
    if metric.open or (job is not None and job.open):
        return Labelling(None, sure - AMBIENT, {}) if job is not None and job.open else Labelling(None, sure, values)
    return closed(frozenset(names), sure, values)


def _ambient(name: str, job: Scraped) -> Labelling:
    """The labels that a job gives to all that it scrapes."""
    names = AMBIENT | job.labels.keys()
    if job.open:
        return Labelling()
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
    """The values of the labels that list them; what has a line break no pattern can be tried on."""
    return {
        name: frozenset(label.values) - {""}
        for name, label in metric.labels.items()
        if label.values and not any("\n" in value for value in label.values)
    }


@cache
def _bucket_labels(bounds: tuple[float, ...]) -> frozenset[str]:
    return frozenset(text for bound in bounds for text in spellings(bound)) | {"+Inf"}


def spellings(bound: float) -> frozenset[str]:
    """How client libraries may write a bucket's bound: 1, 1.0, 1e+06, 1000000.

    Source: https://prometheus.io/docs/instrumenting/exposition_formats/ leaves it to them.
    """
    shortest = repr(float(bound))
    digits = f"{bound:.12g}"
    plain = f"{bound:.0f}" if float(bound).is_integer() and abs(bound) < 1e21 else shortest
    scientific = f"{bound:e}"
    head, _, power = scientific.partition("e")
    short = f"{head.rstrip('0').rstrip('.')}e{power}"
    found = {shortest, digits, plain, f"{plain}.0" if plain.lstrip("-").isdigit() else plain}
    return frozenset(found | ({short} if float(short) == bound and abs(int(power)) >= 4 else set()))
