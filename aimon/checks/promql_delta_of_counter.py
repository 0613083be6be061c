"""A difference or a slope is taken of a gauge.

Why: `delta`, `deriv` and the forecasts know of no restarts. When a counter begins again at zero they report a fall of
all that it had counted.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter}}}
    recording_rules:
      job:jobs_done:sum: {expr: 'sum by (job) (delta(jobs_done_total[5m]))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter}}}
    recording_rules:
      job:jobs_done:increase5m: {expr: 'sum by (job) (increase(jobs_done_total[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.stack import Stack

ID = "promql/delta-of-counter"
_INSTEAD = {
    "delta": "use `increase`",
    "idelta": "use `irate`",
    "deriv": "use `rate`",
    "predict_linear": "forecast its rate: `predict_linear(rate(…[5m])[1h:], …)`",
    "double_exponential_smoothing": "smooth its rate, in a subquery",
    "holt_winters": "smooth its rate, in a subquery",
}


def check(stack: Stack) -> Iterator[Finding]:
    """Every difference, slope and forecast of a counter."""
    return of_queries(stack, _wrong)


def _wrong(query: Query) -> Iterator[Finding]:
    for call in query.calls:
        values = query.types[call.args[0]] if call.function in _INSTEAD and call.args else None
        if values is None or values.series is None or not (values.is_raw_counter or values.is_aggregated_counter):
            continue
        metrics = sorted(values.source.metrics)
        declared = [found.metric for metric in metrics for found in query.known.find(metric)]
        kinds = {True: "recorded from a counter", False: f"declared a {values.series.type}"}
        related = [Related(metric.at, kinds[metric.origin == "recording"]) for metric in declared if metric.at]
        message = f"`{call.function}` needs a gauge, and `{', '.join(metrics)}` is a counter"
        yield Finding(ID, message, query.at, call.name_span, help=_INSTEAD[call.function], related=tuple(related))
