"""Trees back to text: what was written in one line, and a form in which equal meaning is equal text."""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Iterable

from aimon.promql.tree import (
    PRECEDENCE,
    Aggregation,
    Binary,
    Call,
    Duration,
    Grouping,
    Matcher,
    Matching,
    Node,
    Number,
    Parens,
    Selector,
    String,
    Subquery,
    Unary,
    bare,
)

_TIGHTEST = 8  # what needs no parentheses anywhere
_SIGNED = 5  # a sign binds like a multiplication, and takes the powers behind it
_PLAIN_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|.*(?:\$|\[\[).*")
_PLAIN_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*|.*(?:\$|\[\[).*")
_NOT_A_NAME = frozenset({"bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf", "nan", "", ":"})
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def to_text(node: Node) -> str:
    """The expression in one line, in the usual spacing; reading it again gives the same tree."""
    if isinstance(node, Number):
        return node.variable or _number(node.value)
    if isinstance(node, String):
        return quoted(node.value)
    if isinstance(node, Selector):
        return _selector(node)
    if isinstance(node, Subquery):
        step = "" if node.step is None else duration(node.step)
        return f"{_inside(node.body, _TIGHTEST)}[{duration(node.window)}:{step}]{_modifiers(node.offset, node.at)}"
    if isinstance(node, Call):
        return f"{node.function}({', '.join(map(to_text, node.args))})"
    if isinstance(node, Aggregation):
        grouping = "" if node.grouping is None else f" {_grouping(node.grouping)} "
        param = "" if node.param is None else f"{to_text(node.param)}, "
        return f"{node.op}{grouping}({param}{to_text(node.body)})"
    if isinstance(node, Unary):
        return f"{node.op}{_inside(node.body, PRECEDENCE['^'])}"
    if isinstance(node, Parens):
        return f"({to_text(node.body)})"
    return _chain(node)


def canonical(node: Node) -> str:
    """A text that two expressions share if and only if they mean the same by the rules of ``simplified``."""
    return to_text(simplified(node))


def simplified(node: Node) -> Node:
    """The tree with sorted matchers and labels, no parentheses, constants folded, literals right of a comparison."""
    node = bare(node)
    if isinstance(node, Binary):
        return _simplified_chain(node)
    if isinstance(node, Selector):
        return _simplified_selector(node)
    if isinstance(node, Unary):
        return _simplified_unary(node)
    if isinstance(node, Subquery):
        return node._replace(body=simplified(node.body))
    if isinstance(node, Call):
        return node._replace(args=tuple(map(simplified, node.args)))
    if isinstance(node, Aggregation):
        param = None if node.param is None else simplified(node.param)
        return node._replace(body=simplified(node.body), param=param, grouping=_simplified_grouping(node.grouping))
    return node


# Text


def quoted(value: str) -> str:
    """A string literal of PromQL for any text."""
    return json.dumps(value, ensure_ascii=False)  # every escape of JSON is one of Go's


def duration(length: Duration) -> str:
    """Seconds as a PromQL duration (``90`` is ``1m30s``); a Grafana variable stays what it is."""
    if isinstance(length, str):
        return length
    milliseconds = round(abs(length) * 1000)
    if not math.isclose(milliseconds, abs(length) * 1000, abs_tol=1e-9):
        return _number(length)
    text = ""
    for unit, size in _UNITS:
        count, milliseconds = divmod(milliseconds, size)
        text += f"{count}{unit}" if count else ""
    return ("-" if length < 0 else "") + (text or "0s")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 and value else repr(value).removesuffix(".0")


def _name(name: str, plain: re.Pattern[str]) -> str:
    return name if plain.fullmatch(name) else quoted(name)


def _selector(node: Selector) -> str:
    groups = [[_matcher(matcher) for matcher in group] for group in (node.matchers, *node.any_of)]
    name = node.name or ""
    if node.name is not None and (not _PLAIN_NAME.fullmatch(name) or name.lower() in _NOT_A_NAME):
        groups[0].insert(0, quoted(name))
        name = ""
    inside = " or ".join(",".join(group) for group in groups)
    braces = f"{{{inside}}}" if inside else ""
    window = "" if node.window is None else f"[{duration(node.window)}]"
    return f"{name}{braces}{window}{_modifiers(node.offset, node.at)}"


def _matcher(matcher: Matcher) -> str:
    if matcher.op == "=" and matcher.label == matcher.value and matcher.label[:1] in ("$", "["):
        return matcher.label  # a Grafana variable in a matcher's place
    return f"{_name(matcher.label, _PLAIN_LABEL)}{matcher.op}{quoted(matcher.value)}"


def _modifiers(offset: Duration, at: float | str | None) -> str:
    moment = "" if at is None else f" @ {at if isinstance(at, str) else _number(at)}"
    return moment + (f" offset {duration(offset)}" if offset else "")


def _labels(labels: Iterable[str]) -> str:
    return f"({', '.join(_name(label, _PLAIN_LABEL) for label in labels)})"


def _grouping(grouping: Grouping) -> str:
    return f"{'without' if grouping.without else 'by'} {_labels(grouping.labels)}"


def _matching(matching: Matching | None) -> str:
    if matching is None:
        return ""
    text = f" {'on' if matching.on else 'ignoring'} {_labels(matching.labels)}"
    return f"{text} group_{matching.group} {_labels(matching.include)}" if matching.group else text


def _chain(node: Binary) -> str:
    # Chains of hundreds of operators lean to the left: a loop keeps them off Python's stack.
    links: list[str] = []
    left: Node = node
    while isinstance(left, Binary):
        level = PRECEDENCE[left.op]
        returns_bool = " bool" if left.returns_bool else ""
        right = _inside(left.right, level if left.op == "^" else level + 1)
        links.append(f" {left.op}{returns_bool}{_matching(left.matching)} {right}")
        inner = left.left
        lowest = level + 1 if left.op == "^" else level
        if not isinstance(inner, Binary) or PRECEDENCE[inner.op] < lowest:
            links.append(_inside(inner, lowest, left.op == "^"))
            break
        left = inner
    return "".join(reversed(links))


def _inside(node: Node, lowest: int, base: bool = False) -> str:
    """The text of an operand, in parentheses where it binds less tightly than its place demands."""
    level = _TIGHTEST
    if isinstance(node, Binary):
        level = PRECEDENCE[node.op]
    elif isinstance(node, Unary):
        level = _SIGNED if base or lowest >= _TIGHTEST else _TIGHTEST
    elif isinstance(node, Number) and base:
        level = _SIGNED if to_text(node)[0] in "+-" else _TIGHTEST
    text = to_text(node)
    return f"({text})" if level < lowest else text


# Meaning


def _simplified_selector(node: Selector) -> Selector:
    groups = [tuple(sorted(set(group), key=_matcher)) for group in (node.matchers, *node.any_of)]
    first, *others = sorted(groups, key=lambda group: [_matcher(matcher) for matcher in group])
    return node._replace(matchers=first, any_of=tuple(others))


def _simplified_grouping(grouping: Grouping | None) -> Grouping | None:
    if grouping is None or not (grouping.labels or grouping.without):
        return None  # `sum by () (x)` is `sum(x)`
    return Grouping(tuple(sorted(set(grouping.labels))), grouping.without)


def _simplified_matching(matching: Matching | None) -> Matching | None:
    if matching is None or not (matching.labels or matching.on or matching.group):
        return None  # `ignoring ()` is what happens anyway
    labels, include = tuple(sorted(set(matching.labels))), tuple(sorted(set(matching.include)))
    return matching._replace(labels=labels, include=include)


def _simplified_unary(node: Unary) -> Node:
    body = simplified(node.body)
    if node.op == "+":
        return body
    if isinstance(body, Number) and body.variable is None:
        return Number(-body.value, node.span)
    return node._replace(body=body)


def _simplified_chain(node: Binary) -> Node:
    chain: list[Binary] = []
    left: Node = node
    while isinstance(left, Binary):
        chain.append(left)
        left = bare(left.left)
    result = simplified(left)
    for link in reversed(chain):
        result = _simplified_link(link, result, simplified(link.right))
    return result


def _simplified_link(link: Binary, left: Node, right: Node) -> Node:
    literals = isinstance(left, Number), isinstance(right, Number)
    if isinstance(left, Number) and isinstance(right, Number) and left.variable is None and right.variable is None:
        value = _folded(link.op, left.value, right.value)
        if value is not None:
            return Number(value, link.span)
    op = link.op
    if literals == (True, False) and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
    return link._replace(op=op, left=left, right=right, matching=_simplified_matching(link.matching))


_FOLDS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": math.pow,
    "atan2": math.atan2,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def _folded(op: str, left: float, right: float) -> float | None:
    """The value of a constant operation; None where Python and Go part ways (division by zero, overflow)."""
    fold = _FOLDS.get(op)
    if fold is None:
        return None
    try:
        return float(fold(left, right))
    except (ArithmeticError, ValueError):
        return None
