"""An SLO counts events, and its errors are among them.

Why: the share of errors is one counter divided by another, over many windows; aimon writes the rates. A gauge counts
nothing, a rate has its one window already, and errors of all services divided by the requests of one are no share.

Bad::

    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability:
        objective: 99.9%
        errors: rate(http_requests_total{status=~"5.."}[5m])
        total: http_requests_total
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability:
        objective: 99.9%
        errors: http_requests_total{status=~"5.."}
        total: http_requests_total
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.catalogue import Catalogue
from aimon.expressions import types_of
from aimon.finding import Finding, Related
from aimon.promql.print import to_text
from aimon.promql.tree import Call, Selector, bare, selectors, walk
from aimon.stack import Expression, Slo, Stack
from aimon.units import describe

ID = "slo/not-events"


def check(stack: Stack) -> Iterator[Finding]:
    """What is no selector, what does not count, and errors that are not among all events."""
    for slo in stack.slos:
        read = {str(part.at[-1]): part for part in slo.parts if part.tree is not None}
        counted = {key: selector for key, part in read.items() if (selector := _counted(part)) is not None}
        for key, part in read.items():
            if key == "ratio":
                yield from _no_share(part, stack)
            elif key not in counted:
                yield _no_selector(key, part)
            elif key != "metric":
                yield from _no_counter(part, counted[key], stack.catalogue)
        yield from _not_among(slo, counted, stack.catalogue)


def _counted(part: Expression) -> Selector | None:
    """The metric itself, where the query is one and nothing else."""
    for node in walk(part.tree) if part.tree is not None else ():
        if isinstance(node, Call) and node.function == "count_over_time" and node.span == node.name_span:
            return next(selectors(node))
    return None


def _no_selector(key: str, part: Expression) -> Finding:
    found = next(iter(selectors(part.tree)), None) if part.tree is not None else None
    plain = to_text(found._replace(window=None, offset=0.0, at=None)) if found is not None else "http_requests_total"
    message = f"`{key}` is a query, but aimon writes rates and windows itself"
    return Finding(ID, message, part.at, help=f"write the counter alone: `{plain}`")


def _no_counter(part: Expression, selector: Selector, known: Catalogue) -> Iterator[Finding]:
    for series in known.find(selector.name or ""):
        if not series.is_counter and series.metric.type != "unknown":
            message = f"`{selector.name}` is a {series.metric.type}, which counts no events"
            related = (Related(series.metric.at, "declared here"),) if series.metric.at else ()
            yield Finding(ID, message, part.at, help="name a counter, or write `ratio:`", related=related)


def _no_share(part: Expression, stack: Stack) -> Iterator[Finding]:
    result = types_of(bare(part.tree), stack.catalogue).result if part.tree is not None else None
    unit = result.unit if result is not None else None
    if unit is not None and not unit.is_share and (unit.dimensions or unit.noun):
        yield Finding(
            ID, f"`ratio` is {describe(unit)}, and no share of errors", part.at, help="divide it by the whole"
        )


def _not_among(slo: Slo, counted: Mapping[str, Selector], known: Catalogue) -> Iterator[Finding]:
    """Errors that are chosen more widely than all events, by a label that both have."""
    total, key = counted.get("total"), "errors" if "errors" in counted else "good"
    part = counted.get(key)
    if total is None or part is None:
        return
    labels = [found.metric.labels for found in known.find(part.name or "")]
    chosen = {own.label for own in part.matchers}
    for matcher in total.matchers:
        if labels and all(matcher.label in each for each in labels) and matcher.label not in chosen:
            told = f'{matcher.label}{matcher.op}"{matcher.value}"'
            message = f"`{key}` of `{slo.name}` are not among `total`, which has `{told}`"
            yield Finding(ID, message, (*slo.at, key), help=f"add `{told}`")
