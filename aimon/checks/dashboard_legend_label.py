"""A legend names labels that its query returns.

Why: Grafana shows nothing for a label that is not there, or its bare name, and several lines are called the same.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_total: {type: counter, labels: {queue: [mail, web]}}}}
    dashboards:
      main:
        rows:
          Work: [{title: Jobs, expr: 'sum(rate(jobs_total[$__rate_interval]))', legend: '{{queue}}'}]

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_total: {type: counter, labels: {queue: [mail, web]}}}}
    dashboards:
      main:
        rows:
          Work: [{title: Jobs, expr: 'sum by (queue) (rate(jobs_total[$__rate_interval]))', legend: '{{queue}}'}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.document import Address
from aimon.expressions import result_type
from aimon.finding import Finding, Related
from aimon.promql.labelling import Labels
from aimon.stack import Expression, Panel, Stack
from aimon.suggest import did_you_mean

ID = "dashboard/legend-label"
_LABEL = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}", re.ASCII)


def check(stack: Stack) -> Iterator[Finding]:
    """Every label in a legend that no query has which the legend is for."""
    shown = {panel.at: panel for board in stack.dashboards for panel in board.panels()}
    for board in stack.spec.dashboards:
        for said in board.panels():
            panel = shown.get(said.at)
            if panel is None:
                continue
            if said.legend:
                yield from _missing(said.legend, (*said.at, "legend"), _queries(panel), stack)
            for query in said.queries:
                if query.legend and query.legend != said.legend:
                    own = [each for each in _queries(panel) if each.at == query.at]
                    yield from _missing(query.legend, (*query.at[:-1], "legend"), own, stack)


def _queries(panel: Panel) -> list[Expression]:
    return [target.expression for target in panel.targets]


def _missing(legend: str, at: Address, queries: list[Expression], stack: Stack) -> Iterator[Finding]:
    known = [_labels(query, stack) for query in queries]
    labels: frozenset[str] = frozenset().union(*(each for each in known if each is not None))
    if None in known or not known:
        return
    for found in _LABEL.finditer(legend):
        if found[1] not in labels and found[1] != "__name__":
            has = f"it has {', '.join(sorted(labels))}" if labels else "it is a single line: write words instead"
            related = (Related(queries[0].at, "the query is here"),)
            cure, message = did_you_mean(found[1], labels, has), f"the query returns no label `{found[1]}`"
            yield Finding(ID, message, at, found.span(), help=cure, related=related)


def _labels(query: Expression, stack: Stack) -> Labels:
    return result_type(query.tree, stack.catalogue).labels if query.tree is not None else None
