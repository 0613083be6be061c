"""What an alert reads: its selectors down to the metrics that services expose, through the recording rules between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aimon.catalogue import Catalogue
from aimon.expressions.declared import series_of
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.result import Series
from aimon.promql.tree import Aggregation, Binary, Call, Node, Number, Selector, Subquery, bare, children, walk
from aimon.prove.evaluate import seconds
from aimon.prove.vectors import NAME, Unsupported
from aimon.prove.world import Rule, may_record, selects
from aimon.stack import Alert, Stack

_COUNTED = frozenset({"rate", "increase", "irate"})
_SLOPES = frozenset({"deriv", "delta", "idelta", "predict_linear"})
_SPREADS = frozenset({"stddev_over_time", "stdvar_over_time", "mad_over_time"})


class Read(NamedTuple):
    """A selector of a metric, what the catalogue knows of it, and what is asked of it.

    ``known`` holds one entry for each job that has it, none where nobody declares it; ``uses`` are the functions that
    it stands in, and ``time`` where it is taken from the present time.
    """

    name: str
    selector: Selector
    known: tuple[Series, ...]
    uses: frozenset[str]

    @property
    def is_counted(self) -> bool:
        """Whether its growth is taken."""
        return bool(self.uses & _COUNTED)

    @property
    def is_sloped(self) -> bool:
        """Whether its slope is taken."""
        return bool(self.uses & (_SLOPES | _SPREADS))


class Question(NamedTuple):
    """An alert's condition as a tree, the recording rules below it, and everything that it reads."""

    alert: Alert
    tree: Node
    rules: Mapping[str, tuple[Rule, ...]]
    reads: tuple[Read, ...]
    recorded: tuple[tuple[str, Selector], ...]  # the selectors of what rules record, by its name
    windows: frozenset[float]  # of metrics, in seconds
    computed: frozenset[float]  # of what rules and subqueries compute, in seconds
    depth: float  # how far back it looks, in seconds
    lately: float  # the same without what it takes from an earlier time, by an offset

    def trees(self) -> Iterator[Node]:
        """The condition and every rule that it builds on."""
        yield self.tree
        for rules in self.rules.values():
            yield from (rule.tree for rule in rules)


def question(alert: Alert, stack: Stack) -> Question:
    """What an alert asks; raises `Unsupported`."""
    try:
        tree = parse(alert.condition)
    except SyntaxProblem as problem:
        raise Unsupported(str(problem)) from None
    recorded: dict[str, tuple[Rule, ...]] = {}
    for recording in stack.recordings():
        if recording.expression.tree is not None:
            rule = Rule(recording.name, recording.expression.tree, recording.labels)
            recorded[recording.name] = (*recorded.get(recording.name, ()), rule)
    reader = _Reader(recorded, stack.catalogue)
    reader.read(tree, frozenset())
    depth, lately = reader.depth(tree), reader.depth(tree, with_offsets=False)
    windows, computed = frozenset(reader.windows), frozenset(reader.computed)
    recordings = tuple(dict.fromkeys(reader.recordings))
    return Question(alert, tree, reader.rules, tuple(reader.reads), recordings, windows, computed, depth, lately)


class _Reader:
    def __init__(self, recorded: Mapping[str, tuple[Rule, ...]], known: Catalogue) -> None:
        self.recorded = recorded
        self.known = known
        self.rules: dict[str, tuple[Rule, ...]] = {}
        self.reads: list[Read] = []
        self.recordings: list[tuple[str, Selector]] = []
        self.windows: set[float] = set()
        self.computed: set[float] = set()

    def read(self, node: Node, uses: frozenset[str]) -> None:
        """Gather what a node reads; ``uses`` are the functions around it."""
        node = bare(node)
        if isinstance(node, Selector):
            self._selector(node, uses)
            return
        if isinstance(node, Subquery):
            self.computed |= {seconds(node.window), *([seconds(node.step)] if node.step else [])}
        if isinstance(node, Call):
            uses = uses | {node.function}
        elif isinstance(node, Aggregation):
            uses = uses | {node.op}
        elif isinstance(node, Binary):
            uses = uses | ({"time"} if any(map(_is_time, (node.left, node.right))) else {node.op})
        for child in children(node):
            self.read(child, uses)

    def _selector(self, node: Selector, uses: frozenset[str]) -> None:
        for name in self._names(node):
            if node.window is not None:
                (self.computed if name in self.recorded else self.windows).add(seconds(node.window))
            if name in self.recorded:
                self.recordings.append((name, node))
                for rule in self.recorded[name]:
                    if may_record(rule, node) and rule not in self.rules.get(name, ()):
                        self.rules[name] = (*self.rules.get(name, ()), rule)
                        self.read(rule.tree, uses)
            else:
                self.reads.append(Read(name, node, series_of(name, self.known), uses))

    def _names(self, node: Selector) -> list[str]:
        if node.name:
            return [node.name]
        if not any(matcher.label == NAME for matcher in node.matchers):
            raise Unsupported("a selector names no metric")
        names = [*self.recorded, *(name for name in self.known.names() if self.known.find(name))]
        found = [name for name in names if selects(node._replace(matchers=_of_name(node)), {}, name)]
        if not found:
            raise Unsupported("a selector names no metric that is declared")
        return found[:3]

    def depth(self, node: Node, with_offsets: bool = True) -> float:
        """How far back an expression looks."""
        offset = abs(seconds(node.offset)) if isinstance(node, (Selector, Subquery)) else 0.0
        if offset and not with_offsets:
            return 0.0
        below: Iterable[Node] = children(node)
        if isinstance(node, Selector):
            below = (rule.tree for name in self._names(node) for rule in self.rules.get(name, ()))
        own = seconds(node.window or 0.0) if isinstance(node, (Selector, Subquery)) else 0.0
        return own + offset + max((self.depth(each, with_offsets) for each in below), default=0.0)


def _of_name(node: Selector) -> tuple:  # type: ignore[type-arg]
    return tuple(matcher for matcher in node.matchers if matcher.label == NAME)


def _is_time(node: Node) -> bool:
    node = bare(node)
    return isinstance(node, Call) and node.function == "time"


def constants(question: Question) -> list[float]:
    """The numbers that are written in an alert and its rules, without repetition."""
    found = (node.value for tree in question.trees() for node in walk(tree) if isinstance(node, Number))
    return list(dict.fromkeys(found))
