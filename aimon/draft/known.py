"""The metrics that packs know: which packs an exposition shows, in which variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from aimon import conventions, library
from aimon.catalogue import Metric
from aimon.sources import overlaid

Declared = Mapping[str, Mapping[str, Any]]  # as a spec declares metrics, by name

# The text format knows fewer types than a pack.
_ALIKE = {"info": "gauge", "stateset": "gauge", "native_histogram": "histogram"}
_MOST = 0.6  # of what only this pack knows; exporters leave out what their version or their platform does not have


class Use(NamedTuple):
    """A pack in one of its variants; `variant` is None for the one that nobody has to name."""

    pack: str
    variant: str | None
    metrics: Declared

    @property
    def reference(self) -> str | dict[str, dict[str, str]]:
        """What a service says under `packs`."""
        return {self.pack: {"variant": self.variant}} if self.variant else self.pack


def use_of(name: str) -> Use:
    """A built-in pack in its default variant."""
    return next(use for use in uses() if use.pack == name and use.variant is None)


@cache
def uses() -> tuple[Use, ...]:
    """Every built-in pack in each of its variants, the default first."""
    return tuple(use for name in library.names() for use in _variants(name))


def _variants(name: str) -> Iterator[Use]:
    pack = library.built_in(name).value
    variants, default = pack.get("variants") or {}, pack.get("default_variant")
    yield Use(name, None, overlaid(pack, variants.get(default) or {})["metrics"])
    for variant, overlay in variants.items():
        if variant != default:
            yield Use(name, variant, overlaid(pack, overlay or {})["metrics"])


@cache
def self_monitored() -> Declared:
    """The metrics that the stack's own packs bring to every spec."""
    return {
        metric: declared
        for use in uses()
        if use.pack in conventions.OWN_TARGETS and use.variant is None
        for metric, declared in use.metrics.items()
    }


def uses_in(metrics: Mapping[str, Metric]) -> list[Use]:
    """The packs whose metrics are clearly there, each in the variant that fits best."""
    found: dict[str, tuple[float, Use]] = {}
    for use in uses():
        others = {name for other in uses() if other.pack != use.pack for name in other.metrics}
        own = {name: one for name, one in use.metrics.items() if name not in others and not one.get("needs")}
        likeness = [_likeness(metrics.get(name), one) for name, one in own.items()]
        fit = sum(likeness) / len(own)
        if sum(map(bool, likeness)) >= _MOST * len(own) and fit > found.get(use.pack, (0, use))[0]:
            found[use.pack] = (fit, use)
    return [use for _, use in found.values()]


def _likeness(metric: Metric | None, declared: Mapping[str, Any]) -> float:
    """How much this is the metric that a pack means, from 0 to 1: of its type, by the labels that both have."""
    wanted = declared["type"]
    if metric is None or metric.type not in (wanted, _ALIKE.get(wanted), "unknown"):
        return 0
    labels, there = set(declared.get("labels") or ()), set(metric.labels)
    return len(labels & there) / len(labels | there) if labels else 1
