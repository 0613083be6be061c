"""Do the series of a metric have the labels that the spec declares, and no others."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.catalogue import AMBIENT, Metric
from aimon.doctor.words import few
from aimon.finding import Finding
from aimon.live.exposed import Exposed
from aimon.suggest import did_you_mean

# What the parts of a metric have beside its own labels.
_OF_PARTS = frozenset({"__name__", "le", "quantile"})


def labels(metric: Metric, seen: Exposed, ambient: frozenset[str]) -> Iterator[Finding]:
    """Declared labels that no series has, and those that nobody declares; the target's own are ``ambient``."""
    there = frozenset(label for sample in seen.samples(metric) for label in sample.labels)
    if not there:
        return
    strangers = there - metric.labels.keys() - ambient - AMBIENT - _OF_PARTS
    for label in metric.labels.keys() - there:
        cure = did_you_mean(label, strangers, f"the series have {few(sorted(there - _OF_PARTS))}")
        message = f"no series of `{metric.name}` has the label `{label}`"
        at = (*metric.at, "labels", label)
        yield Finding("doctor/label-missing", message, at, help=cure)
        strangers = frozenset(one for one in strangers if f"`{one}`" not in (cure or ""))
    if strangers and not metric.open:
        named = few(sorted(strangers))
        message = f"the series of `{metric.name}` have labels that nobody declares: {named}"
        cure = "declare them with their values, or drop them with `metric_relabel`"
        yield Finding("doctor/label-undeclared", message, metric.at, help=cure)
