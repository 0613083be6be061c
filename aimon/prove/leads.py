"""Which values the labels of a proof take by preference, where recording rules write labels of their own.

A table of prices is such rules, one for each model: a series meets one of them, or it is of a model without a price.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import NamedTuple

from aimon.promql.labelling import Labelling
from aimon.prove.reads import Question
from aimon.prove.vectors import Key, Labels, key_of

_MOST = 8


class Lead(NamedTuple):
    """Values for some labels; ``is_new`` where they are none of those that are declared."""

    labels: Labels = MappingProxyType({})
    is_new: bool = False

    def known(self, labelling: Labelling, label: str) -> frozenset[str] | None:
        """The values among which one of a label is to be chosen; None where nothing limits them."""
        return None if self.is_new and label in self.labels else labelling.values.get(label)


NO_LEAD = Lead()


def leads(question: Question) -> list[Lead]:
    """What to try, one after the other: what one of several rules writes, nothing, and what none of them writes."""
    had = {label for read in question.reads for one in read.known for label in one.labelling.names or ()}
    tables = (rules for rules in question.rules.values() if len(rules) > 1)
    found = list(_written((rule.labels for rules in tables for rule in rules), had))
    if not found:
        return [NO_LEAD]
    new = {label: made_up(label) for labels in found for label in labels}
    return [*map(Lead, found[:_MOST]), NO_LEAD, Lead(new, True)]


def _written(labellings: Iterable[Labels], had: set[str]) -> Iterable[Labels]:
    """Those of the labels that metrics have, each combination once."""
    found: dict[Key, Labels] = {}
    for labels in labellings:
        shared = {label: text for label, text in labels.items() if label in had}
        if shared:
            found.setdefault(key_of(shared), shared)
    return found.values()


def made_up(label: str) -> str:
    """A value for a label of which nobody knows any."""
    return f"{label}-1"
