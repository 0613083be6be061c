"""A panel by SLO names one that exists.

Why: the pictures follow from the objective and its window; where there is none the dashboard would silently lack them.

Bad::

    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability: {objective: 99.9%, errors: 'http_requests_total{status=~"5.."}', total: http_requests_total}
    dashboards:
      main: {rows: {Promises: [{slo: availabilty}, {metric: http_requests_total}]}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability: {objective: 99.9%, errors: 'http_requests_total{status=~"5.."}', total: http_requests_total}
    dashboards:
      main: {rows: {Promises: [{slo: availability}, {metric: http_requests_total}]}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "dashboard/unknown-slo"


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel by SLO that names none."""
    known = [slo.name for slo in stack.spec.slos]
    for board in stack.spec.dashboards:
        for panel in board.panels():
            if panel.slo is not None and panel.slo not in known:
                cure = did_you_mean(panel.slo, known, "declare it under `slos`")
                yield Finding(ID, f"there is no SLO `{panel.slo}`", (*panel.at, "slo"), help=cure)
