"""What is known of the labels of a result: their names, which are surely there, their values, and what is unique.

A label with an empty value is a label that is not there. The metric's own name is no label here, for what a query
computes has none; only ``by (__name__)`` makes it one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from aimon.promql.tree import Grouping

Names: TypeAlias = "frozenset[str]"
Labels: TypeAlias = "frozenset[str] | None"  # all labels that the result may have; None where there may be others
Values: TypeAlias = "Mapping[str, frozenset[str]]"

NOTHING: Names = frozenset()
UNTOLD: Values = MappingProxyType({})


class Labelling(NamedTuple):
    """The labels of all series of a result.

    ``names`` are all that may be there, ``sure`` those that every series has, ``values`` all that a label can be where
    it is there. No two series agree on all labels of ``key``, absence being a value too; None where that is not known.
    """

    names: Labels = None
    sure: Names = NOTHING
    values: Values = UNTOLD
    key: Labels = None

    @property
    def free(self) -> Labels:
        """The key without the labels that are the same on every series."""
        if self.key is None:
            return None
        return frozenset(
            name
            for name in self.key
            if (self.names is None or name in self.names)
            and not (name in self.sure and len(self.values.get(name, ())) == 1)
        )

    def is_unique_on(self, names: Names) -> bool:
        """Whether no two series agree on all of these labels."""
        if self.key is not None and self.key <= names:
            return True
        free = self.free
        return free is not None and free <= names

    def may_have(self, name: str) -> bool:
        """Whether a series may carry the label."""
        return self.names is None or name in self.names


OPEN = Labelling()
BARE = Labelling(NOTHING, NOTHING, UNTOLD, NOTHING)


def closed(names: Names, sure: Labels = None, values: Values = UNTOLD) -> Labelling:
    """The labels of series that have these and no others; all of them surely, unless ``sure`` says otherwise."""
    return Labelling(names, names if sure is None else sure, values, names)


def has_variable(names: tuple[str, ...]) -> bool:
    """Whether a list of labels has a Grafana variable in it, so that nothing can be said about it."""
    return any("$" in name or "[[" in name for name in names)


def grouped(labels: Labelling, grouping: Grouping | None) -> Labelling:
    """The labels that an aggregation leaves."""
    if grouping is None or not (grouping.labels or grouping.without):
        return BARE
    if has_variable(grouping.labels):
        return OPEN
    names = frozenset(grouping.labels)
    return without(labels, names) if grouping.without else only(labels, names)


def only(labels: Labelling, names: Names) -> Labelling:
    """The labels of series that were made one for each combination of these."""
    kept = names if labels.names is None else names & (labels.names | _NAME)
    values = {name: labels.values[name] for name in kept if name in labels.values}
    key = labels.key if labels.key is not None and labels.key <= kept else kept
    return Labelling(kept, labels.sure & kept, values, key)


_NAME = frozenset({"__name__"})


def without(labels: Labelling, names: Names) -> Labelling:
    """The labels of series that were made one for each combination of all but these."""
    left = None if labels.names is None else labels.names - names
    values = labels.values
    if not names.isdisjoint(values):
        values = {name: known for name, known in values.items() if name not in names}
    key = labels.key if labels.key is not None and labels.key.isdisjoint(names) else left
    return Labelling(left, labels.sure - names, values, key)


def with_label(labels: Labelling, name: str, values: Labels, is_sure: bool) -> Labelling:
    """The labels after ``name`` was written over; ``values`` are all that it can be, or None."""
    names = None if labels.names is None else labels.names | {name}
    known = {other: those for other, those in labels.values.items() if other != name}
    if values is not None:
        known[name] = values
    key = labels.key if labels.key is not None and name not in labels.key else names
    return Labelling(names, labels.sure | {name} if is_sure else labels.sure - {name}, known, key)


def with_labels(labels: Labelling, written: Mapping[str, str]) -> Labelling:
    """The labels after constant ones were written over; an empty text takes a label away."""
    for name, text in written.items():
        labels = with_label(labels, name, frozenset({text}), True) if text else without(labels, frozenset({name}))
    return labels


def union(one: Labelling, other: Labelling) -> Labelling:
    """The labels of series of either kind; what tells all of them apart is for the caller to say."""
    names = None if one.names is None or other.names is None else one.names | other.names
    values: dict[str, frozenset[str]] = {}
    for name in one.values.keys() | other.values.keys():
        mine, theirs = one.values.get(name), other.values.get(name)
        if mine is not None and theirs is not None:
            values[name] = mine | theirs
        elif mine is None and theirs is not None and not one.may_have(name):
            values[name] = theirs
        elif theirs is None and mine is not None and not other.may_have(name):
            values[name] = mine
    return Labelling(names, one.sure & other.sure, values)
