"""Who reads a series: rules, alerts and panels, themselves or through recording rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from aimon.promql.matchers import matcher_test
from aimon.promql.tree import Aggregation, Binary, Node, Selector, walk
from aimon.thing import ALERT, PANEL, RECORDING, VARIABLE, Monitoring, Thing

Wanted: TypeAlias = Callable[[Node], bool]


class Uses:
    """The index of one side, made on the first question."""

    def __init__(self, monitoring: Monitoring) -> None:
        self._monitoring = monitoring

    @cached_property
    def _readers(self) -> dict[str, list[Thing]]:
        """The things with an expression, by the names that they read; ``""`` where any name may be meant."""
        found: dict[str, list[Thing]] = {}
        for thing in self._monitoring.of(RECORDING, ALERT, PANEL, VARIABLE):
            for name in dict.fromkeys(node.name or "" for node in _selectors(thing)):
                found.setdefault(name, []).append(thing)
        return found

    def of(self, names: Iterable[str], wanted: Wanted | None = None) -> list[Thing]:
        """Everything that reads one of the series, each once; ``wanted`` narrows it to uses of a certain manner."""
        first = [
            thing
            for name in dict.fromkeys(names)
            for thing in self._readers.get(name, ())
            if wanted is None or any(wanted(node) for tree in _trees(thing) for node in walk(tree))
        ]
        return list(self._with_dependants(first).values())

    def of_rule(self, rule: Thing) -> list[Thing]:
        """Everything that reads what a recording rule makes, or made."""
        return list(self._with_dependants(self._readers_of(rule)).values())

    def _readers_of(self, rule: Thing) -> list[Thing]:
        return [one for one in self._readers.get(rule.series, ()) if _reads(one, rule)]

    def _with_dependants(self, things: list[Thing]) -> dict[int, Thing]:
        """The same with what reads the results of the recording rules among them."""
        found: dict[int, Thing] = {}
        waiting = things[::-1]
        while waiting:
            thing = waiting.pop()
            if id(thing) not in found:
                found[id(thing)] = thing
                if thing.kind == RECORDING:
                    waiting.extend(self._readers_of(thing))
        return found

    def names_read(self, thing: Thing) -> set[str]:
        """The series that a thing reads, itself or through recording rules."""
        recorded = self._recorded
        seen: set[str] = set()
        waiting = [node.name for node in _selectors(thing) if node.name]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(node.name for rule in recorded.get(name, ()) for node in _selectors(rule) if node.name)
        return seen

    @cached_property
    def _recorded(self) -> dict[str, list[Thing]]:
        found: dict[str, list[Thing]] = {}
        for thing in self._monitoring.of(RECORDING):
            found.setdefault(thing.series, []).append(thing)
        return found


def _reads(reader: Thing, rule: Thing) -> bool:
    """Whether a thing reads what a recording rule makes, and not only what another rule of the same name does."""
    own = {name.partition(".")[2]: said for name, said in rule.said.items() if name.startswith("label.")}
    return any(_takes(selector, own) for selector in _selectors(reader) if selector.name == rule.series)


def _takes(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Whether a selector may take a series with such labels."""
    tests = [(matcher_test(each.op, each.value), labels.get(each.label)) for each in selector.matchers]
    return all(test is None or value is None or test.fits(value) for test, value in tests)


def _trees(thing: Thing) -> Iterator[Node]:
    return (tree for query in thing.queries if (tree := query.tree) is not None)


def _selectors(thing: Thing) -> Iterator[Selector]:
    return (node for tree in _trees(thing) for node in walk(tree) if isinstance(node, Selector))


def series_names(metric: str, type: str) -> list[str]:
    """The names under which a metric is queried."""
    parts = {
        "histogram": ("_bucket", "_sum", "_count"),
        "summary": ("", "_sum", "_count"),
        "native_histogram": ("", "_sum", "_count"),
    }
    return [f"{metric}{part}" for part in parts.get(type, ("",))]


def names_label(label: str) -> Wanted:
    """Whether a part of an expression speaks of a label."""

    def wanted(node: Node) -> bool:
        if isinstance(node, Selector):
            return any(matcher.label == label for group in (node.matchers, *node.any_of) for matcher in group)
        if isinstance(node, Aggregation):
            return node.grouping is not None and not node.grouping.without and label in node.grouping.labels
        if isinstance(node, Binary) and node.matching is not None:
            return label in node.matching.include or (node.matching.on and label in node.matching.labels)
        return False

    return wanted


def selects_value(label: str, values: Iterable[str]) -> Wanted:
    """Whether a part of an expression asks for one of these values of a label."""
    values = frozenset(values)

    def wanted(node: Node) -> bool:
        if not isinstance(node, Selector):
            return False
        asked = (each for group in (node.matchers, *node.any_of) for each in group if each.label == label)
        tests = [matcher_test(each.op, each.value) for each in asked if each.op in ("=", "=~")]
        return any(test is None or any(map(test.fits, values)) for test in tests)

    return wanted


def has_short_window(interval: float) -> Wanted:
    """Whether a range is too short for two samples at an interval: a rate over it returns nothing."""

    def wanted(node: Node) -> bool:
        return isinstance(node, Selector) and isinstance(node.window, float) and node.window < 2 * interval

    return wanted
