"""Is a metric exposed with the type and the unit that the spec declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from aimon.catalogue import Metric
from aimon.finding import Finding
from aimon.live.exposed import Exposed, Family
from aimon.units import UnitError, describe, unit_named

# What an exposition may call a type of the catalogue; the text format has fewer of them.
_CALLED = {"info": ("info", "gauge"), "stateset": ("stateset", "gauge"), "native_histogram": ("histogram",)}
_UNTOLD = frozenset({"unknown", "untyped"})


def types(metric: Metric, seen: Exposed) -> Iterator[Finding]:
    """Another type or another unit than the declared one; where nothing is said, nothing is known."""
    said = seen.family(metric.name)
    others = sorted({family.type for family in said if not is_called(metric.type, [family])})
    if others:
        message = f"`{metric.name}` is exposed as a {' and a '.join(others)}, not as a {_words(metric.type)}"
        cure = f"declare `type: {others[0]}`, or expose it as it is declared"
        yield Finding("doctor/metric-type", message, (*metric.at, "type"), help=cure)
    elif form := _other_form(metric, seen):
        message = f"`{metric.name}` is exposed as a {form} histogram, not as a {_words(metric.type)}"
        cure = "the two are queried in different ways: declare what is exposed"
        yield Finding("doctor/metric-type", message, (*metric.at, "type"), help=cure)
    yield from _units(metric, said)


def is_called(type: str, said: Collection[Family]) -> bool:
    """Whether all that is said fits a type of the catalogue."""
    fitting = {*_UNTOLD, *_CALLED.get(type, (type,))}
    return type == "unknown" or all(family.type in fitting for family in said)


def _other_form(metric: Metric, seen: Exposed) -> str:
    """Native or classic, where a histogram has only series of the other form; both are called histogram."""
    native, classic = seen.counts.get(metric.name), seen.counts.get(f"{metric.name}_bucket")
    if metric.type == "histogram" and native and not classic:
        return "native"
    return "classic" if metric.type == "native_histogram" and classic and not native else ""


def _units(metric: Metric, said: Collection[Family]) -> Iterator[Finding]:
    """Only OpenMetrics tells a unit, and it may be any word."""
    for word in sorted({family.unit for family in said if family.unit}):
        try:
            unit = unit_named(word)
        except UnitError:
            continue
        if metric.unit and (unit.dimensions, unit.scale) != (metric.unit.dimensions, metric.unit.scale):
            message = f"`{metric.name}` is exposed in {word}, not in {describe(metric.unit)}"
            cure = f"declare `unit: {word}`: thresholds and axes follow from it"
            yield Finding("doctor/metric-unit", message, metric.at, help=cure)


def _words(type: str) -> str:
    return type.replace("_", " ")
