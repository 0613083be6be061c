"""How much of a stack could be typed: silence about a selector of unknown type is no approval."""

from __future__ import annotations

from typing import NamedTuple

from aimon.catalogue import Catalogue
from aimon.promql.tree import Selector, selectors
from aimon.stack import Stack


class Certainty(NamedTuple):
    """How many expressions and selectors there are, and why some selectors have no type."""

    expressions: int = 0
    unread: int = 0  # expressions without a tree
    typed: int = 0
    external: int = 0  # names that somebody else exposes
    open: int = 0  # declared, but with other labels or types than are known
    nameless: int = 0  # selectors that name no metric
    undeclared: int = 0

    @property
    def selectors(self) -> int:
        """All selectors."""
        return self.typed + self.external + self.open + self.nameless + self.undeclared

    def __add__(self, other: object) -> Certainty:
        """Both together."""
        if not isinstance(other, Certainty):
            return NotImplemented
        return Certainty(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def certainty(stack: Stack) -> Certainty:
    """The counts of a stack; an expression that several panels share counts once."""
    expressions = {(each.at, each.text): each.shape for each in stack.expressions()}
    counts = dict.fromkeys(("typed", "external", "open", "nameless", "undeclared"), 0)
    for tree in expressions.values():
        for selector in selectors(tree) if tree is not None else ():
            counts[_kind(selector, stack.catalogue)] += 1
    unread = sum(tree is None for tree in expressions.values())
    return Certainty(len(expressions), unread, **counts)


def _kind(selector: Selector, known: Catalogue) -> str:
    if selector.name is None:
        return "nameless"
    found = known.find(selector.name)
    if not found:
        return "external" if selector.name in known.external else "undeclared"
    types = {(series.metric.type, series.metric.unit, series.part) for series in found}
    is_open = len(types) > 1 or any(series.metric.open or series.metric.type == "unknown" for series in found)
    return "open" if is_open else "typed"


def sentences(found: Certainty, checks: int) -> list[str]:
    """The counts in words."""
    reasons = {
        "of metrics that others expose (`external`)": found.external,
        "of metrics whose labels or type are open": found.open,
        "without the name of a metric": found.nameless,
        "of metrics that nobody declares": found.undeclared,
    }
    untyped = [f"{count} {reason}" for reason, count in reasons.items() if count]
    lines = [f"{checks} checks ran on {found.expressions} expressions with {found.selectors} selectors"]
    lines += [f"{found.unread} expressions could not be read"] if found.unread else []
    lines += [f"{found.typed} selectors could be typed, {found.selectors - found.typed} could not"]
    return lines + [f"  {reason}" for reason in untyped]
