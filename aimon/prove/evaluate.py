"""Evaluates an expression over input series at one moment, as Prometheus would.

It is small because its world is: a few series made of straight lines, sampled in time, each rule evaluated with them.
promtool has the last word on everything that is said here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aimon.promql.floats import holds
from aimon.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Duration,
    Node,
    Number,
    Parens,
    Selector,
    String,
    Subquery,
    Unary,
    bare,
)
from aimon.prove.aggregations import aggregated
from aimon.prove.calls import called, number_of, vector_of
from aimon.prove.operators import Operation
from aimon.prove.quantiles import quantile
from aimon.prove.ranges import FUNCTIONS, Window, predicted
from aimon.prove.remembered import Keyed, by_labels, keyed
from aimon.prove.series import LOOKBACK, Sample, Series
from aimon.prove.vectors import NAME, Element, Labels, Unsupported, Value, Vector, nameless
from aimon.prove.world import Rule, World, selects

_KEEP_NAME = frozenset({"last_over_time", "first_over_time"})


class _Meant(NamedTuple):
    """A selector, the series that it selects, and the rules that may record others."""

    node: Selector  # held, so that no other is taken for it: it is found by its identity
    series: Sequence[Series]
    rules: Sequence[Rule]


class Evaluation:
    """Answers about one world; ``compared`` holds for each comparison the pairs of values that it saw.

    Where rules always record the same, one moment, ``always``, stands for all others.
    """

    def __init__(self, world: World, always: float | None = None) -> None:
        self.world = world
        self._always = always
        self.compared: dict[int, list[tuple[float, float]]] = {}
        self._recorded: dict[tuple[int, float], list[Keyed]] = {}
        self._bodies: dict[tuple[int, float], list[Keyed]] = {}
        self._meant: dict[int, _Meant] = {}

    def value(self, node: Node, moment: float) -> Value:
        """The value of an expression at a time; raises `Unsupported`."""
        if isinstance(node, Number):
            if node.variable is not None:
                raise Unsupported(f"`{node.variable}` has no value here")
            return node.value
        if isinstance(node, String):
            return node.value
        if isinstance(node, Parens):
            return self.value(node.body, moment)
        if isinstance(node, Selector):
            return [Element(labels, sample[1]) for labels, sample in self._present(node, moment)]
        if isinstance(node, Binary):
            return self._binary(node, moment)
        if isinstance(node, Call):
            return self._call(node, moment)
        if isinstance(node, Aggregation):
            param = None if node.param is None else self.value(node.param, moment)
            if isinstance(param, list):
                raise Unsupported(f"`{node.op}` takes a number first")
            return aggregated(node.op, node.grouping, param, self.vector(node.body, moment))
        if isinstance(node, Unary):
            return _signed(node.op, self.value(node.body, moment))
        raise Unsupported("a range of values stands where single ones belong")

    def vector(self, node: Node, moment: float) -> Vector:
        """The value of an expression that is an instant vector."""
        return vector_of(self.value(node, moment))

    def remembers(self, other: Evaluation, until: float) -> None:
        """Take over what rules record in another world that is the same until then."""
        self._recorded |= {key: found for key, found in other._recorded.items() if key[1] < until}

    # Selectors.

    def _present(self, node: Selector, moment: float) -> Iterator[tuple[Labels, Sample]]:
        at = _shifted(node.offset, node.at, moment)
        _, named, rules = self._means(node)
        for series in named:
            sample = series.at(at, self.world.left_open)
            if sample is not None:
                yield {**series.labels, NAME: series.name}, sample
        latest = math.floor(at / self.world.step + 1e-9) * self.world.step
        if latest >= 0 and (at - latest < LOOKBACK or (at - latest == LOOKBACK and not self.world.left_open)):
            for rule in rules:
                for _, labels, value in self.recorded(rule, latest):
                    if selects(node, labels):
                        yield {**labels, NAME: rule.name}, (latest, value)

    def _means(self, node: Selector) -> _Meant:
        found = self._meant.get(id(node))
        if found is None:
            found = self._meant[id(node)] = _Meant(node, self.world.series_of(node), self.world.rules_of(node))
        return found

    def recorded(self, rule: Rule, moment: float) -> list[Keyed]:
        """What a rule records at a time at which rules are evaluated."""
        if self._always is not None:
            moment = self._always
        found = self._recorded.get((id(rule), moment))
        if found is None:
            found = self._recorded[id(rule), moment] = []
            result = self.value(rule.tree, moment)
            for labels, value in result if isinstance(result, list) else [Element({}, number_of(result))]:
                given = {**nameless(labels), **rule.labels}
                found.append(keyed({label: text for label, text in given.items() if text}, value))
        return found

    # Windows.

    def windows(self, node: Node, moment: float) -> Iterator[tuple[Labels, Window]]:
        """The samples of every series of a range vector."""
        node = bare(node)
        if isinstance(node, Subquery):
            yield from self._subquery(node, moment)
            return
        if not isinstance(node, Selector) or node.window is None:
            raise Unsupported("a range vector was expected")
        end = _shifted(node.offset, node.at, moment)
        begin = end - seconds(node.window)
        _, named, rules = self._means(node)
        for series in named:
            samples = series.window(begin, end, self.world.left_open)
            if samples:
                yield {**series.labels, NAME: series.name}, Window(samples, begin, end, self.world.left_open)
        for rule in rules:
            for labels, samples in self._history(rule, self._times(begin, end, self.world.step)):
                if selects(node, labels):
                    yield {**labels, NAME: rule.name}, Window(samples, begin, end, self.world.left_open)

    def _history(self, rule: Rule, times: Sequence[float]) -> Iterable[tuple[Labels, list[Sample]]]:
        """What a rule records at many times."""
        if self._always is None:
            return by_labels((time, self.recorded(rule, time)) for time in times)
        return ((labels, [(time, value) for time in times]) for _, labels, value in self.recorded(rule, self._always))

    def _subquery(self, node: Subquery, moment: float) -> Iterator[tuple[Labels, Window]]:
        end = _shifted(node.offset, node.at, moment)
        begin = end - seconds(node.window)
        step = self.world.step if node.step is None else seconds(node.step)
        found = [(time, self._inside(node.body, time)) for time in self._times(begin, end, step)]
        for labels, samples in by_labels(found):
            yield labels, Window(samples, begin, end, self.world.left_open)

    def _inside(self, node: Node, moment: float) -> list[Keyed]:
        """The body of a subquery at a time, which many windows have in common."""
        found = self._bodies.get((id(node), moment))
        if found is None:
            found = self._bodies[id(node), moment] = [keyed(*one) for one in self.vector(node, moment)]
        return found

    def _times(self, begin: float, end: float, step: float) -> list[float]:
        first = max(math.ceil(begin / step - 1e-9), 0)
        if self.world.left_open and first * step <= begin + 1e-9:
            first += 1
        return [index * step for index in range(first, math.floor(end / step + 1e-9) + 1)]

    # Operators and functions.

    def _binary(self, node: Binary, moment: float) -> Value:
        pairs = self.compared.setdefault(id(node), [])

        def compare(op: str, left: float, right: float) -> bool:
            pairs.append((left, right))
            return holds(op, left, right)

        left, right = self.value(node.left, moment), self.value(node.right, moment)
        operation = Operation(node.op, node.matching, node.returns_bool, compare)
        if isinstance(left, list) and isinstance(right, list):
            return operation.vectors(left, right)
        if isinstance(left, list):
            return operation.with_scalar(left, number_of(right), False)
        if isinstance(right, list):
            return operation.with_scalar(right, number_of(left), True)
        return operation.scalars(number_of(left), number_of(right))

    def _call(self, node: Call, moment: float) -> Value:
        function = node.function
        if function == "absent":
            return [] if self.vector(node.args[0], moment) else [Element(_missing(node.args[0]), 1.0)]
        if function == "absent_over_time":
            return [] if any(self.windows(node.args[0], moment)) else [Element(_missing(node.args[0]), 1.0)]
        if function == "timestamp":
            return self._timestamps(node.args[0], moment)
        if function in FUNCTIONS:
            of = FUNCTIONS[function]
            made = ((labels, of(window)) for labels, window in self.windows(node.args[0], moment))
            return _elements(made, function in _KEEP_NAME)
        if function == "predict_linear":
            ahead = number_of(self.value(node.args[1], moment))
            windows = self.windows(node.args[0], moment)
            return _elements(((labels, predicted(window, ahead)) for labels, window in windows), False)
        if function == "quantile_over_time":
            share = number_of(self.value(node.args[0], moment))
            windows = self.windows(node.args[1], moment)
            return _elements(((labels, quantile(share, window.values)) for labels, window in windows), False)
        return called(function, [self.value(arg, moment) for arg in node.args], moment)

    def _timestamps(self, node: Node, moment: float) -> Vector:
        node = bare(node)
        if isinstance(node, Selector):
            return [Element(nameless(labels), sample[0]) for labels, sample in self._present(node, moment)]
        return [Element(nameless(labels), moment) for labels, _ in self.vector(node, moment)]


def seconds(length: Duration) -> float:
    """A duration that is no variable of Grafana's."""
    if isinstance(length, str):
        raise Unsupported(f"`{length}` has no value here")
    return length


def _shifted(offset: Duration, at: float | str | None, moment: float) -> float:
    if at is not None:
        raise Unsupported("`@` asks about another time")
    return moment - seconds(offset)


def _signed(op: str, value: Value) -> Value:
    if op == "+":
        return value
    if isinstance(value, list):
        return [Element(nameless(labels), -each) for labels, each in value]
    return -number_of(value)


def _elements(made: Iterable[tuple[Labels, float | None]], keeps_name: bool) -> Vector:
    return [Element(labels if keeps_name else nameless(labels), value) for labels, value in made if value is not None]


def _missing(node: Node) -> Labels:
    """The labels that ``absent`` gives to what is not there: those that its selector names once, by equality."""
    node = bare(node)
    if not isinstance(node, Selector):
        return {}
    labels: dict[str, str] = {}
    for matcher in node.matchers:
        if matcher.op == "=" and matcher.label not in labels:
            labels[matcher.label] = matcher.value
        else:
            labels[matcher.label] = ""
    return {name: text for name, text in labels.items() if text and name != NAME}
