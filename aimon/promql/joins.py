"""How two vectors meet: which series can find a partner, and the labels of what comes of it.

Source: ``VectorBinop``, ``VectorAnd`` and ``resultMetric`` in promql/engine.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.promql.labelling import (
    NOTHING,
    OPEN,
    Labelling,
    Labels,
    Names,
    has_variable,
    only,
    union,
    with_label,
    without,
)
from aimon.promql.tree import Matching

DEFAULT = Matching((), False, None, ())


def is_untold(matching: Matching | None) -> bool:
    """Whether a Grafana variable hides on which labels two sides meet."""
    return matching is not None and has_variable((*matching.labels, *matching.include))


def compared(matching: Matching | None, left: Labelling, right: Labelling) -> Names:
    """The labels on which two series must agree to meet, as far as they are known."""
    names = frozenset(matching.labels) if matching is not None else NOTHING
    if matching is not None and matching.on:
        return names - _NAME
    known = (left.names or NOTHING).union(right.names or NOTHING, left.sure, right.sure, left.values, right.values)
    return known - names - _NAME


_NAME = frozenset({"__name__"})


def partners(matching: Matching | None, left: Labelling, right: Labelling) -> Labelling | None:
    """The labels of the series on the left that can meet one on the right; None where none can."""
    if left is right or is_untold(matching):
        return left
    names, sure, values = left.names, left.sure, dict(left.values)
    if names is None and right.names is not None and not (matching is not None and matching.on):
        names = right.names | frozenset(matching.labels if matching is not None else ())
    for name in compared(matching, left, right):
        common = shared_values(name, left, right)
        if common is None or common:
            if name in right.sure:
                sure = sure | {name}
            if common is not None:
                values[name] = common
        elif name in left.sure or name in right.sure:
            return None
        else:  # where one side has it, the other has not
            names = None if names is None else names - {name}
            values.pop(name, None)
    return Labelling(names, sure, values, left.key)


def shared_values(name: str, left: Labelling, right: Labelling) -> Labels:
    """The values of a label that both sides can have; None where they are not known."""
    if not (left.may_have(name) and right.may_have(name)):
        return NOTHING
    mine, theirs = left.values.get(name), right.values.get(name)
    if mine is None or theirs is None:
        return theirs if mine is None else mine
    return mine & theirs


def estranged(matching: Matching | None, left: Labelling, right: Labelling) -> Iterator[str]:
    """The labels for which no series of one side can meet one of the other, in alphabetical order."""
    if not is_untold(matching):
        for name in sorted(compared(matching, left, right)):
            if (name in left.sure or name in right.sure) and shared_values(name, left, right) == NOTHING:
                yield name


def joined(matching: Matching | None, left: Labelling, right: Labelling) -> tuple[Labelling, bool]:
    """The labels of the result of an operator between two vectors, and whether any two series can meet at all."""
    matching = matching or DEFAULT
    if is_untold(matching):
        return OPEN, True
    many, one = (right, left) if matching.group == "right" else (left, right)
    met = partners(matching, many, one)
    if matching.group is None:
        return _one_to_one(matching, met or many, one), met is not None
    return _enriched(met or many, one, matching.include), met is not None


def _one_to_one(matching: Matching, met: Labelling, right: Labelling) -> Labelling:
    names = frozenset(matching.labels)
    if matching.on:
        found = only(met, names)
    elif names:
        found = without(met, names)
    else:
        found = met
    # Each series on the right has one partner, so what tells them apart tells the results apart.
    is_told = right.key is not None and (right.key <= names if matching.on else right.key.isdisjoint(names))
    is_better = is_told and (found.key is None or len(right.key or ()) < len(found.key))
    return found._replace(key=right.key) if is_better else found


def _enriched(many: Labelling, one: Labelling, include: tuple[str, ...]) -> Labelling:
    """The labels of the many, with some taken over from the one: also their absence."""
    for name in include:
        if one.may_have(name):
            many = with_label(many, name, one.values.get(name), name in one.sure)
        else:
            many = without(many, frozenset({name}))
    return many


def alternatives(matching: Matching | None, left: Labelling, right: Labelling) -> Labelling:
    """The labels of ``left or right``."""
    if is_untold(matching):
        return union(left, right)
    found = union(left, right)
    if left.key is None or right.key is None:
        return found
    if matching is not None and matching.on:
        return found._replace(key=left.key | right.key | frozenset(matching.labels))
    ignored = frozenset(matching.labels) if matching is not None else NOTHING
    return found._replace(key=None if found.names is None else left.key | right.key | (found.names - ignored))


def meet_everywhere(matching: Matching | None, left: Labelling, right: Labelling) -> bool:
    """Whether every series on either side meets every one on the other, there being no label to differ in."""
    if matching is not None and matching.on:
        return not matching.labels
    ignored = frozenset(matching.labels) if matching is not None else NOTHING
    return left.names is not None and right.names is not None and not (left.names | right.names) - ignored


def is_crowded(matching: Matching | None, side: Labelling) -> bool:
    """Whether several series of a side may be partners of the same one; where ``side`` is the one, that is an error."""
    if is_untold(matching):
        return False
    if matching is not None and matching.on:
        return not side.is_unique_on(frozenset(matching.labels))
    ignored = frozenset(matching.labels) if matching is not None else NOTHING
    free = side.free
    return not free.isdisjoint(ignored) if free is not None else bool(ignored)
