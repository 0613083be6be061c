"""An alert waits as long as an evaluation at least.

Why: Prometheus looks at rules once in an evaluation interval. A shorter `for` ends at the next evaluation all the
same, and misleads whoever reads it.

Bad::

    prometheus: {evaluation_interval: 1m}
    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 10s, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    prometheus: {evaluation_interval: 1m}
    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown: {expr: 'up{job="api"}', equals: 0, for: 2m, summary: The API is down, action: Restart it}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Stack

ID = "alert/for-below-evaluation"


def check(stack: Stack) -> Iterator[Finding]:
    """Every wait that is neither none at all nor as long as an evaluation."""
    interval, own = stack.server.evaluation_interval, {alert.at for alert in stack.spec.alerts}
    for alert in stack.alerts():
        if alert.at in own and alert.wait is not None and 0 < alert.wait.seconds < interval.seconds:
            message = f"`{alert.name}` waits for {alert.wait.text}, but rules are evaluated every {interval.text}"
            said = stack.spec.prometheus.evaluation_interval
            related = (Related(("prometheus", "evaluation_interval"), f"every {interval.text}"),) if said else ()
            cure = f"write `for: {interval.text}` or more, or `for: 0s`"
            yield Finding(ID, message, (*alert.at, "for"), help=cure, related=related)
