"""The threshold of an alert on a quantile is the bound of a bucket.

Why: a quantile is a guess between two bounds: with buckets of 1 s and 5 s nobody can tell 1.5 s from 4 s, so an
alert at 2 s fires too early or too late. A bound at the threshold itself is exact there.
https://prometheus.io/docs/practices/histograms/#errors-of-quantile-estimation

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1, 5]}}}
    alerts:
      Slow: {expr: 'histogram_quantile(0.95, rate(request_seconds_bucket[5m]))', above: 2s, for: 5m,
             summary: Requests are slow, action: Look at the database}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {request_seconds: {type: histogram, buckets: [0.1, 1, 2, 5]}}}
    alerts:
      Slow: {expr: 'histogram_quantile(0.95, rate(request_seconds_bucket[5m]))', above: 2s, for: 5m,
             summary: Requests are slow, action: Look at the database}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from aimon.alike import Alerting, of_alerts
from aimon.catalogue import Metric
from aimon.finding import Finding, Related
from aimon.promql.tree import COMPARISONS, Binary, Call, Node, Number, Selector, bare, selectors
from aimon.stack import Alert, Stack
from aimon.written import recorded_trees

ID = "metric/bucket-missing-threshold"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound of a quantile between two buckets; one above all of them is left to the checks of comparisons."""
    recorded = recorded_trees(stack)
    return of_alerts(stack, lambda one: _between(one, recorded, stack))


def _between(one: Alerting, recorded: Mapping[str, Node | None], stack: Stack) -> Iterator[Finding]:
    bound, operand = _bound(one.alert, one.query.tree)
    metric = _metric(operand, recorded, stack)
    if bound is None or metric is None or not min(metric.buckets) < bound < max(metric.buckets):
        return
    if not any(math.isclose(bound, bucket, rel_tol=1e-9) for bucket in metric.buckets):
        at = one.alert.threshold.at if one.alert.threshold is not None else one.query.at
        cure = f"add {bound:g} to the buckets, or compare with one of them"
        related = (Related((*metric.at, "buckets"), "the buckets are here"),)
        yield Finding(ID, _message(metric, bound), at, help=cure, related=related)


def _message(metric: Metric, bound: float) -> str:
    below = max(bucket for bucket in metric.buckets if bucket < bound)
    above = min(bucket for bucket in metric.buckets if bucket > bound)
    return f"`{metric.name}` has no bucket at {bound:g}: between {below:g} and {above:g} its quantile is a guess"


def _bound(alert: Alert, tree: Node) -> tuple[float | None, Node]:
    """What the alert compares with, and what it compares."""
    if alert.threshold is not None:
        return float(alert.threshold.value), bare(tree)
    tree = bare(tree)
    if isinstance(tree, Binary) and tree.op in COMPARISONS and isinstance(tree.right, Number):
        return tree.right.value, bare(tree.left)
    return None, tree


def _metric(node: Node, recorded: Mapping[str, Node | None], stack: Stack) -> Metric | None:
    """The one histogram whose quantile it is, computed here or by a recording rule."""
    if isinstance(node, Selector) and node.name:
        behind = recorded.get(node.name)
        node = bare(behind) if behind is not None else node
    if not isinstance(node, Call) or node.function != "histogram_quantile":
        return None
    found = [series for read in selectors(node) if read.name for series in stack.catalogue.find(read.name)]
    if len(found) != 1 or found[0].part != "bucket" or not found[0].metric.buckets:
        return None
    return found[0].metric
