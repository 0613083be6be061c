"""What a query reads through recording rules exists too.

Why: a recording rule over a metric that is not there records nothing, so every alert on it stays silent and every panel
on it stays empty, however many rules lie between. Each of them is named here at its own place, also a panel that is
made from such an alert; the query that names the metric itself is reported by promql/unknown-metric.

Bad::

    recording_rules:
      job:http_requests:rate5m:
        # aimon: ignore[promql/unknown-metric] the next release of the service exposes it
        expr: sum by (job) (rate(http_requests_total[5m]))
    dashboards:
      main: {rows: {Traffic: [{title: Requests, expr: 'job:http_requests:rate5m'}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate5m:
        expr: sum by (job) (rate(http_requests_total[5m]))
    dashboards:
      main: {rows: {Traffic: [{title: Requests, expr: 'job:http_requests:rate5m'}]}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.document import Address
from aimon.finding import Finding, Related
from aimon.promql.tree import selectors
from aimon.stack import Expression, Recording, Stack
from aimon.usage import Reader, readers
from aimon.written import queries

ID = "promql/blind"


def check(stack: Stack) -> Iterator[Finding]:
    """Everybody who reads names that do not exist, unless all of them stand in a query that is reported itself."""
    shapes = {id(each.shape): each for each in stack.expressions()}
    read = {name for expression in shapes.values() for name in _names(expression)}
    missing = {name for name in read if not stack.catalogue.knows(name)}
    if not missing:
        return
    everybody = list(readers(stack))
    recorded = {rule.name: rule for rule in stack.recordings()}
    told = {query.at for query in queries(stack)}
    said: set[Address] = set()
    for reader in everybody:
        ways = _missed(reader.expression, missing, recorded)
        untold = {name: way for name, way in ways.items() if way or reader.expression.at not in told}
        if untold and reader.at not in said:
            said.add(reader.at)
            yield _finding(reader, untold, recorded)


def _finding(reader: Reader, ways: Mapping[str, tuple[str, ...]], recorded: Mapping[str, Recording]) -> Finding:
    name, way = next(iter(ways.items()))
    chain = "".join(f"`{rule}`, which reads " for rule in way)
    message = f"{reader.what} is blind: it reads {chain}`{name}`, which nothing exposes or records"
    related = (
        Related(recorded[way[-1]].expression.at, f"{way[-1]} reads `{name}`") for name, way in ways.items() if way
    )
    return Finding(ID, message, reader.at, key=True, related=tuple(related))


def _missed(expression: Expression, missing: set[str], recorded: Mapping[str, Recording]) -> dict[str, tuple[str, ...]]:
    """The missing names behind an expression, each with the shortest way of recording rules that leads there."""
    ways: dict[str, tuple[str, ...]] = dict.fromkeys(_names(expression), ())
    waiting = list(ways)
    for name in waiting:  # it grows while we go through it
        for further in _names(recorded[name].expression) if name in recorded else ():
            if further not in ways:
                ways[further] = (*ways[name], name)
                waiting.append(further)
    return {name: way for name, way in ways.items() if name in missing}


def _names(expression: Expression) -> list[str]:
    """The names that an expression reads, without those that a variable of Grafana makes."""
    names = (found.name for found in selectors(expression.shape)) if expression.shape else ()
    return list(dict.fromkeys(name for name in names if name and "$" not in name and "[[" not in name))
