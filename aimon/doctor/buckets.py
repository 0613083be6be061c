"""Has a histogram the buckets that the spec declares, and those that its queries ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from aimon.catalogue import Metric
from aimon.finding import Finding
from aimon.live.exposed import Exposed
from aimon.promql.tree import Matcher, selectors
from aimon.stack import Stack

_MOST = 12


def buckets(metric: Metric, seen: Exposed, asked: Set[float]) -> Iterator[Finding]:
    """Bounds that no series has, worst where somebody has ``asked`` for them; or else bounds that nobody declares."""
    bounds = seen.bounds.get(metric.name, frozenset())
    if not metric.buckets or not bounds:
        return
    declared, at = frozenset(metric.buckets), (*metric.at, "buckets")
    there = f"its buckets are {_listed(bounds)}"
    if wanted := asked - bounds:
        message = f"`{metric.name}` has no bucket at {_listed(wanted)}, for which queries ask"
        yield Finding("doctor/bucket-missing", message, at, help=there)
    elif declared - bounds:
        message = f"`{metric.name}` has no bucket at {_listed(declared - bounds)}"
        yield Finding("doctor/buckets-differ", message, at, help=there)
    elif bounds - declared:
        message = f"`{metric.name}` has buckets that nobody declares, at {_listed(bounds - declared)}"
        yield Finding("doctor/more-buckets", message, at, help="declare them: each of them is a series more")


def asked_bounds(stack: Stack) -> dict[str, set[float]]:
    """The bounds that queries name, by histogram."""
    found: dict[str, set[float]] = {}
    trees = (query.tree for query in stack.expressions() if "_bucket" in query.text)
    for selector in (one for tree in trees if tree is not None for one in selectors(tree)):
        for matcher in selector.matchers:
            if matcher.label == "le" and selector.name:
                found.setdefault(selector.name.removesuffix("_bucket"), set()).update(_bounds(matcher))
    return found


def _bounds(matcher: Matcher) -> Iterator[float]:
    """What a matcher names: one bound, or in a regular expression both of its spellings, `1` and `1.0`."""
    if matcher.op not in ("=", "=~"):
        return
    for text in matcher.value.replace("\\", "").split("|"):
        try:
            bound = float(text)
        except ValueError:
            continue
        if bound != float("inf"):
            yield bound


def _listed(bounds: Iterable[float]) -> str:
    listed = [f"{bound:.12g}" for bound in sorted(bounds)]
    return ", ".join(listed[:_MOST]) + (" …" if len(listed) > _MOST else "")
