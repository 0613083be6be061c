"""An exposition → the metrics of a service, as a spec declares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aimon.catalogue import Label, Metric, built_in
from aimon.draft.known import Declared, Use, self_monitored, uses_in
from aimon.draft.labels import declared
from aimon.draft.remark import Remark
from aimon.draft.seen import Seen, seen
from aimon.exporters import is_from_elsewhere
from aimon.exposition import Exposition
from aimon.identities import is_unbounded
from aimon.promql.names import UTF8, is_label_name, is_metric_name, mended
from aimon.spec import NOTHING
from aimon.units import same_scale, unit_named, unit_of_metric_name


class Draft(NamedTuple):
    """What an exposition shows, as a service declares it.

    ``metrics`` is what stands under the key of that name, ``packs`` know the rest of it, and ``surplus`` names what
    well-known exporters expose beyond their packs. ``remarks`` say what is not carried over.
    """

    metrics: Declared
    packs: tuple[Use, ...]
    surplus: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def declared(self) -> dict[str, Mapping[str, Any]]:
        """All metrics that the service then has: its own, and those of its packs."""
        return {name: one for use in self.packs for name, one in use.metrics.items()} | dict(self.metrics)


def draft(exposition: Exposition, beside: Declared = NOTHING, use_packs: bool = True) -> Draft:
    """The metrics and the packs of a service that exposes this.

    ``beside`` are metrics that other services of the spec declare: one name has one type and one unit in a spec.
    """
    exposed = {metric.name: metric for metric in reversed(exposition.metrics)}
    remarks = [*_problems(exposition), *_repeated(exposition, exposed)]
    packs = uses_in(exposed) if use_packs else []
    known = {name for use in packs for name in use.metrics}
    shown = seen(exposition, exposed.values())
    others = {**self_monitored(), **beside}
    metrics: dict[str, Mapping[str, Any]] = {}
    surplus: list[str] = []
    for name, metric in reversed(exposed.items()):
        if name in known or _is_made_by_others(metric, exposed):
            continue
        if packs and is_from_elsewhere(name):
            surplus.append(name)
            continue
        made = dict(_declaration(metric, shown.get(name, Seen()), remarks))
        fault = _fault(name, made, others.get(name))
        if fault is None:
            metrics[name] = made
        else:
            remarks.append(fault._replace(line=_line(metric), metric=name))
    return Draft(metrics, tuple(packs), tuple(surplus), tuple(sorted(set(remarks))))


def _problems(exposition: Exposition) -> Iterator[Remark]:
    """What is wrong with the lines of the text."""
    for problem in exposition.problems:
        yield Remark(problem.place.line if problem.place else 1, problem.message, problem.help or "")


def _repeated(exposition: Exposition, exposed: Mapping[str, Metric]) -> Iterator[Remark]:
    """The metrics whose name another one before them has too."""
    for metric in exposition.metrics:
        if exposed[metric.name] is not metric:
            yield Remark(_line(metric), f"`{metric.name}` is described a second time")


_OF_PROMETHEUS = {
    *(metric.name for metric in built_in(Label())),
    *("scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"),
    "target_info",
}


def _is_made_by_others(metric: Metric, exposed: Mapping[str, Metric]) -> bool:
    """Whether Prometheus makes it, or a client library beside the metric that counts."""
    if metric.name in _OF_PROMETHEUS:
        return True
    stem = metric.name.removesuffix("_created")
    if stem != metric.name:
        return any(exposed[name].type in _WITH_CREATED for name in (stem, f"{stem}_total") if name in exposed)
    # A gauge histogram is known by its parts.
    return metric.open and f"{metric.name}_gcount" in exposed


_WITH_CREATED = frozenset({"counter", "histogram", "native_histogram", "summary"})


def _line(metric: Metric) -> int:
    """The line of the exposition that speaks of it first."""
    number = metric.at[0]
    assert isinstance(number, int)
    return number


def _fault(name: str, made: Mapping[str, Any], other: Mapping[str, Any] | None) -> Remark | None:
    """Why a spec cannot declare the metric, at a line that is not known here."""
    if not is_metric_name(name, UTF8):
        return Remark(0, f"`{name}` cannot be the name of a metric", f"name it `{mended(name, 'a-zA-Z0-9_:')}`")
    if other is None or "unknown" in (made["type"], other["type"]):
        return None
    if made["type"] != other["type"]:
        return Remark(0, f"`{name}` is a {made['type']} here, but a {other['type']} elsewhere in the spec")
    here, there = _unit(name, made), _unit(name, other)
    if here is not None and there is not None and not same_scale(here, there):
        return Remark(0, f"`{name}` counts in {here.name} here, but in {there.name} elsewhere in the spec")
    return None


def _unit(name: str, made: Mapping[str, Any]) -> Any:
    return unit_named(made["unit"]) if made.get("unit") else unit_of_metric_name(name, made["type"])


def _declaration(metric: Metric, shown: Seen, remarks: list[Remark]) -> Iterator[tuple[str, Any]]:
    """The keys of a metric and what they hold, in the order of the language; ``remarks`` grow."""
    is_info = metric.name.endswith("_info") and shown.values == {1.0}  # the text format has no word for it
    yield "type", "info" if metric.type == "gauge" and is_info else metric.type
    if help := " ".join(metric.help.split()):
        yield "help", help
    if unit := _unit_to_say(metric):
        yield "unit", unit
    if labels := dict(_labels(metric, shown, remarks)):
        yield "labels", labels
    if metric.buckets:
        yield "buckets", [_number(bound) for bound in metric.buckets]
    if metric.type == "summary" and shown.quantiles:
        yield "quantiles", [_number(quantile) for quantile in shown.quantiles]
    if _is_switch(metric, shown):
        yield "range", [0, 1]


def _labels(metric: Metric, shown: Seen, remarks: list[Remark]) -> Iterator[tuple[str, list[str] | int]]:
    if metric.open:
        message = f"`{metric.name}` has no sample yet, so nobody can tell its labels"
        remarks.append(Remark(_line(metric), message, "add those that it has", metric.name))
    for label, about in metric.labels.items():
        values = about.values or tuple(shown.labels.get(label, ()))
        if not is_label_name(label, UTF8) or label.startswith("__"):
            remarks.append(
                Remark(_line(metric), f"`{label}` of `{metric.name}` cannot be the name of a label", "", metric.name)
            )
        elif is_unbounded(label) and not is_from_elsewhere(metric.name):
            message = f"`{label}` of `{metric.name}` may have any number of values, here {len(values)}"
            cure = f"where they stay few, add the label with their number, as {{{label}: 50}}"
            remarks.append(Remark(_line(metric), message, cure, metric.name))
        else:
            yield label, list(about.values) if about.values else declared(label, values)


def _unit_to_say(metric: Metric) -> str | None:
    """The unit, where the exposition says it and the name does not."""
    if unit_of_metric_name(metric.name, metric.type) is not None:
        return None
    if metric.unit is not None:
        return metric.unit.name
    found = _IN_UNIT.search(metric.help) if metric.type in _MEASURING else None
    return found[1].lower() if found else None


_MEASURING = frozenset({"counter", "gauge", "histogram", "native_histogram", "summary"})
_IN_UNIT = re.compile(r"\bin (seconds|milliseconds|microseconds|bytes|percent|celsius)\s*(?:[.,;)]|$)", re.IGNORECASE)


def _is_switch(metric: Metric, shown: Seen) -> bool:
    """Whether it is surely 0 or 1: its help says so, and nothing else was seen."""
    return (
        metric.type == "gauge"
        and bool(shown.values)
        and shown.values <= {0.0, 1.0}
        and bool(_SWITCH.search(metric.help))
    )


_SWITCH = re.compile(r"^whether\b|\b1 (?:if|when|while|where|for)\b|\b(?:0|1)\b.*\b(?:0|1)\b.*\b(?:other|else)", re.I)


def _number(value: float) -> float | int:
    """1 for 1.0, as people write it."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
