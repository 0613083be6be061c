"""What an SLO counts, as queries: errors and all events a second, from counters or a histogram; or a ratio as it is.

A service without traffic has no errors: the ratio is 0 then, never NaN, and there is none where the metrics vanished.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from aimon import spec
from aimon.build.numbers import bound_value, quantity_of
from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.expressions import expression
from aimon.expressions.declared import spellings
from aimon.promql.names import quoted
from aimon.promql.print import to_text
from aimon.promql.tree import Aggregation, Call, Grouping, Matcher, Node, Selector, bare
from aimon.stack import Expression

EVENTS, ERRORS, RATIO = "slo:events:rate5m", "slo:errors:rate5m", "slo:errors:ratio"
SHORTEST = 300.0  # seconds

_LEAST = "1e-9"  # one event in thirty years: what is divided by it is 0


class Indicator(NamedTuple):
    """The queries that are recorded first, by name; ``counts`` says that they are events, and no ratio."""

    slo: str
    recorded: tuple[tuple[str, str], ...]
    counts: bool

    def ratio(self, window: str) -> str:
        """The share of errors in a window, from all events in it; of a ratio only the average is to be had."""
        if not self.counts:
            return f"avg_over_time({own(RATIO, self.slo)}[{window}])"
        errors, events = own(ERRORS, self.slo), own(EVENTS, self.slo)
        if window == "5m":
            return f"{errors} / clamp_min({events}, {_LEAST})"
        return f"sum_over_time({errors}[{window}]) / clamp_min(sum_over_time({events}[{window}]), {_LEAST})"


def own(name: str, slo: str) -> str:
    """The selector of a recording of an SLO."""
    return f"{name}{{slo={quoted(slo)}}}"


def ratio_name(window: str) -> str:
    """The recording of the share of errors in a window."""
    return f"slo:errors:ratio_rate{window}"


def indicator(written: spec.Slo, known: Catalogue) -> Indicator | None:
    """The queries of an SLO; None where `slo/not-events` or `slo/latency-bucket` has something to say."""
    if written.ratio is not None:
        query = expression(written.ratio, (*written.at, "ratio"), known)
        recorded = ((RATIO, f"({written.ratio.strip()}) >= 0"),)
        return Indicator(written.name, recorded, False) if query.tree is not None else None
    found = _of_latency(written, known) if written.latency else _of_counters(written)
    return Indicator(written.name, found, True) if found else None


_Recorded = tuple[tuple[str, str], ...]


def _of_counters(written: spec.Slo) -> _Recorded | None:
    total, part = plain_selector(written.total or ""), plain_selector(written.errors or written.good or "")
    if total is None or part is None:
        return None
    errors = _filled(_rate(part, written), written)
    if written.good is not None:
        errors = _rest(errors, written)
    return (EVENTS, _rate(total, written)), (ERRORS, errors)


def _of_latency(written: spec.Slo, known: Catalogue) -> _Recorded | None:
    found = latency(written, known)
    if found is None:
        return None
    metric, seconds, is_native = found
    if is_native:
        rate = _rate(metric, written)
        # Of nothing the fraction is NaN, which the comparison leaves out.
        fast = f"(histogram_fraction(-Inf, {seconds:.12g}, {rate}) * histogram_count({rate}) >= 0)"
        return (EVENTS, f"histogram_count({rate})"), (ERRORS, _rest(_filled(fast, written), written))
    bucket = metric._replace(name=f"{metric.name}_bucket", matchers=(*metric.matchers, _bucket(seconds)))
    count = metric._replace(name=f"{metric.name}_count")
    return (EVENTS, _rate(count, written)), (ERRORS, _rest(_filled(_rate(bucket, written), written), written))


def latency(written: spec.Slo, known: Catalogue) -> tuple[Selector, float, bool] | None:
    """The histogram, the bound in its unit, and whether it is a native one; None where that cannot be told."""
    said = written.latency
    metric = plain_selector(said.metric) if said else None
    quantity = quantity_of(said.below) if said else None
    if metric is None or quantity is None:
        return None
    declared = known.metrics.get(metric.name or "", ())
    unit = declared[0].unit if declared else None
    return metric, float(bound_value(quantity, unit)), any(each.type == "native_histogram" for each in declared)


def _bucket(bound: float) -> Matcher:
    """The bucket however the client library, or Prometheus 3, spells its bound: 10, 10.0, 1e+01."""
    spelt = sorted(spellings(bound), key=lambda text: (len(text), text))
    return Matcher("le", "=~", "|".join(map(re.escape, spelt)))


def _rate(selector: Selector, written: spec.Slo) -> str:
    return f"sum{_by(written)}(rate({to_text(selector._replace(window=SHORTEST))}))"


def _by(written: spec.Slo) -> str:
    return f" by ({', '.join(written.by)}) " if written.by else ""


def _on(written: spec.Slo) -> str:
    return f"on ({', '.join(written.by or ())})"


def _filled(query: str, written: spec.Slo) -> str:
    """The query, and 0 where there are events but no such one was ever seen."""
    return f"{query} or {_on(written)} {own(EVENTS, written.name)} * 0"


def _rest(good: str, written: spec.Slo) -> str:
    """All events without the good ones; rates of two series may differ by a rounding error below zero."""
    return f"clamp_min({own(EVENTS, written.name)} - {_on(written)} ({good}), 0)"


def plain_selector(text: str) -> Selector | None:
    """What a text selects, if it is a metric with labels and nothing else."""
    tree = _tree(text)
    found = bare(tree) if tree is not None else None
    if not isinstance(found, Selector) or not found.name:
        return None
    return None if found.window is not None or found.offset or found.at is not None else found


def _tree(text: str) -> Node | None:
    return expression(text, (), Catalogue({})).tree


def parts(written: spec.Slo, known: Catalogue) -> tuple[Expression, ...]:
    """The queries as they were written, for the checks of names, labels and values; a counter is read over a window."""
    if written.ratio is not None:
        return (expression(written.ratio, (*written.at, "ratio"), known),)
    said = {key: getattr(written, key) for key in ("errors", "good", "total") if getattr(written, key) is not None}
    found = [_part(text, (*written.at, key), written.by or (), known) for key, text in said.items()]
    if written.latency is not None:
        found.append(_part(written.latency.metric, (*written.at, "latency", "metric"), written.by or (), known))
    return tuple(found)


def _part(text: str, at: Address, by: Sequence[str], known: Catalogue) -> Expression:
    query = expression(text, at, known)
    selector = plain_selector(text)
    if selector is None:
        return query
    declared = known.metrics.get(selector.name or "", ())
    name = f"{selector.name}_count" if declared and declared[0].type == "histogram" else selector.name
    read = selector._replace(name=name, window=SHORTEST)
    counted = Call("count_over_time", (read,), selector.span, selector.span)
    kept = Grouping(tuple(by), False)
    meant = Aggregation("sum", counted, None, kept, selector.span, selector.span) if by else counted
    return query._replace(shape=meant, meant=meant)
