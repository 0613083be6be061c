"""What is measured is looked at.

Why: a metric in no rule, panel or variable costs memory and tells nobody anything. Where all dashboards are
elsewhere nothing is said, for then nobody knows; well-known exporters are left alone, as they expose more than
anybody uses.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics: {jobs_done_total: {type: counter}, jobs_lost_total: {type: counter}}
    dashboards:
      main: {rows: {Work: [{metric: jobs_done_total}]}}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics: {jobs_done_total: {type: counter}, jobs_lost_total: {type: counter}}
    dashboards:
      main: {rows: {Work: [{metric: jobs_done_total}, {metric: jobs_lost_total}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.stack import Stack
from aimon.usage import names_read

ID = "metric/unused"


def check(stack: Stack) -> Iterator[Finding]:
    """Every metric that no query reads, if all queries can be read and name what they read."""
    used = names_read(stack) if stack.spec.own_dashboards else None
    if used is None:
        return
    shown = (variable.metric for board in stack.dashboards for variable in board.variables)
    read = {series.metric.name for name in {*used, *shown} for series in stack.catalogue.find(name)}
    for service in stack.spec.services:
        for metric in service.own_metrics:
            if metric.name not in read and not is_from_elsewhere(metric.name):
                message = f"no rule, panel or variable reads `{metric.name}`"
                yield Finding(ID, message, metric.at, key=True, help="show it on a dashboard, or stop measuring it")
