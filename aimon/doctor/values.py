"""Are the values of labels, and those of the metric itself, among what the spec declares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from aimon.catalogue import Metric
from aimon.doctor.words import few
from aimon.finding import Finding
from aimon.live.exposed import Exposed, Sample

_TOLERANCE = 1e-9  # of floats that were added up


def values(metric: Metric, seen: Exposed) -> Iterator[Finding]:
    """Values of labels that are not declared, or more of them than there may be; and values out of the range."""
    samples = seen.samples(metric)
    for name, label in metric.labels.items():
        at = (*metric.at, "labels", name)
        if label.values is not None:
            known = label.values
            strange = [text for text in _of(name, samples) if text not in known]
            if strange:
                message = f"the label `{name}` of `{metric.name}` has values that nobody declares: {few(strange)}"
                yield Finding("doctor/value-unknown", message, at, help=f"declared are {few(known)}")
        elif label.limit is not None and (most := _most(name, samples)) > label.limit:
            message = f"the label `{name}` of `{metric.name}` has {most} values on one target, more than {label.limit}"
            yield Finding("doctor/values-many", message, at, help=f"e.g. {few(_of(name, samples))}")
    yield from _out_of_range(metric, samples)


def _of(name: str, samples: Sequence[Sample]) -> list[str]:
    return sorted({sample.labels[name] for sample in samples if name in sample.labels})


def _most(name: str, samples: Sequence[Sample]) -> int:
    """How many values a label has on the target that has most of them."""
    found: dict[str, set[str]] = {}
    for sample in samples:
        if name in sample.labels:
            found.setdefault(sample.labels.get("instance", ""), set()).add(sample.labels[name])
    return max(map(len, found.values()), default=0)


def _out_of_range(metric: Metric, samples: Sequence[Sample]) -> Iterator[Finding]:
    if metric.type != "gauge":
        return
    low, high = (-math.inf if metric.low is None else metric.low), (math.inf if metric.high is None else metric.high)
    outside = [one.value for one in samples if one.value is not None and _is_outside(one.value, low, high)]
    if outside:
        furthest = max(outside, key=lambda value: max(low - value, value - high))
        message = f"`{metric.name}` is {furthest:g}, which is not in its range from {low:g} to {high:g}"
        cure = "is it in another unit than the spec says?"
        yield Finding("doctor/value-range", message, (*metric.at, "range"), help=cure)


def _is_outside(value: float, low: float, high: float) -> bool:
    slack = _TOLERANCE * max(1.0, abs(value))
    return value < low - slack or value > high + slack
