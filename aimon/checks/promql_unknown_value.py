"""A matcher asks for a value that its label can have.

Why: `{status="500"}` where the service says `error` selects nothing, ever: the alert never fires and the panel stays
empty. The declared values of a label are all that it can be.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter, labels: {queue: [mail, image]}}}}
    recording_rules:
      job:jobs_done:rate5m: {expr: 'sum by (job) (rate(jobs_done_total{queue="mails"}[5m]))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter, labels: {queue: [mail, image]}}}}
    recording_rules:
      job:jobs_done:rate5m: {expr: 'sum by (job) (rate(jobs_done_total{queue="mail"}[5m]))'}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.finding import Finding, Related
from aimon.promql.facts import misfits, strange_matchers
from aimon.promql.tree import Matcher, Selector, Span
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "promql/unknown-value"
_MATCHER = r"(?<!\w)\"?%s\"?\s*%s\s*(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`)"
_MOST = 8  # values that a message lists


def check(stack: Stack) -> Iterator[Finding]:
    """Every matcher that fits no value; one of a label that does not exist is left to `promql/unknown-label`."""
    return of_queries(stack, _misfits)


def _misfits(query: Query) -> Iterator[Finding]:
    for selector in query.selectors:
        known = query.types.known(selector)
        found = misfits(selector, known) if not strange_matchers(selector, known) else []
        if found:
            yield _misfit(found, selector, query)


def _misfit(found: list[Matcher], selector: Selector, query: Query) -> Finding:
    matcher = found[0]
    written = ", ".join(f'{each.label}{each.op}"{each.value}"' for each in found)
    declared = query.known.find(selector.name or "")
    related = tuple(
        Related(each.metric.at, f"`{selector.name}` is declared here") for each in declared if each.metric.at
    )
    if matcher.label == "le" and declared:
        known = declared[0].metric.bucket_names
    else:
        told = (series.labelling.values.get(matcher.label, frozenset()) for series in query.types.known(selector))
        known = sorted(frozenset[str]().union(*told))
    more = ", …" if len(known) > _MOST else ""
    listed = f"`{matcher.label}` is one of {', '.join(known[:_MOST])}{more}" if known else None
    cure = did_you_mean(matcher.value, known, listed)
    message = f"no series of `{selector.name}` has `{written}`"
    return Finding(ID, message, query.at, _span(matcher, selector, query.text), help=cure, related=related)


def _span(matcher: Matcher, selector: Selector, text: str) -> Span:
    """Where in the text a matcher stands; of several of the same label the one with the same value."""
    start, end = selector.span
    hits = list(re.finditer(_MATCHER % (re.escape(matcher.label), re.escape(matcher.op)), text[start:end]))
    chosen = next((hit for hit in hits if hit[0][:-1].endswith(matcher.value)), hits[0] if hits else None)
    return (start + chosen.start(), start + chosen.end()) if chosen else selector.span
