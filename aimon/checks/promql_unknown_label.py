"""A label that is matched, grouped by or joined on exists.

Why: no series has it, so `{env="prod"}` selects nothing and `by (env)` makes one series of all, and nobody is told.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter, labels: {queue: [mail, image]}}}}
    recording_rules:
      queue:jobs_done:rate5m: {expr: 'sum by (queu) (rate(jobs_done_total[5m]))'}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_done_total: {type: counter, labels: {queue: [mail, image]}}}}
    recording_rules:
      queue:jobs_done:rate5m: {expr: 'sum by (queue) (rate(jobs_done_total[5m]))'}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.alike import Query, of_queries
from aimon.catalogue import AMBIENT
from aimon.finding import Finding, Related
from aimon.promql.facts import grouped_by, strange_matchers, strangers
from aimon.promql.result import Type
from aimon.promql.tree import Aggregation, Binary, Node, Selector, walk
from aimon.promql.types import Types
from aimon.stack import Stack
from aimon.suggest import did_you_mean
from aimon.written import word_span

ID = "promql/unknown-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Matchers, then groupings and joins; `le` of a quantile is left to `promql/le-lost`."""
    return of_queries(stack, _all_unknown)


def _all_unknown(query: Query) -> Iterator[Finding]:
    calls = (call for call in query.calls if "histogram_" in call.function)
    estimated = {id(node) for call in calls for node in walk(call)}
    for node in query.nodes:
        for name, side in _strange(node, query.types):
            if name != "le" or id(node) not in estimated:
                yield _unknown(name, side, node, query)


def _strange(node: Node, types: Types) -> Iterator[tuple[str, Type]]:
    """The names of labels in a node that no series has, with the type of those series."""
    if isinstance(node, Selector):
        known = types.known(node)
        is_described = any(series.type != "info" or series.labelling.sure - AMBIENT for series in known)
        for matcher in strange_matchers(node, known) if is_described else ():
            yield matcher.label, types[node]
    elif isinstance(node, Aggregation) and node.grouping is not None and not types[node.body].empty:
        yield from ((name, types[node.body]) for name in strangers(types[node.body].labelling, node.grouping.labels))
    elif isinstance(node, Binary) and node.matching is not None:
        left, right = types[node.left], types[node.right]
        if not left.empty and not right.empty:
            told = grouped_by(walk(node))
            for name in strangers(left.labelling, strangers(right.labelling, node.matching.labels)):
                if name not in told:
                    yield name, left
            one = left if node.matching.group == "right" else right
            yield from ((name, one) for name in strangers(one.labelling, node.matching.include))


def _unknown(name: str, side: Type, node: Node, query: Query) -> Finding:
    metrics = sorted(side.source.metrics)
    places = [(metric, found.metric.at) for metric in metrics for found in query.known.find(metric)]
    related = tuple(Related(at, f"`{metric}` is declared here") for metric, at in places if at)
    has = sorted(side.labels or ())
    what = f"`{metrics[0]}`" if isinstance(node, Selector) and metrics else "what is read here"
    cure = did_you_mean(name, has, f"it has {', '.join(has)}" if has else "no label is left here")
    return Finding(
        ID, f"{what} has no label `{name}`", query.at, word_span(node, name, query.text), False, cure, related
    )
