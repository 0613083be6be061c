"""What differs between two expressions, part by part: thresholds, windows, selectors, quantiles; else the logic."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.print import canonical, duration, simplified
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
    walk,
)
from aimon.routes import always_takes

if TYPE_CHECKING:
    from typing import TypeGuard

_ABSENT = frozenset({"absent", "absent_over_time"})
_UP, _DOWN = frozenset({">", ">="}), frozenset({"<", "<="})


class Difference(NamedTuple):
    """What of an expression differs, and in which direction."""

    attribute: str
    how: str
    before: Any
    after: Any


class _UnlikeError(Exception):
    """The two trees have another shape."""


def differences(before: str, after: str, grafana: bool = False) -> list[Difference]:
    """Every difference between two expressions; one of ``logic`` where nothing more can be said."""
    whole = Difference("logic", "changed", before, after)
    try:
        old, new = (simplified(parse(text, grafana=grafana)) for text in (before, after))
    except SyntaxProblem:
        return [whole]
    guards = list(_guards(old, new))
    if guards:
        old, new = _unguarded(old), _unguarded(new)
    try:
        found = [*guards, *_differences(old, new, 1)]
    except (_UnlikeError, RecursionError):
        return [*guards, whole]
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
    one, other = _threshold(old), _threshold(new)
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


def _threshold(node: Binary) -> float | None:
    right = node.right
    return right.value if isinstance(right, Number) and right.variable is None else None


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
    yield from _differences(old.body, new.body, sense if old.op in ("sum", "count", "group") else 0)


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


# An alert that compares nothing when its metric is gone is silent; a guard makes it speak.


def _guards(old: Node, new: Node) -> Iterator[Difference]:
    """A guard, or a fallback that is none, which one side has and the other has not."""
    for attribute, parts in (("guard", _guard_parts), ("fallback", _fallbacks)):
        before, after = ({canonical(part) for part in parts(tree)} for tree in (old, new))
        if bool(before) != bool(after):
            said = ", ".join(sorted(before or after))
            yield Difference(attribute, *(("added", None, said) if after else ("removed", said, None)))


def _fallbacks(tree: Node) -> Iterator[Node]:
    """The numbers behind an ``or`` that keep silent all the same."""
    guards = list(_guard_parts(tree))
    for node in walk(tree):
        if _is_alternative(node) and _constant(node.right) is not None and node.right not in guards:
            yield node.right


def _guard_parts(tree: Node) -> Iterator[Node]:
    """The parts behind an ``or`` that make it fire when there is nothing, as ``vector(0)`` does below 1."""
    for node in walk(tree):
        if _is_alternative(node) and _is_absence(node.right):
            yield node.right
        elif isinstance(node, Binary) and node.op in COMPARISONS and _is_alternative(node.left):
            bound, fallback = _threshold(node), _constant(node.left.right)
            if bound is not None and fallback is not None and _HOLDS[node.op](fallback, bound):
                yield node.left.right


_HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def _is_alternative(node: Node) -> TypeGuard[Binary]:
    return isinstance(node, Binary) and node.op == "or"


def _is_absence(node: Node) -> bool:
    if isinstance(node, Binary) and node.op in COMPARISONS:
        node = node.left
    return isinstance(node, Call) and node.function in _ABSENT


def _constant(node: Node) -> float | None:
    """The number in ``vector(0)``."""
    argument = node.args[0] if isinstance(node, Call) and node.function == "vector" else None
    return argument.value if isinstance(argument, Number) else None


def _unguarded(node: Node) -> Node:
    """The expression without its guards."""
    if isinstance(node, Binary):
        if node.op == "or" and (_is_absence(node.right) or _constant(node.right) is not None):
            return _unguarded(node.left)
        return node._replace(left=_unguarded(node.left), right=_unguarded(node.right))
    if isinstance(node, (Aggregation, Subquery, Unary)):
        return node._replace(body=_unguarded(node.body))
    if isinstance(node, Call):
        return node._replace(args=tuple(map(_unguarded, node.args)))
    return node
