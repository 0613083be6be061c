"""Which selectors of a pack's expressions belong to the jobs that use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aimon.catalogue import PARTS
from aimon.promql.binding import jobs_matcher
from aimon.spec import NOTHING, Pack

Matchers = Callable[[str], Mapping[str, str]]


def matchers_for(pack: Pack, packs: Sequence[Pack], filters: Mapping[str, str] = NOTHING) -> Matchers:
    """The matchers by label for the name of a metric: those of the pack's jobs, and ``filters`` of a dashboard.

    What the pack records keeps its job, and is told apart by it only where several settings record it.
    """
    own = {name for metric in pack.metrics for name in (metric.name, *_parts(metric.name, metric.type))}
    recorded = {rule.name for rule in pack.recording_rules}
    several = _are_several(pack, packs)
    job = {"job": jobs_matcher(pack.services)}

    def matchers(name: str) -> Mapping[str, str]:
        if name in own or name == "up" or name.startswith("scrape_"):
            return {**job, **filters}
        if name not in recorded:
            return {}
        return {**(job if several else {}), **{label: filters[label] for label in _level(name) if label in filters}}

    return matchers


def apart(pack: Pack, packs: Sequence[Pack]) -> Mapping[str, str]:
    """The label that tells the rules of a pack from those that the same pack brings to a service with other settings.

    Rules of one name are duplicates to promtool where their own labels agree, whatever their expressions say.
    """
    return {"job": pack.services[0]} if _are_several(pack, packs) else NOTHING


def _are_several(pack: Pack, packs: Sequence[Pack]) -> bool:
    return sum(other.pack == pack.pack for other in packs) > 1


def _level(name: str) -> list[str]:
    """The labels that a recorded series keeps, as its name says: level:metric:operations."""
    return name.partition(":")[0].split("_")


def _parts(name: str, kind: str) -> list[str]:
    return [f"{name}_{part}" for part in PARTS.get(kind, ())]
