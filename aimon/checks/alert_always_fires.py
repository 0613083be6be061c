"""An alert can be silent.

Why: a bound that all values reach makes an alert that fires from the first scrape on and tells nothing: a share below
30 that was meant as 30 %, a rate that is not negative.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {hit_ratio: {type: gauge, range: [0, 1]}}}
    alerts:
      FewHits: {expr: hit_ratio, below: 30, for: 5m, summary: The cache is cold, action: Look at the cache}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {hit_ratio: {type: gauge, range: [0, 1]}}}
    alerts:
      FewHits: {expr: hit_ratio, below: 0.3, for: 5m, summary: The cache is cold, action: Look at the cache}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.alike import Alerting, of_alerts
from aimon.bounds import declared_ranges, fits, said_range
from aimon.finding import Finding
from aimon.promql.facts import comparison_outcome, outcome_of
from aimon.promql.result import constant
from aimon.promql.tree import COMPARISONS, Aggregation, Binary, Call, Node, Selector, bare, walk
from aimon.stack import Stack
from aimon.written import recorded_trees, with_recorded

ID = "alert/always-fires"
_THERE = frozenset({"absent", "absent_over_time", "present_over_time", "count_over_time"})
_CURE = "choose a bound that the values can also miss"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound of the user's alerts that always holds, unless it only asks whether something is there at all."""
    recorded = recorded_trees(stack)
    return of_alerts(stack, lambda one: _always(one, recorded, stack) if len(one.said.bounds) < 2 else iter(()))


def _always(one: Alerting, recorded: Mapping[str, Node | None], stack: Stack) -> Iterator[Finding]:
    behind, bound = with_recorded(one.query.tree, recorded), one.alert.threshold
    if behind is None:
        return
    types, top = one.query.types, bare(one.query.tree)
    asked = [*walk(top)][1:] if bound is None else [*walk(top)]  # the comparison itself is the bound
    if any(_asks_presence(node, stack) for node in (*asked, *(each for tree in behind[1:] for each in walk(tree)))):
        return
    if bound is None and isinstance(top, Binary) and not top.returns_bool and outcome_of(top, types):
        left = types[top.left]
        values = types[top.right] if left.is_constant else left
        message, related = f"`{top.op}` always holds here: {said_range(values)}", declared_ranges(values, stack)
        yield Finding(ID, message, one.query.at, top.op_span, help=_CURE, related=related)
    values = types.result
    if bound is None or values.empty or not fits(one.alert, values):
        return
    if comparison_outcome(bound.operator, values, constant(float(bound.value))):
        message = f"`{bound.at[-1]}: {bound.quantity.text}` is always true: {said_range(values)}"
        yield Finding(ID, message, bound.at, help=_CURE, related=declared_ranges(values, stack))


def _asks_presence(node: Node, stack: Stack) -> bool:
    """Whether a node is not always there, or counts what is, so that any value of it says something."""
    if isinstance(node, Binary):
        return node.op in ("and", "unless") or (node.op in COMPARISONS and not node.returns_bool)
    if isinstance(node, Selector):
        found = stack.catalogue.find(node.name or "")
        kinds = {series.metric.type for series in found}
        return not found or bool(kinds & {"info", "stateset"}) or (node.name or "").startswith("ALERTS")
    return (isinstance(node, Call) and node.function in _THERE) or (
        isinstance(node, Aggregation) and node.op in ("count", "group", "count_values")
    )
