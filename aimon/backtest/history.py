"""The history of a running Prometheus: where a query had results, and of what there are samples."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from aimon.backtest.firing import Grid, Labels
from aimon.live import api
from aimon.live.http import Server
from aimon.promql.names import quoted

# A server answers no more than 11,000 points a series at once; a day at once keeps within its other bounds.
# https://github.com/prometheus/prometheus/blob/v3.5.0/web/api/v1/api.go (queryRange)
_MOST_POINTS = 10_000
_DAY = 86_400.0
_MINUTE = 60.0
_NOT_LABELS = ("__name__", "alertname")


class History:
    """The time from ``start`` to ``end`` in Unix seconds, as a server remembers it. Its methods raise `LiveError`."""

    def __init__(self, server: Server, start: float, end: float) -> None:
        self.url, self.start, self.end = server.url, start, end
        self._server = server
        self.has = cache(self._has)

    def grid(self, step: float, lead: float = 0) -> Grid:
        """The evaluations until the end; they begin ``lead`` seconds before the start, but no more than a day."""
        count = int((self.end - self.start + min(lead, _DAY)) // step) + 1
        grid = Grid(self.end - (count - 1) * step, step, count)
        return grid._replace(holes=frozenset(index for index in range(count) if self._is_hole(grid.moment(index))))

    def covered(self) -> float | None:
        """The share of the time in which anything was scraped; None where nothing tells."""
        before = int(_DAY // _MINUTE)
        minutes = int((self.end - self.start) // _MINUTE) + 1
        return len([one for one in self._scraped if one >= before]) / minutes if self._scraped else None

    def presence(self, query: str, grid: Grid) -> dict[Labels, set[int]]:
        """At which evaluations a query has a result, by the labels that an alert of it would have."""
        found: dict[Labels, set[int]] = {}
        size = min(_MOST_POINTS, max(int(_DAY // grid.step), 1))
        for first in range(0, grid.size, size):
            last = min(first + size, grid.size) - 1
            for series in self._range(query, grid.moment(first), grid.moment(last), grid.step):
                labels = tuple(sorted(pair for pair in series["metric"].items() if pair[0] not in _NOT_LABELS))
                points = [*series.get("values", ()), *series.get("histograms", ())]
                moments = (round((float(moment) - grid.start) / grid.step) for moment, _ in points)
                found.setdefault(labels, set()).update(moments)
        return found

    def _range(self, query: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        asked = {"query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
        return api.rows(api.mapping(self._server, "/api/v1/query_range", **asked).get("result"))

    def _has(self, metric: str) -> bool:
        """Whether there are samples of a metric."""
        asked = {"match[]": f"{{__name__={quoted(metric)}}}", "start": self.start, "end": self.end, "limit": 1}
        return bool(api.rows(api.data(self._server, "/api/v1/series", **asked)))

    def _is_hole(self, moment: float) -> bool:
        """Whether nothing was scraped at about that time; never where nothing tells."""
        return bool(self._scraped) and round((moment - self.start + _DAY) / _MINUTE) not in self._scraped

    @cached_property
    def _scraped(self) -> frozenset[int]:
        """The minutes in which there was a target, counted from a day before the start."""
        grid = Grid(self.start - _DAY, _MINUTE, int((self.end - self.start + _DAY) // _MINUTE) + 1)
        return frozenset().union(*self.presence("count(up)", grid).values())
