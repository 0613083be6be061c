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

from aimon.alike import Alerting, of_alerts
from aimon.bounds import declared_ranges, fits, said_range
from aimon.finding import Finding
from aimon.promql.facts import comparison_outcome, outcome_of
from aimon.promql.result import constant
from aimon.stack import Stack

ID = "alert/never-fires"


def check(stack: Stack) -> Iterator[Finding]:
    """Every bound and every comparison of the user's alerts that never holds."""
    return of_alerts(stack, lambda one: _never(one, stack))


def _never(one: Alerting, stack: Stack) -> Iterator[Finding]:
    if len(one.said.bounds) > 1:
        return  # nobody knows which is meant
    types, bound = one.query.types, one.alert.threshold
    for node in one.query.binaries:
        if not node.returns_bool and outcome_of(node, types) is False:
            left = types[node.left]
            values = types[node.right] if left.is_constant else left
            message, related = f"`{node.op}` never holds here: {said_range(values)}", declared_ranges(values, stack)
            yield Finding(ID, message, one.query.at, node.op_span, help=_CURE, related=related)
    values = types.result
    if bound is None or values.empty or not fits(one.alert, values):
        return
    if comparison_outcome(bound.operator, values, constant(float(bound.value))) is False:
        message = f"`{bound.at[-1]}: {bound.quantity.text}` is never true: {said_range(values)}"
        yield Finding(ID, message, bound.at, help=_CURE, related=declared_ranges(values, stack))


_CURE = "choose a bound in between"
