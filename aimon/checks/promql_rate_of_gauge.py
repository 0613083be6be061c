"""A rate is taken of a counter.

Why: `rate` and `increase` take every fall of a value for a restart and add what was there before, so of a gauge that
goes up and down they make a number that means nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue:sum: {expr: 'sum by (job) (rate(queue_length[5m]))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue:sum: {expr: 'sum by (job) (deriv(queue_length[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.result import Type
from aimon.promql.tree import Call
from aimon.stack import Stack

ID = "promql/rate-of-gauge"
_INSTEAD = {"rate": "deriv", "irate": "deriv", "increase": "delta"}


def check(stack: Stack) -> Iterator[Finding]:
    """Every growth of what surely goes up and down."""
    return of_queries(stack, _gauges)


def _gauges(query: Query) -> Iterator[Finding]:
    for call in query.calls:
        if call.function in _INSTEAD and call.args and query.types[call.args[0]].is_no_counter:
            yield _wrong(call, query.types[call.args[0]], query)


def _wrong(call: Call, values: Type, query: Query) -> Finding:
    series, name = values.series, ", ".join(sorted(values.source.metrics))
    form = "" if series is None or series.is_gauge else values.source.form
    kind = form or (series.type if series is not None else "gauge")
    called = {"rate": "a rate already", "increase": "an increase already", "info": "an info metric"}
    is_what = called.get(kind, f"a {kind}")
    declared = [found.metric for metric in sorted(values.source.metrics) for found in query.known.find(metric)]
    made = "recorded here" if form else f"declared {is_what}"
    related = tuple(Related(metric.at, made) for metric in declared if metric.at and (not form or metric.result))
    cure = f"use `{_INSTEAD[call.function]}`, or read it as it is"
    message = f"`{call.function}` needs a counter, and `{name}` is {is_what}"
    return Finding(ID, message, query.at, call.name_span, help=cure, related=related)
