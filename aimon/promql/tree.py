"""The tree of a PromQL expression: small frozen nodes that know where they were written.

Every ``span`` is a pair of character offsets ``(start, end)`` into the text as the user wrote it, end exclusive.
Durations are seconds. A Grafana variable (``$__rate_interval``, ``$var``) stands as the text it was written with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
Duration: TypeAlias = "float | str"  # seconds, or a Grafana variable such as "$__rate_interval"


class Number(NamedTuple):
    """A literal number, in whatever notation it was written; a duration used as a number counts in seconds.

    A Grafana variable in a number's place has the value NaN and stands in ``variable`` as it was written.
    """

    value: float
    span: Span
    variable: str | None = None


class String(NamedTuple):
    """A literal string, without its quotes and escapes."""

    value: str
    span: Span


class Matcher(NamedTuple):
    """One label matcher: ``op`` is one of ``= != =~ !~``."""

    label: str
    op: str
    value: str


class Selector(NamedTuple):
    """An instant selector, or a range selector where ``window`` is given.

    ``__name__`` is in ``name``, not in ``matchers``.
    ``name`` is None for a selector that names no metric or matches its name by anything but equality.
    ``any_of`` holds further matcher lists joined by ``or`` inside the braces.
    """

    name: str | None
    matchers: tuple[Matcher, ...]
    span: Span
    window: Duration | None = None
    offset: Duration = 0.0
    at: float | str | None = None  # a timestamp, "start()" or "end()"
    any_of: tuple[tuple[Matcher, ...], ...] = ()


class Subquery(NamedTuple):
    """``body[window:step]``; ``step`` is None where the default resolution applies."""

    body: Node
    window: Duration
    step: Duration | None
    span: Span
    offset: Duration = 0.0
    at: float | str | None = None


class Call(NamedTuple):
    """A function call; ``name_span`` covers the function's name alone."""

    function: str
    args: tuple[Node, ...]
    span: Span
    name_span: Span


class Grouping(NamedTuple):
    """``by (labels)``, or ``without (labels)`` where ``without`` is true."""

    labels: tuple[str, ...]
    without: bool


class Aggregation(NamedTuple):
    """``sum``, ``topk`` and the like; ``param`` is the first argument of ``topk``, ``quantile``, ``count_values`` …"""

    op: str
    body: Node
    param: Node | None
    grouping: Grouping | None
    span: Span
    name_span: Span


class Matching(NamedTuple):
    """How two vectors meet: ``on``/``ignoring`` labels, and the ``group_left``/``group_right`` side with its labels."""

    labels: tuple[str, ...]
    on: bool
    group: str | None  # "left", "right" or None
    include: tuple[str, ...]


class Binary(NamedTuple):
    """An operator between two expressions; ``matching`` is None where nothing was written."""

    op: str
    left: Node
    right: Node
    returns_bool: bool
    matching: Matching | None
    span: Span
    op_span: Span


class Unary(NamedTuple):
    """``-x`` or ``+x``."""

    op: str
    body: Node
    span: Span


class Parens(NamedTuple):
    """``(x)``, kept because it is what the user wrote."""

    body: Node
    span: Span


Node: TypeAlias = Number | String | Selector | Subquery | Call | Aggregation | Binary | Unary | Parens

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SET_OPERATORS = frozenset({"and", "or", "unless"})
# https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence
PRECEDENCE = {
    "or": 1,
    **dict.fromkeys(("and", "unless"), 2),
    **dict.fromkeys(COMPARISONS, 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": 6,
}
MATCH_OPERATORS = frozenset({"=", "!=", "=~", "!~"})
FILLS = frozenset({"fill", "fill_left", "fill_right"})


def children(node: Node) -> tuple[Node, ...]:
    """The direct operands of a node, in source order."""
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Aggregation):
        return (node.body,) if node.param is None else (node.param, node.body)
    if isinstance(node, (Subquery, Unary, Parens)):
        return (node.body,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, parents before children and left before right; deep trees do not recurse."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def selectors(node: Node) -> Iterator[Selector]:
    """The selectors of the tree in source order."""
    return (found for found in walk(node) if isinstance(found, Selector))


def bare(node: Node) -> Node:
    """The node without the parentheses around it."""
    while isinstance(node, Parens):
        node = node.body
    return node
