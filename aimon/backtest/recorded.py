"""Recording rules without a history: their expressions stand for what they would have recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aimon.promql.names import quoted
from aimon.promql.print import duration
from aimon.promql.tree import Selector, selectors
from aimon.thing import RECORDING, Monitoring, Query, Thing

_STEP = 60.0  # between the moments of a range that nobody recorded, in seconds
_DEEPEST = 20
_LABEL = "label."


class UnwritableError(Exception):
    """A query whose past nobody can tell; the text says why."""


class Unrecorded:
    """The recording rules of one side; ``lacks`` says of a series whether it has no history."""

    def __init__(self, side: Monitoring, lacks: Callable[[str], bool]) -> None:
        self._rules: dict[str, list[Thing]] = {}
        for rule in side.of(RECORDING):
            self._rules.setdefault(rule.series, []).append(rule)
        self._lacks = lacks

    def spelled_out(self, query: Query, depth: int = 0) -> str:
        """The query with expressions in place of series that nobody recorded. Raises `UnwritableError`."""
        text, tree = query.text, query.tree
        if tree is None:
            raise UnwritableError("its expression cannot be read")
        if depth > _DEEPEST:
            raise UnwritableError("its recording rules read each other")
        for selector in sorted(selectors(tree), key=lambda one: one.span, reverse=True):
            rules = self._rules.get(selector.name or "")
            if rules and selector.name and self._lacks(selector.name):
                start, end = selector.span
                text = f"{text[:start]}{self._in_place_of(selector, rules, depth)}{text[end:]}"
        return text

    def _in_place_of(self, selector: Selector, rules: Sequence[Thing], depth: int) -> str:
        wanted = {matcher.label: matcher.value for matcher in selector.matchers if matcher.op == "="}
        fitting = [rule for rule in rules if wanted.items() <= _labels(rule).items()]
        if len(wanted) < len(selector.matchers) or selector.any_of or selector.offset or selector.at or not fitting:
            why = "which has no history, in a way that its expression cannot stand for"
            raise UnwritableError(f"it reads {selector.name}, {why}")
        made = " or ".join(self._made(rule, depth) for rule in fitting)
        return f"({made})" if selector.window is None else f"({made})[{duration(selector.window)}:{duration(_STEP)}]"

    def _made(self, rule: Thing, depth: int) -> str:
        """The expression of a recording rule with the labels that it sets."""
        text = f"({self.spelled_out(rule.queries[0], depth + 1)})"
        for name, value in _labels(rule).items():
            text = f'label_replace({text}, {quoted(name)}, {quoted(value.replace("$", "$$"))}, "", "")'
        return text


def _labels(rule: Thing) -> Mapping[str, str]:
    return {name.removeprefix(_LABEL): said for name, said in rule.said.items() if name.startswith(_LABEL)}
