"""Scrapes and evaluations follow each other within five minutes.

Why: Prometheus forgets a value five minutes after it was read. What comes more seldom is not there most of the
time: queries return nothing, and alerts begin to wait anew.
https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness

Bad::

    services: {reports: {targets: ['reports:8080'], scrape_interval: 10m}}

Good::

    services: {reports: {targets: ['reports:8080'], scrape_interval: 2m}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding
from aimon.stack import Duration, Stack

ID = "service/long-interval"
LOOKBACK = 300


def check(stack: Stack) -> Iterator[Finding]:
    """The server's two intervals, and those of services that have one of their own."""
    server, said = stack.server, stack.spec.prometheus
    if said.scrape_interval:
        yield from _long("scraped", server.scrape_interval, ("prometheus", "scrape_interval"))
    if said.evaluation_interval and stack.groups:
        yield from _long("evaluated", server.evaluation_interval, ("prometheus", "evaluation_interval"))
    for job in stack.jobs:
        if job.interval.seconds != server.scrape_interval.seconds:
            yield from _long("scraped", job.interval, (*job.at, "scrape_interval"))


def _long(what: str, interval: Duration, at: Address) -> Iterator[Finding]:
    if interval.seconds >= LOOKBACK:
        message = f"what is {what} every {interval.text} is forgotten after 5m, and missing until the next time"
        yield Finding(ID, message, at, help="write `2m`: then one time may fail")
