"""What differs between two expressions, part by part: thresholds, windows, selectors, quantiles; else the logic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from aimon.compare.guards import guards, threshold, unguarded
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.print import duration
from aimon.promql.simplify import canonical, simplified
from aimon.promql.tree import (
    COMPARISONS,
    SET_OPERATORS,
    Aggregation,
    Binary,
    Call,
    Matcher,
    Node,
    Number,
    Selector,
    String,
    Subquery,
    Unary,
)
from aimon.routes import always_takes

_UP, _DOWN = frozenset({">", ">="}), frozenset({"<", "<="})

# Aggregations that have a result wherever their body has one: what narrows the body narrows them.
_MORE_IS_MORE = frozenset({"sum", "count", "group"})


class Difference(NamedTuple):
    """What of an expression differs, and in which direction."""

    attribute: str
    how: str
    before: Any
    after: Any


class _UnlikeError(Exception):
    """The two trees have another shape."""


def differences(before: str, after: str) -> list[Difference]:
    """Every difference between two expressions; one of ``logic`` where nothing more can be said."""
    whole = Difference("logic", "changed", before, after)
    try:
        old, new = (simplified(parse(text)) for text in (before, after))
    except SyntaxProblem:
        return [whole]
    spoken = [Difference(*found) for found in guards(old, new)]
    if spoken:
        old, new = unguarded(old), unguarded(new)
    try:
        found = [*spoken, *_differences(old, new, 1)]
    except (_UnlikeError, RecursionError):
        return [*spoken, whole]
    once = [one for number, one in enumerate(found) if one not in found[:number]]
    return once or [whole]


def _differences(old: Node, new: Node, sense: int) -> Iterator[Difference]:
    """``sense`` is 1 where more of the value makes more results, -1 where it makes fewer, 0 where nobody can tell."""
    if canonical(old) == canonical(new):
        return
    condition = _condition(old, new, sense) if sense else None
    if condition:
        yield condition
    elif isinstance(old, Binary) and isinstance(new, Binary):
        yield from _binary(old, new, sense)
    elif isinstance(old, Selector) and isinstance(new, Selector):
        yield from _selector(old, new)
    elif isinstance(old, Call) and isinstance(new, Call):
        yield from _call(old, new)
    elif isinstance(old, Aggregation) and isinstance(new, Aggregation):
        yield from _aggregation(old, new, sense)
    elif isinstance(old, Subquery) and isinstance(new, Subquery):
        yield from _span("window", old.window, new.window)
        yield from _plain("step", old.step, new.step)
        yield from _plain("offset", (old.offset, old.at), (new.offset, new.at))
        yield from _differences(old.body, new.body, 0)
    elif isinstance(old, Number) and isinstance(new, Number):
        yield from _plain("constant", canonical(old), canonical(new))
    elif isinstance(old, String) and isinstance(new, String):
        yield from _plain("constant", old.value, new.value)
    elif isinstance(old, Unary) and isinstance(new, Unary) and old.op == new.op:
        yield from _differences(old.body, new.body, 0)
    else:
        raise _UnlikeError


def _condition(old: Node, new: Node, sense: int) -> Difference | None:
    """A condition that was put around a whole expression, or taken away from it."""
    for more, less, added in ((new, old, True), (old, new, False)):
        if isinstance(more, Binary) and more.op in SET_OPERATORS:
            kept = (more.left,) if more.op == "unless" else (more.left, more.right)
            if any(canonical(part) == canonical(less) for part in kept):
                narrows = (added != (more.op == "or")) == (sense > 0)
                return Difference("condition", "narrower" if narrows else "wider", canonical(old), canonical(new))
    return None


def _binary(old: Binary, new: Binary, sense: int) -> Iterator[Difference]:
    if old.op in COMPARISONS and new.op in COMPARISONS and old.returns_bool == new.returns_bool:
        yield from _comparison(old, new, 0 if old.returns_bool else sense)
        return
    if old.op != new.op or old.returns_bool != new.returns_bool:
        raise _UnlikeError
    yield from _plain("matching", _matching(old), _matching(new))
    inside = sense if old.op in SET_OPERATORS else 0
    yield from _differences(old.left, new.left, inside)
    yield from _differences(old.right, new.right, -inside if old.op == "unless" else inside)


def _matching(node: Binary) -> str:
    """How the two sides meet, in one word for each rule."""
    matching = node.matching
    if matching is None:
        return ""
    group = f" group_{matching.group}({', '.join(matching.include)})" if matching.group else ""
    return f"{'on' if matching.on else 'ignoring'}({', '.join(matching.labels)}){group}"


def _comparison(old: Binary, new: Binary, sense: int) -> Iterator[Difference]:
    one, other = threshold(old), threshold(new)
    if one is None or other is None:
        if old.op != new.op:
            yield Difference("operator", _operator(old.op, new.op, sense), old.op, new.op)
        yield from _plain("matching", _matching(old), _matching(new))
        yield from _differences(old.left, new.left, 0)
        yield from _differences(old.right, new.right, 0)
        return
    both = {"operator": old.op, "value": one}, {"operator": new.op, "value": other}
    if old.op != new.op:
        yield Difference("operator", _operator(old.op, new.op, sense), *both)
    if one != other and (old.op == new.op or {old.op, new.op} <= _UP or {old.op, new.op} <= _DOWN):
        yield Difference("threshold", _bound(old.op, one, other, sense), *both)
    yield from _differences(old.left, new.left, 0)


def _bound(op: str, one: float, other: float, sense: int) -> str:
    """Whether another bound lets fewer results through, or more."""
    if not sense or op not in _UP | _DOWN:
        return "changed"
    return "looser" if ((other > one) == (op in _UP)) == (sense > 0) else "tighter"


def _operator(old: str, new: str, sense: int) -> str:
    if {old, new} in ({">", ">="}, {"<", "<="}) and sense:
        return "tighter" if (len(new) > len(old)) == (sense > 0) else "looser"
    return "reversed" if {old, new} & _UP and {old, new} & _DOWN else "changed"


def _selector(old: Selector, new: Selector) -> Iterator[Difference]:
    if (old.window is None) != (new.window is None):
        raise _UnlikeError
    yield from _plain("metric", old.name, new.name)
    yield from _span("window", old.window, new.window)
    yield from _plain("offset", (old.offset, old.at), (new.offset, new.at))
    if (old.matchers, old.any_of) != (new.matchers, new.any_of):
        hows = (always_takes(old.matchers, new.matchers), always_takes(new.matchers, old.matchers))
        alone = not old.any_of and not new.any_of
        how = {(True, False): "narrower", (False, True): "wider"}.get(hows, "changed") if alone else "changed"
        yield Difference("selector", how, _braces(old.matchers), _braces(new.matchers))


def _braces(matchers: tuple[Matcher, ...]) -> str:
    return canonical(Selector(None, matchers, (0, 0))) if matchers else "{}"


def _call(old: Call, new: Call) -> Iterator[Difference]:
    if len(old.args) != len(new.args):
        raise _UnlikeError
    yield from _plain("function", old.function, new.function)
    for index, (one, other) in enumerate(zip(old.args, new.args, strict=True)):
        if "quantile" in old.function and not index:
            yield from _quantile(one, other)
        else:
            yield from _differences(one, other, 0)


def _quantile(one: Node | None, other: Node | None) -> Iterator[Difference]:
    if isinstance(one, Number) and isinstance(other, Number):
        if one.value != other.value:
            yield Difference("quantile", "raised" if other.value > one.value else "lowered", one.value, other.value)
    elif one is not None and other is not None:
        yield from _differences(one, other, 0)


def _aggregation(old: Aggregation, new: Aggregation, sense: int) -> Iterator[Difference]:
    if (old.param is None) != (new.param is None):
        raise _UnlikeError
    yield from _plain("aggregation", old.op, new.op)
    yield from _plain("grouping", _grouping(old), _grouping(new))
    if "quantile" in old.op:
        yield from _quantile(old.param, new.param)
    elif old.param is not None and new.param is not None:
        yield from _differences(old.param, new.param, 0)
    yield from _differences(old.body, new.body, sense if {old.op, new.op} <= _MORE_IS_MORE else 0)


def _grouping(node: Aggregation) -> str:
    if node.grouping is None:
        return "by ()"
    return f"{'without' if node.grouping.without else 'by'} ({', '.join(node.grouping.labels)})"


def _span(attribute: str, old: float | str | None, new: float | str | None) -> Iterator[Difference]:
    if old is None or new is None or old == new:
        yield from _plain(attribute, old, new)
    elif isinstance(old, str) or isinstance(new, str):
        yield Difference(attribute, "changed", duration(old), duration(new))
    else:
        yield Difference(attribute, "longer" if new > old else "shorter", duration(old), duration(new))


def _plain(attribute: str, old: Any, new: Any) -> Iterator[Difference]:
    if old != new:
        yield Difference(attribute, "changed", old, new)
