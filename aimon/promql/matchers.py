"""What a label matcher lets through: a test of values where one can be made, and the labels that remain.

Prometheus' expressions are RE2's, anchored at both ends. Only what means the same to Python, and cannot make it search
for long, is tried; every other pattern is unknown, which narrows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from aimon.promql.labelling import Labelling
from aimon.promql.tree import Matcher

VARIABLE = re.compile(r"\$\{?[A-Za-z_]|\[\[")  # of Grafana
_TOKEN = re.compile(
    r"(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<bar>\|)|(?P<repeat>[*+]|\{\d\d?(?:,\d{0,2})?\})|(?P<maybe>\?)"
    r"|(?P<class>\[\^?(?:[^\\\[\]^]|\\[dwDW]|\\[^\w\s])+\])|(?P<wild>\.|\\[dwDW])|(?P<anchor>[\^$])"
    r"|(?P<literal>\\[^\w\s]|[^\\()\[\]{}*+?|^$.])",
    re.ASCII,
)
_FUTURE_SET = re.compile(r"\[.*(?:--|&&|\|\||~~)")  # Python may read these as operators some day, and warns
_LONGEST_PATTERN = 400
_MOST_REPEATS = 3


class Test(NamedTuple):
    """Whether a matcher fits a value; ``values`` are the only ones that do, where they can be listed."""

    fits: Callable[[str], bool]
    fits_absence: bool
    values: frozenset[str] | None = None


@lru_cache(maxsize=4096)
def matcher_test(op: str, text: str) -> Test | None:
    """The test that a matcher makes; None where it cannot be told, as with a Grafana variable."""
    if VARIABLE.search(text):
        return None
    listed = frozenset({text}) if op in ("=", "!=") else alternatives(text)
    if listed is not None:
        if op in ("=", "=~"):
            return Test(listed.__contains__, "" in listed, listed - {""})
        return Test(lambda value: value not in listed, "" not in listed)
    pattern = compiled(text)
    if pattern is None:
        return None
    matches = pattern.fullmatch
    if op == "=~":
        return Test(lambda value: matches(value) is not None, matches("") is not None)
    return Test(lambda value: matches(value) is None, matches("") is None)


def alternatives(pattern: str) -> frozenset[str] | None:
    """The values of a pattern that only lists them, such as ``a|b``; None where it does more."""
    if pattern.startswith("(") and pattern.endswith(")"):
        pattern = pattern[3 if pattern.startswith("(?:") else 1 : -1]
    if pattern.isalnum():
        return frozenset({pattern})
    found, at = [""], 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or token.lastgroup not in ("literal", "bar"):
            return None
        if token.lastgroup == "bar":
            found.append("")
        else:
            found[-1] += token[0][-1]
        at = token.end()
    return frozenset(found)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern as Python's, to be matched in full; None for one that may mean something else or take long."""
    if len(pattern) > _LONGEST_PATTERN or _FUTURE_SET.search(pattern) or not _is_harmless(pattern):
        return None
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None


def _is_harmless(pattern: str) -> bool:
    """Whether the search stays short: few repeats, none of a group, few choices in groups."""
    at = depth = repeats = choices = 0
    before: str | None = ""
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            return False
        kind = token.lastgroup
        if kind == "repeat" and before not in ("class", "wild", "literal"):
            return False
        if kind == "maybe" and before in ("open", "bar", ""):  # (?i) and the like
            return False
        depth += (kind == "open") - (kind == "close")
        if kind == "bar" and not depth:
            repeats = choices = 0
        repeats += kind == "repeat"
        choices += kind in ("bar", "maybe")
        if repeats > _MOST_REPEATS or choices > (10 if repeats < 2 else 4):
            return False
        before, at = kind, token.end()
    return True


def narrowed(labels: Labelling, matchers: Iterable[Matcher]) -> Labelling | None:
    """The labels of the series that all matchers fit; None where there can be no such series."""
    for matcher in matchers:
        if matcher.label != "__name__" and (test := matcher_test(matcher.op, matcher.value)) is not None:
            left = tested(labels, matcher.label, test)
            if left is None:
                return None
            labels = left
    return labels


def tested(labels: Labelling, name: str, test: Test) -> Labelling | None:
    """The labels of the series whose label ``name`` passes; None where none can."""
    known = labels.values.get(name)
    if known is None:
        passing = test.values
    else:  # a label may have thousands of values
        passing = frozenset(filter(test.fits, known)) if test.values is None else known & test.values
    may_be_there = labels.may_have(name) and (passing is None or bool(passing))
    may_be_absent = test.fits_absence and name not in labels.sure
    if not may_be_there and not may_be_absent:
        return None
    names, sure, values = labels.names, labels.sure, labels.values
    if may_be_there:
        if not test.fits_absence:
            sure = sure | {name}
        if passing is not None and passing != known:
            values = {**values, name: passing}
    else:
        names = None if names is None else names - {name}
        values = {other: those for other, those in values.items() if other != name}
    return Labelling(names, sure, values, labels.key)
