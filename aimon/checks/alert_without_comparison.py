"""An alert has a condition.

Why: an alert fires for every series that its expression returns. Without a bound, a comparison or an `absent` that is
always, and a comparison with `bool` answers 0 or 1 instead of leaving something out.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong: {expr: sum(queue_length), for: 5m, summary: Too many jobs wait, action: Add a worker}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    alerts:
      QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.alike import Alerting, of_alerts
from aimon.catalogue import Catalogue
from aimon.finding import Finding
from aimon.promql.tree import COMPARISONS, Binary, Call, Node, Selector, selectors, walk
from aimon.stack import Stack
from aimon.written import recorded_trees, with_recorded

ID = "alert/without-comparison"

# Series and functions that are there only while something is the case.
_AT_TIMES = frozenset({"ALERTS", "ALERTS_FOR_STATE", "absent", "absent_over_time"})
# Types that tell nothing about when there are series.
_UNSURE = frozenset({"info", "unknown"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert whose expression leaves nothing out, as far as all that it reads is known."""
    recorded = recorded_trees(stack)
    return of_alerts(stack, lambda one: _unbounded(one, recorded))


def _unbounded(one: Alerting, recorded: Mapping[str, Node | None]) -> Iterator[Finding]:
    if not one.said.bounds and _always(one.query.tree, recorded, one.query.known):
        message = f"`{one.said.name}` fires whenever its expression returns anything"
        cure = "add `above:` or `below:`, or compare in the expression"
        yield Finding(ID, message, (*one.said.at, "expr"), help=cure)


def _always(tree: Node, recorded: Mapping[str, Node | None], known: Catalogue) -> bool:
    """Whether an expression leaves nothing out; one that reads no series, ``vector(1)``, is a dead man's switch."""
    if not any(selectors(tree)):
        return False
    trees = with_recorded(tree, recorded)
    return trees is not None and not any(_chooses(node, known) for found in trees for node in walk(found))


def _chooses(node: Node, known: Catalogue) -> bool:
    """Whether a node may leave something out on a condition, or nobody knows."""
    if isinstance(node, Binary):
        return (node.op in COMPARISONS and not node.returns_bool) or node.op in ("and", "unless")
    if isinstance(node, Call):
        return node.function in _AT_TIMES
    if not isinstance(node, Selector):
        return False
    declared = known.find(node.name) if node.name and node.name not in _AT_TIMES else ()
    return not declared or any(series.metric.type in _UNSURE for series in declared)
