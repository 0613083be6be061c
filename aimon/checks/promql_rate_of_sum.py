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

from aimon.expressions import types_of
from aimon.finding import Finding, Related
from aimon.promql.tree import Call, walk
from aimon.stack import Stack
from aimon.written import queries

ID = "promql/rate-of-sum"
_GROWTH = frozenset({"rate", "irate", "increase"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every growth of counters that were made one before, in a subquery or by a recording rule."""
    for query in queries(stack):
        for call in walk(query.tree) if query.tree is not None else ():
            if query.tree is None or not isinstance(call, Call) or call.function not in _GROWTH or not call.args:
                continue
            values = types_of(query.tree, stack.catalogue)[call.args[0]]
            if not values.is_aggregated_counter or values.series is None:
                continue
            name = values.series.name
            related = [
                Related(
                    found.metric.at, "recorded here" if found.metric.origin == "recording" else "declared a counter"
                )
                for metric in sorted(values.source.metrics)
                for found in stack.catalogue.find(metric)
                if found.metric.at
            ]
            message = f"`{call.function}` after a sum: a restart of one `{name}` looks like growth of all"
            cure = f"turn it round: `sum({call.function}({name}[5m]))`"
            yield Finding(ID, message, query.at, call.name_span, help=cure, related=tuple(related))
