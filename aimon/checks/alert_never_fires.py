"""An alert can fire.

Why: a bound that no value reaches sleeps through every fire: a share above 30, a quantile above the largest bucket.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {hit_ratio: {type: gauge, range: [0, 1]}}}
    alerts:
      FewHits: {expr: hit_ratio, below: 0, for: 5m, summary: The cache is cold, action: Look at the cache}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {hit_ratio: {type: gauge, range: [0, 1]}}}
    alerts:
      FewHits: {expr: hit_ratio, below: 0.3, for: 5m, summary: The cache is cold, action: Look at the cache}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.bounds import declared_ranges, fits, said_range
from aimon.expressions import types_of
from aimon.finding import Finding
from aimon.promql.facts import comparison_outcome, outcome_of
from aimon.promql.result import constant
from aimon.promql.tree import Binary, walk
from aimon.stack import Stack

ID = "alert/never-fires"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound and every comparison of the user's alerts that never holds."""
    own = {alert.at for alert in stack.spec.alerts if len(alert.bounds) < 2}  # else nobody knows which is meant
    for alert in stack.alerts():
        tree = alert.expression.tree
        if tree is None or alert.at not in own:
            continue
        types, bound = types_of(tree, stack.catalogue), alert.threshold
        for node in walk(tree):
            if isinstance(node, Binary) and not node.returns_bool and outcome_of(node, types) is False:
                left = types[node.left]
                values = types[node.right] if left.is_constant else left
                message, related = f"`{node.op}` never holds here: {said_range(values)}", declared_ranges(values, stack)
                yield Finding(ID, message, alert.expression.at, node.op_span, help=_CURE, related=related)
        values = types.result
        if bound is None or values.empty or not fits(alert, values):
            continue
        if comparison_outcome(bound.operator, values, constant(float(bound.value))) is False:
            message = f"`{bound.at[-1]}: {bound.quantity.text}` is never true: {said_range(values)}"
            yield Finding(ID, message, bound.at, help=_CURE, related=declared_ranges(values, stack))


_CURE = "choose a bound in between"
