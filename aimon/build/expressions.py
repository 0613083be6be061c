"""A query's text made an expression: its tree, and the type of its result as far as the catalogue tells it."""

from __future__ import annotations

from aimon.catalogue import AMBIENT, Catalogue
from aimon.catalogue import Series as Declared
from aimon.document import Address
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.result import Series, Type
from aimon.promql.tree import Node, Selector
from aimon.promql.types import type_of
from aimon.stack import Expression

# Labels that a part of a composite metric has beside those of the metric.
_PART_LABELS = {"bucket": {"le"}}


def expression(text: str, at: Address, known: Catalogue, grafana: bool = False) -> Expression:
    """The expression at an address; ``grafana`` allows the variables of Grafana."""
    try:
        tree = parse(text, grafana=grafana)
    except SyntaxProblem as problem:
        return Expression(text, at, problem=problem)
    return Expression(text, at, tree, unit=result_type(tree, known).unit)


def result_type(tree: Node, known: Catalogue) -> Type:
    """The type of an expression over the metrics of a catalogue."""

    def lookup(selector: Selector) -> Series | None:
        return _series(known.find(selector.name)) if selector.name else None

    return type_of(tree, lookup)


def _series(found: tuple[Declared, ...]) -> Series | None:
    """What a name's declarations have in common; None where they contradict each other or there are none."""
    if not found or len({(series.metric.type, series.metric.unit, series.part) for series in found}) > 1:
        return None
    metric, part = found[0].metric, found[0].part
    lows = [series.metric.low for series in found]
    highs = [series.metric.high for series in found]
    return Series(
        type=metric.type,
        unit=metric.unit,
        labels=_labels(found),
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
        largest_bucket=max((max(series.metric.buckets, default=0.0) for series in found)) or None,
        part=part,
    )


def _labels(found: tuple[Declared, ...]) -> frozenset[str] | None:
    if any(series.metric.open for series in found):
        return None
    own = {name for series in found for name in series.metric.labels}
    ambient = AMBIENT if found[0].metric.origin == "service" else frozenset()
    parts = {label for series in found for label in _PART_LABELS.get(series.part, ())}
    quantile = {"quantile"} if found[0].metric.type == "summary" and not found[0].part else set()
    return frozenset(own | ambient | parts | quantile)
