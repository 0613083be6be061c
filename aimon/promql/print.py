"""Trees back to text: what was written, in one line and in the usual spacing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from aimon.promql.names import quoted
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
)

_TIGHTEST = 8  # what needs no parentheses anywhere
_SIGNED = 5  # a sign binds like a multiplication, and takes the powers behind it
_PLAIN_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|.*(?:\$|\[\[).*")
_PLAIN_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*|.*(?:\$|\[\[).*")
_NOT_A_NAME = frozenset({"bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf", "nan", "", ":"})
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))


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
    groups = [[matcher_text(matcher) for matcher in group] for group in (node.matchers, *node.any_of)]
    name = node.name or ""
    if node.name is not None and (not _PLAIN_NAME.fullmatch(name) or name.lower() in _NOT_A_NAME):
        groups[0].insert(0, quoted(name))
        name = ""
    inside = " or ".join(",".join(group) for group in groups)
    braces = f"{{{inside}}}" if inside else ""
    window = "" if node.window is None else f"[{duration(node.window)}]"
    return f"{name}{braces}{window}{_modifiers(node.offset, node.at)}"


def matcher_text(matcher: Matcher) -> str:
    """A matcher as it stands between braces."""
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
