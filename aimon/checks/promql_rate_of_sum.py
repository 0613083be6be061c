"""A rate is taken before a sum.

Why: where one of many counters restarts, their sum falls by what it had counted. `rate` takes that fall for a restart
of the whole and reports a peak of all that was ever counted.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter}}}
    recording_rules:
      job:jobs_done:rate5m: {expr: 'rate(sum by (job) (jobs_done_total)[5m:])'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter}}}
    recording_rules:
      job:jobs_done:rate5m: {expr: 'sum by (job) (rate(jobs_done_total[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.stack import Stack

ID = "promql/rate-of-sum"
_GROWTH = frozenset({"rate", "irate", "increase"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every growth of counters that were made one before, in a subquery or by a recording rule."""
    return of_queries(stack, _of_sums)


def _of_sums(query: Query) -> Iterator[Finding]:
    for call in query.calls:
        values = query.types[call.args[0]] if call.function in _GROWTH and call.args else None
        if values is None or not values.is_aggregated_counter or values.series is None:
            continue
        name = values.series.name
        metrics = [found.metric for each in sorted(values.source.metrics) for found in query.known.find(each)]
        made = {True: "recorded here", False: "declared a counter"}
        related = tuple(Related(metric.at, made[metric.origin == "recording"]) for metric in metrics if metric.at)
        message = f"`{call.function}` after a sum: a restart of one `{name}` looks like growth of all"
        cure = f"turn it round: `sum({call.function}({name}[5m]))`"
        yield Finding(ID, message, query.at, call.name_span, help=cure, related=related)
