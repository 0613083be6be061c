"""The things that an alert watches, with concrete labels: one for each selector, and others that it must not mistake.

A body is a counter, a gauge, or a histogram with all its series.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from aimon.catalogue import Catalogue
from aimon.promql.result import Series
from aimon.prove.labelsets import Choice, labels_for, strangers_to
from aimon.prove.leads import NO_LEAD, Lead
from aimon.prove.reads import Question, Read
from aimon.prove.vectors import Key, Labels, Unsupported, key_of
from aimon.prove.world import selects
from aimon.units import unit_named

Identity: TypeAlias = "tuple[str, Key]"

_COUNTER_ENDINGS = ("_total", "_count", "_sum", "_bucket")


class Body(NamedTuple):
    """Something that has a value: ``kind`` is counter, gauge or histogram.

    ``watched`` says that the alert reads it; if not it is there to show that the alert does not.
    """

    name: str  # of a histogram the name without `_bucket`
    kind: str
    labels: Labels
    watched: bool
    uses: frozenset[str]
    low: float | None = None
    high: float | None = None
    buckets: tuple[tuple[str, float], ...] = ()  # as they are written, and as numbers; without +Inf
    parts: frozenset[str] = frozenset()  # of a histogram: which of its series are read
    twin: int | None = None  # of one that is not watched: whom it resembles

    @property
    def is_switch(self) -> bool:
        """Whether it is 0 or 1 and nothing in between."""
        return self.kind == "gauge" and (self.low, self.high) == (0, 1) and not self.name.endswith(("_ratio", "_share"))


def bodies(question: Question, catalogue: Catalogue, copies: int = 1, lead: Lead = NO_LEAD) -> list[Body]:
    """What an alert reads as bodies, those that it watches first; raises `Unsupported`."""
    choice = Choice(question, catalogue, lead)
    watched: dict[Identity, Body] = {}
    strangers: dict[Identity, Body] = {}
    origin: dict[Identity, Identity] = {}
    for read in _joined(question.reads):
        series = choice.series_of(read)
        for labels in labels_for(read, series, choice, copies):
            body = _body(read, series, labels, catalogue, question)
            key = (body.name, key_of(body.labels))
            watched[key] = _merged(watched.get(key), body)
        first = labels_for(read, series, choice, 1)[0]
        for labels in strangers_to(read, series, first):
            stranger = _body(read, series, labels, catalogue, question)._replace(watched=False)
            key = (stranger.name, key_of(stranger.labels))
            strangers[key] = _merged(strangers.get(key), stranger)
            origin.setdefault(key, (stranger.name, key_of(first)))
    found = list(watched.values())
    places = {key: index for index, key in enumerate(watched)}
    for key, stranger in strangers.items():
        if key not in watched:
            is_read = any(_reads(read, stranger) for read in question.reads)
            found.append(stranger._replace(watched=is_read, twin=places.get(origin[key])))
    return found


def _merged(one: Body | None, other: Body) -> Body:
    if one is None:
        return other
    return one._replace(uses=one.uses | other.uses, parts=one.parts | other.parts)


def _reads(read: Read, body: Body) -> bool:
    names = {f"{body.name}_{part}" for part in body.parts} if body.kind == "histogram" else {body.name}
    return read.name in names and selects(read.selector, body.labels, read.name)


def _joined(reads: Sequence[Read]) -> list[Read]:
    """The reads, several of the same selector made one."""
    found: dict[object, Read] = {}
    for read in reads:
        key = (read.name, read.selector.matchers, read.selector.any_of)
        found[key] = read._replace(uses=read.uses | found[key].uses) if key in found else read
    return list(found.values())


def _body(read: Read, series: Series | None, labels: Labels, catalogue: Catalogue, question: Question) -> Body:
    name, uses = read.name, read.uses
    if series is None:
        kind = "counter" if read.is_counted and not read.is_sloped else "gauge"
        if name.endswith("_bucket") and "le" in labels:
            raise Unsupported(f"nobody declares the buckets of `{name}`")
        return Body(name, kind, labels, True, uses)
    if series.type == "native_histogram":
        raise Unsupported(f"`{name}` is a native histogram, which promtool cannot be given")
    if series.part and series.type == "histogram" and _reads_buckets(question, name):
        stem = name.removesuffix(f"_{series.part}")
        bounds = _bounds(stem, series, catalogue)
        plain = {label: text for label, text in labels.items() if label != "le"}
        parts = frozenset({series.part})
        return Body(stem, "histogram", plain, True, uses, buckets=_written(stem, bounds, question), parts=parts)
    if series.is_counter or (series.type == "unknown" and (read.is_counted or name.endswith(_COUNTER_ENDINGS))):
        return Body(name, "counter", labels, True, uses, low=0.0)
    return Body(name, "gauge", labels, True, uses, 0.0 if _is_size(series) else series.low, series.high)


def _is_size(series: Series) -> bool:
    """Whether it counts bytes, of which there are none below nothing, and nobody says otherwise."""
    return series.low is None and series.unit is not None and series.unit.dimensions == unit_named("bytes").dimensions


def _reads_buckets(question: Question, name: str) -> bool:
    stem = name.rpartition("_")[0]
    return any(read.name == f"{stem}_bucket" for read in question.reads)


def _bounds(stem: str, series: Series, catalogue: Catalogue) -> tuple[float, ...]:
    for metric in catalogue.metrics.get(stem, ()):
        bounds = tuple(bound for bound in metric.buckets if bound < float("inf"))
        if bounds and series.job in (None, metric.job):
            return bounds
    raise Unsupported(f"nobody declares the buckets of `{stem}`")


def _written(stem: str, bounds: Iterable[float], question: Question) -> tuple[tuple[str, float], ...]:
    """The bounds as the alert's own matchers write them, or else as Go does."""
    spelt: dict[float, str] = {}
    for read in question.reads:
        if read.name == f"{stem}_bucket":
            spelt |= _spellings(read)
    return tuple((spelt.get(bound, go_number(bound)), bound) for bound in bounds)


def _spellings(read: Read) -> Mapping[float, str]:
    found = {}
    for matcher in read.selector.matchers:
        if matcher.label == "le" and matcher.op in ("=", "=~"):
            for text in matcher.value.split("|"):
                try:
                    found[float(text.replace("\\", ""))] = text.replace("\\", "")
                except ValueError:
                    continue
    return found


def go_number(value: float) -> str:
    """A number as Go's client library writes it in a label: 0.5, 1, 1e+06."""
    text = repr(value)
    if "e" in text or abs(value) >= 1e6:
        mantissa, _, power = f"{value:e}".partition("e")
        mantissa = repr(float(repr(value).partition("e")[0])) if "e" in text else mantissa.rstrip("0").rstrip(".")
        digits = mantissa.removesuffix(".0")
        return f"{digits}e{power[0]}{power[1:].zfill(2)}"
    return text.removesuffix(".0")
