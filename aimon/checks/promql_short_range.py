"""A range holds two scrapes of the metric at least.

Why: `rate` and its kin compare two samples, so over a range that mostly holds one they give nothing. Four scrapes are
better: then one that fails leaves no gap.

Bad::

    prometheus: {scrape_interval: 30s}
    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate45s:
        expr: sum by (job) (rate(http_requests_total[45s]))

Good::

    prometheus: {scrape_interval: 30s}
    services:
      api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter}}}
    recording_rules:
      job:http_requests:rate2m:
        expr: sum by (job) (rate(http_requests_total[2m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.tree import Selector, Span, bare
from aimon.stack import Stack
from aimon.units import format_duration

ID = "promql/short-range"
_OF_TWO_SAMPLES = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing"}
)


def check(stack: Stack) -> Iterator[Finding]:
    """Every range selector in a function of two samples whose metric is known to be scraped too seldom for it."""
    return of_queries(stack, _short)


def _short(query: Query) -> Iterator[Finding]:
    for call in query.calls:
        selector = bare(call.args[0]) if call.function in _OF_TWO_SAMPLES and call.args else None
        if isinstance(selector, Selector) and selector.name and isinstance(selector.window, float):
            yield from _too_short(query, call.function, selector, selector.name, selector.window)


def _too_short(query: Query, function: str, selector: Selector, name: str, window: float) -> Iterator[Finding]:
    known = {series.metric.interval: series.metric for series in query.known.find(name)}
    intervals = [interval for interval in known if interval is not None]
    if not intervals or None in known or name in query.known.external or window >= 2 * min(intervals):
        return
    often = min(intervals)
    metric, every = known[often], format_duration(often)
    range_ = format_duration(window)
    message = f"`{function}` needs two samples, but `{name}` is scraped every {every} and the range is {range_}"
    cure = f"write `[{format_duration(4 * often)}]`, or `[{format_duration(2 * often)}]` at least"
    related = Related(metric.at, f"`{metric.name}` is scraped every {every}, with its job `{metric.job}`")
    yield Finding(ID, message, query.at, _brackets(selector, query.text), help=cure, related=(related,))


def _brackets(selector: Selector, text: str) -> Span:
    """Where in the text the range stands: the last brackets of the selector."""
    start, end = selector.span
    return text.rfind("[", start, end), text.rfind("]", start, end) + 1
