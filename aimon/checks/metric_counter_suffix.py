"""A counter's name ends with `_total`, and no other name does.

Why: the ending tells people and tools that a number only grows, so that it wants `rate`; client libraries in the
OpenMetrics format add it by themselves, and the series that a query names without it is then not there. Well-known
exporters are left alone. https://prometheus.io/docs/practices/naming/#metric-names

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done: {type: counter}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding, Related
from aimon.stack import Stack

ID = "metric/counter-suffix"
_SUFFIX = "_total"
_UNSURE = frozenset({"unknown", "info"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every counter without the ending, and every other metric with it."""
    for service in stack.spec.services:
        for metric in service.own_metrics:
            ends = metric.name.endswith(_SUFFIX)
            if ends == (metric.type == "counter") or metric.type in _UNSURE or not _is_judged(metric.name, stack):
                continue
            related = (Related((*metric.at, "type"), f"a {metric.type} here"),)
            if ends:
                message = f"`{metric.name}` is a {metric.type}, but its name is that of a counter"
                cure = f"name it `{metric.name.removesuffix(_SUFFIX)}`, or declare it a counter"
            else:
                message, cure = (
                    f"the counter `{metric.name}` does not end with `_total`",
                    f"name it `{metric.name}_total`",
                )
            yield Finding(ID, message, metric.at, key=True, help=cure, related=related)


def _is_judged(name: str, stack: Stack) -> bool:
    """Whether the name is the user's own, and neither its form nor its type is in question."""
    types = {metric.type for metric in stack.catalogue.metrics.get(name, ())}
    return len(types) < 2 and name.replace(":", "_").isidentifier() and not is_from_elsewhere(name)
