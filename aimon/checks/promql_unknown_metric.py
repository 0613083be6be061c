"""A metric that is queried exists.

Why: Prometheus answers a query for a misspelt name with nothing at all, so an alert on it never fires and its panel
stays empty, and nobody is told. Metrics of others, which no service here declares, are listed under `external`.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m:
        expr: sum by (job) (rate(http_request_total[5m]))

Good::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m:
        expr: sum by (job) (rate(http_requests_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.finding import Finding
from aimon.promql.tree import Span
from aimon.stack import Stack
from aimon.suggest import Suggestions
from aimon.usage import readers
from aimon.written import name_span

ID = "promql/unknown-metric"


def check(stack: Stack) -> Iterator[Finding]:
    """Unknown names in queries, then those that variables and panels are made from."""
    known = stack.catalogue
    queried, declared = Suggestions(list(known.names())), Suggestions(known.metrics)
    unknown = list(of_queries(stack, lambda query: _all_unknown(query, queried)))
    reading = {reader.expression.at: reader.what for reader in readers(stack)} if unknown else {}
    yield from (each._replace(message=f"{each.message}, which {reading[each.at]} reads") for each in unknown)
    for board in stack.spec.dashboards:
        for variable in board.variables:
            if not known.knows(variable.of):
                yield _unknown(variable.of, known, queried, (*variable.at, "of"))
        for row in board.rows:
            for panel in row.panels:
                if panel.metric is not None and panel.metric not in known.metrics:
                    found = _no_picture(panel.metric, known, declared, (*panel.at, "metric"))
                    what = f"panel {panel.title}" if panel.title else f"a panel in row {row.title}"
                    yield found._replace(message=f"{found.message}, which {what} of dashboard {board.name} shows")


def _all_unknown(query: Query, queried: Suggestions) -> Iterator[Finding]:
    read = {selector.name: selector for selector in reversed(query.selectors)}
    for name, selector in reversed(read.items()):
        if name and "$" not in name and "[[" not in name and not query.known.knows(name):
            span = name_span(selector, query.text)
            renamed = _renamed(name, query.stack, query.at, span)
            yield renamed or _unknown(name, query.known, queried, query.at, span)


def _renamed(name: str, stack: Stack, at: Address, fragment: Span) -> Finding | None:
    """What a pack knows of a name that its exporter gave up."""
    for pack in stack.spec.packs:
        for renamed in pack.renamed(name):
            now = f"since {pack.title} {renamed.since}" if renamed.since else "now"
            message = f"`{name}` is called `{renamed.name}` {now}"
            return Finding(ID, message, at, fragment, help=renamed.note or f"query `{renamed.name}`")
    return None


def _unknown(name: str, known: Catalogue, queried: Suggestions, at: Address, fragment: Span | None = None) -> Finding:
    if name in known.metrics:
        parts = ", ".join(f"`{name}_{part}`" for part in known.metrics[name][0].parts)
        return Finding(ID, f"the histogram `{name}` has no series of its own name", at, fragment, help=f"query {parts}")
    cure = queried.did_you_mean(name, "declare it under `metrics` of its service, or list it under `external`")
    return Finding(ID, f"nothing exposes or records `{name}`", at, fragment, help=cure)


def _no_picture(name: str, known: Catalogue, declared: Suggestions, at: Address) -> Finding:
    """A panel by metric needs the type of the metric, which only a declaration tells."""
    if name in known.external:
        return Finding(ID, f"nobody tells the type of the external `{name}`", at, help="write `expr:`")
    whole = next((series.metric.name for series in known.find(name)), None)
    if whole is not None:
        message = f"no service exposes `{name}`, but as a part of `{whole}`"
        return Finding(ID, message, at, help=f"write `metric: {whole}`, or `expr:`")
    cure = declared.did_you_mean(name, "declare it under `metrics` of its service")
    return Finding(ID, f"no service exposes `{name}`", at, help=cure)
