"""Questions that several checks ask of a typed expression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aimon.promql import joins
from aimon.promql.labelling import Labelling
from aimon.promql.matchers import matcher_test, narrowed
from aimon.promql.operator_types import comparison_outcome
from aimon.promql.result import Series, Type
from aimon.promql.tree import COMPARISONS, Aggregation, Binary, Matcher, Matching, Node, Selector, walk
from aimon.promql.types import Types

__all__ = [
    "asks_for_strangers",
    "comparison_outcome",
    "crowded_sides",
    "estranged_labels",
    "grouped_by",
    "hides",
    "misfits",
    "outcome_of",
    "strange_matchers",
    "strangers",
]


def strange_matchers(selector: Selector, known: Sequence[Series]) -> list[Matcher]:
    """The matchers of labels that none of the series has; ``x=""``, which asks for just that, is none."""
    if not known or selector.any_of:
        return []
    return [
        matcher
        for matcher in selector.matchers
        if not any(series.labelling.may_have(matcher.label) for series in known)
        and (matcher.op, matcher.value) != ("=", "")
        and "$" not in matcher.label
        and matcher.label != "__name__"
    ]


def misfits(selector: Selector, known: Sequence[Series]) -> list[Matcher]:
    """The matchers that keep a selector from ever selecting anything: each by itself, or else all of them together."""
    if not known or selector.any_of or _may_select(selector.matchers, known):
        return []
    alone = [matcher for matcher in selector.matchers if not _may_select((matcher,), known)]
    return alone or [matcher for matcher in selector.matchers if matcher_test(matcher.op, matcher.value) is not None]


def _may_select(matchers: Sequence[Matcher], known: Sequence[Series]) -> bool:
    return any(narrowed(series.labelling, matchers) is not None for series in known)


def strangers(labels: Labelling, names: Iterable[str]) -> list[str]:
    """The names of labels that no series of a result has, in their order."""
    return [name for name in names if name != "__name__" and "$" not in name and not labels.may_have(name)]


def asks_for_strangers(node: Binary, types: Types) -> bool:
    """Whether a join, or what it joins, names labels that no series has: then those are to be mended first."""
    matching, right = node.matching, types[node.right].labelling
    on = matching.labels if matching is not None and matching.on else ()
    return bool(strangers(types[node.left].labelling, strangers(right, on))) or any(
        strangers(types[each.body].labelling, _by(each)) for each in walk(node) if isinstance(each, Aggregation)
    )


def grouped_by(nodes: Iterable[Node]) -> set[str]:
    """The labels by which something groups."""
    return {name for node in nodes if isinstance(node, Aggregation) for name in _by(node)}


def _by(node: Aggregation) -> tuple[str, ...]:
    return node.grouping.labels if node.grouping is not None and not node.grouping.without else ()


def estranged_labels(node: Binary, types: Types) -> list[str]:
    """The labels for which no series on the left can ever meet one on the right; ``or`` needs no meeting."""
    left, right = types[node.left], types[node.right]
    if left.kind == "scalar" or right.kind == "scalar" or node.op == "or":
        return []
    return list(joins.estranged(node.matching, left.labelling, right.labelling))


def crowded_sides(node: Binary, types: Types) -> tuple[bool, bool]:
    """Whether several series on the left, and on the right, may have the same partner.

    Without ``group_left`` or ``group_right`` neither side may; with it, only the side that is named.
    """
    left, right = types[node.left], types[node.right]
    if left.kind == "scalar" or right.kind == "scalar":
        return False, False
    return joins.is_crowded(node.matching, left.labelling), joins.is_crowded(node.matching, right.labelling)


def hides(matching: Matching | None, left: Type, right: Type) -> bool:
    """Whether in ``left or right`` each series on the left stands in the way of one on the right.

    What always returns, such as ``vector(0)``, is meant as a fallback and may be hidden.
    """
    if joins.is_untold(matching) or left.empty or right.empty or right.always:
        return False
    names = joins.compared(matching, left.labelling, right.labelling)
    if not all(left.labelling.may_have(name) and right.labelling.may_have(name) for name in names):
        return False
    is_closed = (matching is not None and matching.on) or (left.labels is not None and right.labels is not None)
    return is_closed and joins.partners(matching, left.labelling, right.labelling) is not None


def outcome_of(node: Binary, types: Types) -> bool | None:
    """Whether a comparison always (True) or never (False) holds for what its sides return, NaN apart.

    None where it depends, and where a side never returns anything, which is another complaint.
    """
    left, right = types[node.left], types[node.right]
    if node.op not in COMPARISONS or left.empty or right.empty:
        return None
    return comparison_outcome(node.op, left, right)
