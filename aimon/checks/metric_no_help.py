"""The metrics of a service are all described, or none is.

Why: the help is what people read in the catalogue, in Grafana and behind `/metrics`. Where the others are
described, the one that is not was forgotten.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          jobs_done_total: {type: counter, help: Jobs that were finished}
          jobs_failed_total: {type: counter}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          jobs_done_total: {type: counter, help: Jobs that were finished}
          jobs_failed_total: {type: counter, help: Jobs that were given up}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "metric/no-help"


def check(stack: Stack) -> Iterator[Finding]:
    """Every metric without help in a service that describes another one."""
    for service in stack.spec.services:
        if any(metric.help for metric in service.metrics):
            for metric in service.metrics:
                if not metric.help:
                    message = (
                        f"`{metric.name}` does not say what it measures, as the other metrics of `{service.name}` do"
                    )
                    yield Finding(ID, message, metric.at, key=True, help="add `help:`, one line for people")
