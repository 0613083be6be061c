"""The window of an SLO is kept, and long enough for its alerts.

Why: what Prometheus has deleted counts neither as good nor as bad: with 15 days of data the budget of 30 days is that
of 15. In a window of an hour no alert can look back further than the window itself, so that none is left.

Bad::

    prometheus: {retention: {time: 15d}}
    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability:
        {objective: 99.9%, window: 30d, errors: 'http_requests_total{status=~"5.."}', total: http_requests_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    prometheus: {retention: {time: 32d}}
    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability:
        {objective: 99.9%, window: 30d, errors: 'http_requests_total{status=~"5.."}', total: http_requests_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.promql.tree import Call, Selector, walk
from aimon.stack import Slo, Stack
from aimon.units import format_duration

ID = "slo/window"
_SHORTEST = 86400.0


def check(stack: Stack) -> Iterator[Finding]:
    """Windows beyond what is kept, below a day, and counters that are scraped too seldom for the shortest one."""
    kept = stack.server.retention_time
    for slo in stack.slos:
        at = (*slo.at, "window")
        if slo.window.seconds > kept.seconds:
            message = f"`{slo.name}` looks back {slo.window.text}, but Prometheus keeps {kept.text}"
            related = (Related(("prometheus", "retention", "time"), "the retention is here"),)
            cure = f"keep `{slo.window.text}` at least, or promise less"
            yield Finding(ID, message, at, help=cure, related=related)
        if slo.window.seconds < _SHORTEST:
            message = f"`{slo.name}` has a window of {slo.window.text}, in which no budget lasts until somebody comes"
            yield Finding(ID, message, at, help="write `7d`, `28d` or `30d`")
        yield from _too_seldom(slo, stack)


def _too_seldom(slo: Slo, stack: Stack) -> Iterator[Finding]:
    for part in slo.parts:
        for node in walk(part.tree) if part.tree is not None else ():
            counted = node.args[0] if isinstance(node, Call) and node.function == "count_over_time" else None
            if not isinstance(counted, Selector) or not isinstance(counted.window, float):
                continue
            for found in stack.catalogue.find(counted.name or ""):
                every = found.metric.interval
                if every is not None and 2 * every > counted.window:
                    often = format_duration(every)
                    message = f"`{slo.name}` counts over 5m, but `{found.metric.name}` is scraped every {often}"
                    related = (Related(found.metric.at, f"`{found.metric.name}` is declared here"),)
                    yield Finding(ID, message, part.at, help="scrape it every `1m`", related=related)
