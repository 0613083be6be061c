"""The range in the name of a recording rule is the one in its expression.

Why: whoever reads `rate5m` compares it with other rates over five minutes. A rule whose range was changed and whose
name was not misleads everyone who does not open it.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m: {expr: 'sum by (job) (rate(http_requests_total[10m]))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate10m: {expr: 'sum by (job) (rate(http_requests_total[10m]))'}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from aimon.alike import of_recordings
from aimon.finding import Finding, Related
from aimon.promql.tree import Node, Selector, Subquery, walk
from aimon.stack import Recording, Stack
from aimon.units import UnitError, format_duration, parse_duration
from aimon.written import recorded_trees, with_recorded

ID = "recording/name-window"
_WINDOW = re.compile(r"(?<=[a-z_])(\d+(?:ms|[smhdwy]))(?=_|$)")


def check(stack: Stack) -> Iterator[Finding]:
    """Every name that tells a range, if the expression and the rules that it reads have ranges, and all others."""
    recorded = recorded_trees(stack)
    return of_recordings(stack, lambda rule: _other(rule, recorded))


def _other(rule: Recording, recorded: Mapping[str, Node | None]) -> Iterator[Finding]:
    told, tree = _told(rule.name), rule.expression.tree
    trees = with_recorded(tree, recorded) if told is not None and tree is not None else None
    if told is None or tree is None or trees is None:
        return
    ranges = [found for each in trees for found in _ranges(each)]
    seconds = {found.window for found in ranges}
    if ranges and told[1] not in seconds and all(isinstance(window, float) for window in seconds):
        first = ranges[0]
        own = next(_ranges(tree), None)
        has = format_duration(first.window) if isinstance(first.window, float) else first.window
        message = f"`{rule.name}` tells of {told[0]}, but the range is {has}"
        fragment = _brackets(own.span, rule.expression.text) if own is not None else None
        related = (Related(rule.at, f"the rule is named `{rule.name}` here"),)
        cure = f"write `[{told[0]}]`, or `{has}` in the name"
        yield Finding(ID, message, rule.expression.at, fragment, help=cure, related=related)


def _told(name: str) -> tuple[str, float] | None:
    """The range in the operations of a name, as it is written and in seconds."""
    found = _WINDOW.search(name.rpartition(":")[2]) if ":" in name else None
    try:
        return (found[1], float(parse_duration(found[1]))) if found else None
    except UnitError:
        return None


def _ranges(tree: Node) -> Iterator[Selector | Subquery]:
    for node in walk(tree):
        if isinstance(node, (Selector, Subquery)) and node.window is not None:
            yield node


def _brackets(span: tuple[int, int], text: str) -> tuple[int, int]:
    start, end = span
    return text.rfind("[", start, end), text.rfind("]", start, end) + 1
