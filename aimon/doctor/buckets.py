"""Has a histogram the buckets that the spec declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aimon.catalogue import Metric
from aimon.finding import Finding
from aimon.live.exposed import Exposed

_MOST = 12


def buckets(metric: Metric, seen: Exposed) -> Iterator[Finding]:
    """Declared bounds that no series has, which queries may name; or else bounds that nobody declares."""
    bounds = seen.bounds.get(metric.name, frozenset())
    if not metric.buckets or not bounds:
        return
    declared = frozenset(metric.buckets)
    at = (*metric.at, "buckets")
    if declared - bounds:
        message = f"`{metric.name}` has no bucket at {_listed(declared - bounds)}"
        yield Finding("doctor/buckets", message, at, help=f"its buckets are {_listed(bounds)}")
    elif bounds - declared:
        message = f"`{metric.name}` has buckets that nobody declares, at {_listed(bounds - declared)}"
        yield Finding("doctor/more-buckets", message, at, help="declare them: each of them is a series more")


def _listed(bounds: Iterable[float]) -> str:
    listed = [f"{bound:.12g}" for bound in sorted(bounds)]
    return ", ".join(listed[:_MOST]) + (" …" if len(listed) > _MOST else "")
