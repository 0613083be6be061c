"""What can be queried in a proof: series and recording rules, and which of them a selector means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from aimon.promql.matchers import Test, matcher_test
from aimon.promql.tree import Matcher, Node, Selector
from aimon.prove.series import Series
from aimon.prove.vectors import NAME, Labels, Unsupported


class Rule(NamedTuple):
    """A recording rule between the series and an alert."""

    name: str
    tree: Node
    labels: Labels


class World(NamedTuple):
    """Everything that can be queried: series and recording rules by name, and the time between two evaluations."""

    series: Mapping[str, Sequence[Series]]
    rules: Mapping[str, Sequence[Rule]]
    step: float
    left_open: bool = False  # as in Prometheus 3

    def series_of(self, node: Selector) -> list[Series]:
        """The series that a selector selects."""
        every = (one for named in self.series.values() for one in named)
        return [
            one
            for one in (self.series.get(node.name, ()) if node.name else every)
            if selects(node, one.labels, one.name)
        ]

    def rules_of(self, node: Selector) -> list[Rule]:
        """The rules that may record what a selector selects."""
        if node.name:
            return [rule for rule in self.rules.get(node.name, ()) if may_record(rule, node)]
        return [rule for name in self.rules for rule in self.rules[name] if selects(node, {}, name)]


def may_record(rule: Rule, node: Selector) -> bool:
    """Whether the labels that a rule writes itself are those that a selector asks for."""
    return all(_fits(matcher, rule.labels, None) for matcher in node.matchers if matcher.label in rule.labels)


def selects(node: Selector, labels: Labels, name: str | None = None) -> bool:
    """Whether a selector fits the labels of a series, the name apart unless it is given."""
    return any(all(_fits(matcher, labels, name) for matcher in matchers) for matchers in (node.matchers, *node.any_of))


def _fits(matcher: Matcher, labels: Labels, name: str | None) -> bool:
    if matcher.label == NAME:
        return name is None or _test(matcher.op, matcher.value).fits(name)
    text = labels.get(matcher.label, "")
    test = _test(matcher.op, matcher.value)
    return test.fits(text) if text else test.fits_absence


@lru_cache(maxsize=4096)
def _test(op: str, text: str) -> Test:
    test = matcher_test(op, text)
    if test is None:
        raise Unsupported(f"`{text}` is a pattern that is not tried in Python")
    return test
