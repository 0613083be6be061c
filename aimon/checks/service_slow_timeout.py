"""A scrape may not take longer than the time to the next one.

Why: Prometheus refuses a configuration in which `scrape_timeout` is greater than `scrape_interval`.

Bad::

    services: {api: {targets: ['api:8080'], scrape_interval: 15s, scrape_timeout: 20s}}

Good::

    services: {api: {targets: ['api:8080'], scrape_interval: 30s, scrape_timeout: 20s}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding, Related
from aimon.stack import Duration, Stack

ID = "service/slow-timeout"


def check(stack: Stack) -> Iterator[Finding]:
    """The server's timeout, and those of services."""
    server = stack.server
    yield from _slow("Prometheus", server.scrape_timeout, server.scrape_interval, ("prometheus",))
    for job in stack.jobs:
        if job.at[0] == "services":
            yield from _slow(f"`{job.name}`", job.timeout, job.interval, job.at)


def _slow(who: str, timeout: Duration, interval: Duration, at: Address) -> Iterator[Finding]:
    if timeout.seconds > interval.seconds:
        message = f"{who} waits {timeout.text} for an answer, but asks again after {interval.text}"
        related = (Related((*at, "scrape_interval"), f"the interval is {interval.text}"),)
        cure = f"write `scrape_timeout: {interval.text}` or less"
        yield Finding(ID, message, (*at, "scrape_timeout"), help=cure, related=related)
