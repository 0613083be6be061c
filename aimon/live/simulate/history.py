"""What would have been scraped until now, as OpenMetrics text with timestamps.

``promtool tsdb create-blocks-from openmetrics`` makes blocks of it. All series of a metric stand together, and the
samples of a series in order of time. https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from aimon.live.simulate import Simulation, Target
from aimon.live.simulate.course import Moment
from aimon.live.simulate.series import Family, Series
from aimon.promql import names
from aimon.stack import Job

END = "# EOF\n"

# What Prometheus writes of every target that it scrapes.
_SCRAPED = ("up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling")
_SCRAPE_SECONDS = 0.005
_TYPES = {"counter": "counter", "histogram": "histogram", "native_histogram": "histogram", "summary": "summary"}


class Span(NamedTuple):
    """The time that a history is about, in Unix seconds; ``step`` apart."""

    start: float
    end: float
    step: float

    def times(self) -> list[float]:
        """Every moment of it, the last one at its end."""
        steps = int((self.end - self.start) / self.step)
        return [self.end - self.step * back for back in range(steps, -1, -1)]


class _Track(NamedTuple):
    """The moments of a target, and how each is written behind a value."""

    target: Target
    moments: Sequence[Moment]
    stamps: Sequence[str]


def pages(simulation: Simulation, others: Iterable[Job], span: Span) -> list[Iterable[str]]:
    """The history in parts, one for each metric; ``others`` are jobs of which only is told that they are up."""
    times = span.times()
    stamps = [f" {_stamp(time)}\n" for time in times]
    tracks = [_Track(target, [target.at(time) for time in times], stamps) for target in simulation.targets]
    metrics: dict[str, list[tuple[_Track, Family]]] = {}
    for track in tracks:
        for family in track.target.families:
            metrics.setdefault(family.metric.name, []).append((track, family))
    return [*(_page(of) for of in metrics.values()), *_scraped(tracks, others, stamps), [END]]


def _page(of: Sequence[tuple[_Track, Family]]) -> Iterator[str]:
    metric = of[0][1].metric
    kind = _TYPES.get(metric.type, "gauge")
    if kind == "counter" and not metric.name.endswith("_total"):
        kind = "unknown"
    name = metric.name.removesuffix("_total") if kind == "counter" else metric.name
    told = names.metric(name)
    yield f"# HELP {told} {_escaped(metric.help)}\n# TYPE {told} {kind}\n"
    for track, family in of:
        added = _added(track.target.job, track.target.instance)
        for _, together in groupby(family.series, _point):
            lines = [_lines(series, added, track) for series in together]
            yield "".join(lines[0] if len(lines) == 1 else chain.from_iterable(zip(*lines, strict=True)))


def _point(series: Series) -> dict[str, str]:
    """What the series that make one point of a metric have in common."""
    return {name: text for name, text in series.labels.items() if name not in ("le", "quantile")}


def _lines(series: Series, added: Mapping[str, str], track: _Track) -> list[str]:
    """A line for each moment, empty where the series is not there."""
    start, value = f"{written(series.name, {**series.labels, **added})} ", series.value
    return [
        "" if (number := value(moment)) is None else f"{start}{number!r}{stamp}"
        for moment, stamp in zip(track.moments, track.stamps, strict=True)
    ]


def _scraped(tracks: Sequence[_Track], others: Iterable[Job], stamps: Sequence[str]) -> Iterator[Iterable[str]]:
    """What Prometheus writes itself."""
    for name in _SCRAPED:
        parts = [f"# TYPE {name} gauge\n"]
        for track in tracks:
            one = written(name, _added(track.target.job, track.target.instance))
            values = (_of_scrape(name, track.target, moment.now) for moment in track.moments)
            parts += [f"{one} {value!r}{stamp}" for value, stamp in zip(values, track.stamps, strict=True)]
        if name == _SCRAPED[0]:
            series = [written(name, _added(job, instance)) for job in others for instance in job.targets]
            parts += [f"{one} 1{stamp}" for one in series for stamp in stamps]
        yield parts


def _of_scrape(name: str, target: Target, now: float) -> float:
    if target.is_down(now):
        return 0
    return 1 if name == "up" else _SCRAPE_SECONDS if name.endswith("seconds") else target.series


def _added(job: Job, instance: str) -> dict[str, str]:
    """The labels that scraping adds."""
    return {**job.labels, "job": job.name, "instance": instance}


def written(name: str, labels: Mapping[str, str]) -> str:
    """A series before its value; what only Prometheus 3 takes for a name is quoted, within the braces."""
    return names.metric_selector(name, [f'{names.label(one)}="{_escaped(text)}"' for one, text in labels.items()], ",")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _stamp(time: float) -> str:
    return f"{time:.3f}".rstrip("0").rstrip(".")
