"""What the targets of a job expose, as a running Prometheus tells: types and units, and the series of now.

A few questions a job, however many metrics it has: what the targets say of their metrics, how many series each name
has, the series of those names that somebody asks about, and the bounds of their buckets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aimon.catalogue import Metric
from aimon.live.api import data, mapping, rows
from aimon.live.http import LiveError, Server
from aimon.promql.names import quoted

_MOST_FAMILIES = 20_000  # a job's targets are asked until they have said that much
_MOST_SERIES = 20_000  # in one answer, and of one metric
_LONGEST = 4_000  # characters of a query


class Sample(NamedTuple):
    """A series of now; ``value`` is None for a native histogram."""

    labels: Mapping[str, str]
    value: float | None


class Family(NamedTuple):
    """What the comments of an exposition say of a metric."""

    type: str
    unit: str


class Exposed(NamedTuple):
    """What a job exposes.

    ``families`` are by the name in the comments, which OpenMetrics writes without `_total` and `_info`; targets that
    disagree have several. ``counts`` are series by name; ``bounds`` are the `le` of buckets by the histogram's name.
    ``unlisted`` are names with so many series that nobody lists them.
    """

    families: Mapping[str, frozenset[Family]]
    counts: Mapping[str, int]
    series: Mapping[str, list[Sample]]
    bounds: Mapping[str, frozenset[float]]
    unlisted: tuple[str, ...]

    def family(self, name: str) -> frozenset[Family]:
        """What is said of a metric; of a counter and an info OpenMetrics says it of the name without its ending."""
        if name in self.families:
            return self.families[name]
        for ending, type in (("_total", "counter"), ("_info", "info")):
            said = self.families.get(name.removesuffix(ending), frozenset())
            if name.endswith(ending) and any(one.type == type for one in said):
                return said
        return frozenset()

    def samples(self, metric: Metric) -> list[Sample]:
        """The series of a metric with all its labels: of a composite one those that count."""
        return self.series.get(series_of(metric), [])


def series_of(metric: Metric) -> str:
    """The name of the series that stand for a metric: a composite one has a count for each combination of labels."""
    return f"{metric.name}_count" if metric.type in ("histogram", "summary") else metric.name


def exposed(server: Server, jobs: Sequence[str], metrics: Sequence[Metric]) -> Exposed:
    """What the targets expose that have one of these `job` labels, with the series and the buckets of these metrics.

    Raises `LiveError`.
    """
    names = [series_of(metric) for metric in metrics]
    histograms = [metric.name for metric in metrics if metric.type == "histogram"]
    selected = f"job=~{quoted(_any_of(jobs))}"
    counts = {one.labels.get("__name__", ""): int(one.value or 0) for one in query(server, _counting(selected))}
    listed = [name for name in names if 0 < counts.get(name, 0) <= _MOST_SERIES]
    series: dict[str, list[Sample]] = {}
    for some in _batches(listed, counts):
        for one in query(server, _selector(selected, some)):
            series.setdefault(one.labels.get("__name__", ""), []).append(one)
    return Exposed(
        families=_families(server, selected),
        counts=counts,
        series=series,
        bounds=_bounds(server, selected, [name for name in histograms if counts.get(f"{name}_bucket")]),
        unlisted=tuple(name for name in names if counts.get(name, 0) > _MOST_SERIES),
    )


def query(server: Server, expression: str) -> list[Sample]:
    """The series that an expression returns now. Raises `LiveError`."""
    found = mapping(server, "/api/v1/query", query=expression)
    return [Sample(one.get("metric") or {}, _number(one.get("value"))) for one in rows(found.get("result"))]


def _number(value: Any) -> float | None:
    """The number in a pair of a time and a text."""
    try:
        return float(value[1])
    except (IndexError, TypeError, ValueError):
        return None


def _counting(selected: str) -> str:
    return f"count by (__name__) ({{{selected}}})"


def _selector(selected: str, names: Iterable[str]) -> str:
    return f"{{{selected},__name__=~{quoted(_any_of(names))}}}"


def _any_of(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


def _batches(names: Iterable[str], counts: Mapping[str, int]) -> Iterator[list[str]]:
    """The names in lists that neither make a query too long nor its answer too large."""
    batch: list[str] = []
    length = size = 0
    for name in names:
        if batch and (length + len(name) > _LONGEST or size + counts[name] > _MOST_SERIES):
            yield batch
            batch, length, size = [], 0, 0
        batch.append(name)
        length, size = length + len(name) + 1, size + counts[name]
    if batch:
        yield batch


def _families(server: Server, selected: str) -> dict[str, frozenset[Family]]:
    """What the targets of a job say; a server that knows nothing of them answers 404."""
    try:
        said = data(server, "/api/v1/targets/metadata", match_target=f"{{{selected}}}", limit=_MOST_FAMILIES)
    except LiveError as error:
        if error.status != 404:
            raise
        said = None
    found: dict[str, set[Family]] = {}
    for one in rows(said):
        found.setdefault(str(one.get("metric")), set()).add(_family(one))
    return {name: frozenset(families) for name, families in found.items()}


def _family(said: Mapping[str, Any]) -> Family:
    return Family(str(said.get("type") or "unknown"), str(said.get("unit") or ""))


def _bounds(server: Server, selected: str, histograms: Iterable[str]) -> dict[str, frozenset[float]]:
    """The bounds of the buckets of each histogram, +Inf left out."""
    found: dict[str, set[float]] = {}
    buckets = {f"{name}_bucket": 1 for name in histograms}
    for some in _batches(buckets, buckets):
        for one in query(server, f"group by (__name__, le) ({_selector(selected, some)})"):
            name = one.labels.get("__name__", "").removesuffix("_bucket")
            found.setdefault(name, set()).update(_finite(one.labels.get("le", "")))
    return {name: frozenset(bounds) for name, bounds in found.items()}


def _finite(text: str) -> Iterator[float]:
    try:
        bound = float(text)
    except ValueError:
        return
    if abs(bound) != float("inf"):
        yield bound
