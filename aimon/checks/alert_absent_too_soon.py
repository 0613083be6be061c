"""An alert on what is absent waits for two scrapes at least.

Why: a series is absent after each restart of Prometheus and of the service, until it was scraped again. An alert
that does not wait as long fires on every deployment.

Bad::

    services:
      api: {targets: ['api:8080'], scrape_interval: 1m, metrics: {jobs_done_total: {type: counter}}}
    alerts:
      NoJobs: {expr: absent(jobs_done_total), for: 1m, summary: No jobs are counted, action: Look at the worker}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], scrape_interval: 1m, metrics: {jobs_done_total: {type: counter}}}
    alerts:
      NoJobs: {expr: absent(jobs_done_total), for: 5m, summary: No jobs are counted, action: Look at the worker}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Alerting, of_alerts
from aimon.finding import Finding, Related
from aimon.promql.tree import Node, selectors
from aimon.stack import Stack
from aimon.units import format_duration

ID = "alert/absent-too-soon"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert on `absent` whose wait is shorter; one without `for` is left to `alert/without-for`."""
    return of_alerts(stack, lambda one: _too_soon(one, stack))


def _too_soon(one: Alerting, stack: Stack) -> Iterator[Finding]:
    wait = one.alert.wait
    absent = (call for call in one.query.calls if call.function == "absent")
    for slow in (_slowest(call.args[0], stack) for call in absent):
        if wait is not None and slow is not None and wait.seconds < 2 * slow[1]:
            every, at = format_duration(slow[1]), slow[2]
            message = f"`{slow[0]}` is scraped every {every}, but its absence is an alert after {wait.text}"
            related = (Related(at, f"`{slow[0]}` is declared here"),) if at else ()
            cure = f"write `for: {format_duration(max(2 * slow[1], 300))}`"
            yield Finding(ID, message, (*one.alert.at, "for"), help=cure, related=related)
            return


def _slowest(node: Node, stack: Stack) -> tuple[str, float, tuple[str | int, ...]] | None:
    """The metric that is scraped most seldom, how often, and where it is declared; None where one is not known."""
    slowest: tuple[str, float, tuple[str | int, ...]] | None = None
    for selector in selectors(node):
        found = stack.catalogue.find(selector.name) if selector.name else ()
        intervals = [(series.metric.interval, series.metric.at) for series in found]
        if not intervals or selector.name in stack.catalogue.external:
            return None
        for interval, at in intervals:
            if interval is None:
                return None
            if slowest is None or interval > slowest[1]:
                slowest = (selector.name or "", interval, at)
    return slowest
