"""Who uses what: the metrics behind every expression, and the alerts and panels behind every metric."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.promql.tree import selectors
from aimon.stack import Alert, Dashboard, Expression, Panel, PanelLink, Recording, Stack


class Reader(NamedTuple):
    """A rule or a panel in words, where it is written, and one of its queries."""

    what: str
    at: Address
    expression: Expression


def readers(stack: Stack) -> Iterator[Reader]:
    """Everybody who reads metrics: the rules, then the panels that somebody wrote.

    An SLO is one reader, and all its pictures on a dashboard are one: what they read is what was written of it.
    """
    for group in stack.groups:
        for rule in group.rules:
            if rule.at[0] != "slos":
                kind = "alert" if isinstance(rule, Alert) else "recording rule"
                yield Reader(f"{kind} {rule.name}", rule.at, rule.expression)
    parts = {slo.name: slo.parts for slo in stack.slos}
    for slo in stack.slos:
        yield from (Reader(f"SLO {slo.name}", slo.at, part) for part in slo.parts)
    written = {board.at for board in stack.spec.dashboards}
    for board in stack.dashboards:
        for panel in board.panels() if board.at in written else ():
            what = f"panel {panel.title or panel.id}" if panel.slo is None else f"picture of SLO {panel.slo}"
            queries = [part._replace(at=(*panel.at, "slo")) for part in parts.get(panel.slo or "", ())]
            queries = queries or [target.expression for target in panel.targets]
            yield from (Reader(f"{what} of dashboard {board.name}", panel.at, query) for query in queries)


def metrics_of(expression: Expression, catalogue: Catalogue) -> list[str]:
    """The declared metrics and recording rules that an expression reads directly, in order, each once."""
    if expression.shape is None:
        return []
    names = (found.name for found in selectors(expression.shape) if found.name)
    return list(dict.fromkeys(series.metric.name for name in names for series in catalogue.find(name)[:1]))


def names_read(stack: Stack) -> dict[str, set[Address]] | None:
    """The names that the queries of a stack read, and where; None where one cannot be read or leaves the name open."""
    found: dict[str, set[Address]] = {}
    for query in stack.expressions():
        if query.shape is None:
            return None
        for selector in selectors(query.shape):
            if selector.name is None or "$" in selector.name:
                return None
            found.setdefault(selector.name, set()).add(query.at)
    return found


class Recorded:
    """The recording rules by name."""

    def __init__(self, stack: Stack) -> None:
        self._named: dict[str, list[Recording]] = {}
        for rule in stack.recordings():
            self._named.setdefault(rule.name, []).append(rule)

    def behind(self, query: Expression) -> Iterator[Recording]:
        """The rules that a query reads; of several with one name those whose labels it asks for."""
        for selector in selectors(query.tree) if query.tree is not None else ():
            wanted = {matcher.label: matcher.value for matcher in selector.matchers if matcher.op == "="}
            for rule in self._named.get(selector.name or "", ()):
                if all(wanted.get(label, text) == text for label, text in rule.labels.items()):
                    yield rule


class Usage:
    """The index of a stack, made on the first question."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def metrics_of(self, expression: Expression) -> list[str]:
        """The metrics of services that an expression reads, itself or through recording rules."""
        names = self.read_by(expression)
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
    def _recorded(self) -> Recorded:
        return Recorded(self._stack)

    def read_by(self, expression: Expression) -> Iterator[str]:
        """What an expression reads, itself first, then what the recording rules in between read."""
        waiting, passed, told = [expression], set[int](), set[str]()
        while waiting:
            query = waiting.pop()
            for name in reversed(metrics_of(query, self._stack.catalogue)):
                if name not in told:
                    told.add(name)
                    yield name
            for rule in self._recorded.behind(query):
                if id(rule) not in passed:
                    passed.add(id(rule))
                    waiting.append(rule.expression)

    @cached_property
    def _alerts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for alert in self._stack.alerts():
            for metric in self.read_by(alert.expression):
                found.setdefault(metric, []).append(alert.name)
        return found

    @cached_property
    def _panels(self) -> dict[str, list[PanelLink]]:
        found: dict[str, list[PanelLink]] = {}
        for board in self._stack.dashboards:
            for panel in board.panels():
                for target in panel.targets:
                    for metric in self.read_by(target.expression):
                        found.setdefault(metric, []).append(_link(board, panel))
        return found


def _link(board: Dashboard, panel: Panel) -> PanelLink:
    return PanelLink(board.uid, board.title, panel.id, panel.title)
