"""Who uses what: the metrics behind every expression, and the alerts and panels behind every metric."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.promql.tree import selectors
from aimon.stack import Alert, Dashboard, Expression, Panel, PanelLink, Stack


class Reader(NamedTuple):
    """A rule or a panel in words, where it is written, and one of its queries."""

    what: str
    at: Address
    expression: Expression


def readers(stack: Stack) -> Iterator[Reader]:
    """Everybody who reads metrics: the rules, then the panels that somebody wrote."""
    for group in stack.groups:
        for rule in group.rules:
            kind = "alert" if isinstance(rule, Alert) else "recording rule"
            yield Reader(f"{kind} {rule.name}", rule.at, rule.expression)
    for board in stack.dashboards if stack.spec.dashboards else ():
        for panel in board.panels():
            what = f"panel {panel.title or panel.id} of dashboard {board.name}"
            for target in panel.targets:
                yield Reader(what, panel.at, target.expression)


def metrics_of(expression: Expression, catalogue: Catalogue) -> list[str]:
    """The declared metrics and recording rules that an expression reads directly, in order, each once."""
    if expression.shape is None:
        return []
    names = (found.name for found in selectors(expression.shape) if found.name)
    return list(dict.fromkeys(series.metric.name for name in names for series in catalogue.find(name)[:1]))


class Usage:
    """The index of a stack, made on the first question."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def metrics_of(self, expression: Expression) -> list[str]:
        """The metrics of services that an expression reads, itself or through recording rules."""
        names = self._all_metrics_of(expression)
        return [name for name in names if self._stack.catalogue.metrics[name][0].origin == "service"]

    def metrics_of_panel(self, panel: Panel) -> list[str]:
        """What a panel reads, itself or through recording rules."""
        return list(dict.fromkeys(name for target in panel.targets for name in self.metrics_of(target.expression)))

    def alerts_on(self, metric: str) -> list[str]:
        """The alerts that read a metric, themselves or through recording rules."""
        return list(dict.fromkeys(self._alerts.get(metric, ())))

    def panels_on(self, metric: str) -> list[PanelLink]:
        """The panels that show a metric, themselves or through recording rules."""
        return list(dict.fromkeys(self._panels.get(metric, ())))

    @cached_property
    def _recorded(self) -> dict[str, list[str]]:
        return {rule.name: metrics_of(rule.expression, self._stack.catalogue) for rule in self._stack.recordings()}

    def _all_metrics_of(self, expression: Expression) -> Iterator[str]:
        """What an expression reads, with what the recording rules in between read."""
        waiting, seen = metrics_of(expression, self._stack.catalogue), set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                yield name
                waiting.extend(self._recorded.get(name, ()))

    @cached_property
    def _alerts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for alert in self._stack.alerts():
            for metric in self._all_metrics_of(alert.expression):
                found.setdefault(metric, []).append(alert.name)
        return found

    @cached_property
    def _panels(self) -> dict[str, list[PanelLink]]:
        found: dict[str, list[PanelLink]] = {}
        for board in self._stack.dashboards:
            for panel in board.panels():
                for target in panel.targets:
                    for metric in self._all_metrics_of(target.expression):
                        found.setdefault(metric, []).append(_link(board, panel))
        return found


def _link(board: Dashboard, panel: Panel) -> PanelLink:
    return PanelLink(board.uid, board.title, panel.id, panel.title)
