"""A rate on a dashboard looks back over `$__rate_interval`.

Why: `$__interval` shrinks with the time range, in the end below two scrapes: then `rate` has nothing to compare,
and the panel is empty just when somebody zooms in. `$__rate_interval` holds four scrapes at least.
https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_total: {type: counter}}}
    dashboards:
      main: {rows: {Work: [{title: Jobs, expr: 'sum(rate(jobs_total[$__interval]))'}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_total: {type: counter}}}
    dashboards:
      main: {rows: {Work: [{title: Jobs, expr: 'sum(rate(jobs_total[$__rate_interval]))'}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.promql.tree import Call, Node, Selector, bare, walk
from aimon.stack import Stack

ID = "dashboard/rate-interval"
_RATES = frozenset({"rate", "irate", "deriv"})
_INTERVAL = frozenset({"$__interval", "${__interval}", "[[__interval]]"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every rate over the plain interval."""
    for board in stack.dashboards:
        for panel in board.panels():
            for query in (target.expression for target in panel.targets):
                for selector in _plain(query.tree) if query.tree is not None else ():
                    start, end = selector.span
                    fragment = (query.text.rfind("[", start, end), query.text.rfind("]", start, end) + 1)
                    if query.text.endswith("]]]", start, fragment[1]):
                        fragment = (query.text.rfind("[[[", start, end), fragment[1])
                    message = "`$__interval` may be shorter than two scrapes, and then there is no rate"
                    yield Finding(ID, message, query.at, fragment, help="write `[$__rate_interval]`")


def _plain(tree: Node) -> Iterator[Selector]:
    for call in walk(tree):
        if isinstance(call, Call) and call.function in _RATES and call.args:
            selector = bare(call.args[0])
            if isinstance(selector, Selector) and selector.window in _INTERVAL:
                yield selector
