"""Which Prometheus first had a function or a piece of syntax, and which one dropped it.

Sources: the changelog of Prometheus, the table of minimal versions in pint, and promtool 2.42 itself as the judge of
what it does not know yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from aimon.promql.lex import lex, number
from aimon.promql.tree import Aggregation, Binary, Call, Node, Number, Selector, Span, Subquery, walk

Version: TypeAlias = tuple[int, int]

SINCE: dict[str, Version] = {
    **dict.fromkeys(("clamp", "last_over_time", "sgn"), (2, 26)),
    "present_over_time": (2, 29),
    **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh"), (2, 31)),
    **dict.fromkeys(("deg", "pi", "rad", "sin", "sinh", "tan", "tanh"), (2, 31)),
    "day_of_year": (2, 37),
    **dict.fromkeys(("histogram_count", "histogram_fraction", "histogram_sum"), (2, 40)),
    **dict.fromkeys(("histogram_stddev", "histogram_stdvar"), (2, 48)),
    **dict.fromkeys(("mad_over_time", "sort_by_label", "sort_by_label_desc"), (2, 49)),
    "histogram_avg": (2, 51),
    **dict.fromkeys(("limit_ratio", "limitk"), (2, 54)),
    "info": (2, 55),
    "double_exponential_smoothing": (3, 0),
    **dict.fromkeys(("ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"), (3, 5)),
    **dict.fromkeys(("first_over_time", "ts_of_first_over_time"), (3, 7)),
    "histogram_quantiles": (3, 11),
    **dict.fromkeys(("end", "range", "start", "step"), (3, 12)),
    **dict.fromkeys(("max_of", "min_of"), (3, 13)),
    "start_timestamp": (3, 14),
    "integral": (3, 16),
}
REMOVED: dict[str, tuple[Version, str]] = {"holt_winters": ((3, 0), "double_exponential_smoothing")}

TRIGONOMETRY: Version = (2, 31)
AT_AND_NEGATIVE_OFFSET: Version = (2, 33)
NUMBERS_AND_DURATIONS_ALIKE: Version = (2, 54)
QUOTED_NAMES: Version = (3, 0)

Found: TypeAlias = tuple[Span, str, str]

_PLAIN_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_DURATION = re.compile(r"[-+ \t\r\n]*[0-9]+[a-zA-Z].*", re.DOTALL)
_BEFORE_DURATION = frozenset({"[", ":", "offset"})
_HEXADECIMAL = re.compile(r"[-+ ]*0[xX]")


def newer_than(node: Node, text: str, version: Version) -> Iterator[Found]:
    """What ``version`` of Prometheus does not have yet: the place, what it is, and the version that has it.

    ``text`` is what ``node`` was parsed from. Source order within each node, parents first.
    """
    for found in walk(node):
        for span, feature, since in _features(found, text):
            if since > version:
                yield span, feature, f"{since[0]}.{since[1]}"


def removed_in(node: Node, version: Version) -> Iterator[tuple[Span, str, str, str]]:
    """The functions that ``version`` has no longer: the place, the name, the version that dropped it, its successor."""
    for found in walk(node):
        if isinstance(found, Call) and found.function in REMOVED:
            since, successor = REMOVED[found.function]
            if version >= since:
                yield found.name_span, f"`{found.function}`", f"{since[0]}.{since[1]}", f"`{successor}`"


Feature: TypeAlias = tuple[Span, str, Version]


def _features(node: Node, text: str) -> Iterable[Feature]:
    if isinstance(node, Call):
        return _named(node.function, node.name_span)
    if isinstance(node, Aggregation):
        return (
            *_named(node.op, node.name_span),
            *_labels(node.grouping.labels if node.grouping else (), node.name_span),
        )
    if isinstance(node, Number):
        return _literal(node, text)
    if isinstance(node, Binary):
        return _operator(node)
    if isinstance(node, Selector):
        return (*_quoted(node), *_range(node, node.span[0], text))
    if isinstance(node, Subquery):
        return _range(node, node.body.span[1], text)
    return ()


def _named(name: str, span: Span) -> Iterator[Feature]:
    if name in SINCE:
        yield span, f"`{name}`", SINCE[name]


def _labels(labels: Iterable[str], span: Span) -> Iterator[Feature]:
    for label in labels:
        if not _PLAIN_NAME.fullmatch(label) and "$" not in label and "[[" not in label:
            yield span, f"the quoted label `{label}`", QUOTED_NAMES


def _operator(node: Binary) -> Iterator[Feature]:
    if node.op == "atan2":
        yield node.op_span, "`atan2`", TRIGONOMETRY
    if node.matching is not None:
        yield from _labels((*node.matching.labels, *node.matching.include), node.op_span)


def _literal(node: Number, text: str) -> Iterator[Feature]:
    written = text[node.span[0] : node.span[1]]
    if node.variable is not None:
        return
    if "_" in written:
        yield node.span, f"`_` in the number `{written}`", NUMBERS_AND_DURATIONS_ALIKE
    elif _DURATION.fullmatch(written) and not _HEXADECIMAL.match(written) and "e" not in written.lower():
        yield node.span, f"the duration `{written}` as a number", NUMBERS_AND_DURATIONS_ALIKE


def _quoted(node: Selector) -> Iterator[Feature]:
    names = [matcher.label for group in (node.matchers, *node.any_of) for matcher in group]
    yield from _labels(names, node.span)
    if node.name is not None:
        for span, _, since in _labels((node.name,), node.span):
            yield span, f"the quoted metric name `{node.name}`", since


def _range(node: Selector | Subquery, start: int, text: str) -> Iterator[Feature]:
    """Looks at the words behind the selector or the subquery's body, where ranges, offsets and times are written."""
    if node.window is None and node.at is None and not node.offset:
        return
    part = lex(text[start : node.span[1]], grafana=True)
    before = ""
    for index, word in enumerate(part.words):
        place = (start + part.starts[index], start + part.end(index))
        if word == "@":
            yield place, "the `@` modifier", AT_AND_NEGATIVE_OFFSET
        elif word == "-" and before == "offset":
            yield place, "a negative offset", AT_AND_NEGATIVE_OFFSET
            continue
        elif before in _BEFORE_DURATION and number(word) is not None:
            yield place, f"the number `{word}` as a duration", NUMBERS_AND_DURATIONS_ALIKE
        before = word.lower()
