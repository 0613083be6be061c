"""A variable lists the values of a label that its metric has.

Why: the list stays empty otherwise, and with it every panel that depends on it.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_total: {type: counter, labels: {queue: [mail, web]}}}}
    dashboards:
      main:
        variables: {queue: {label: queues, of: jobs_total}}
        rows: {Work: [{title: Jobs, expr: 'sum(rate(jobs_total{queue=~"$queue"}[$__rate_interval]))'}]}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {jobs_total: {type: counter, labels: {queue: [mail, web]}}}}
    dashboards:
      main:
        variables: {queue: {label: queue, of: jobs_total}}
        rows: {Work: [{title: Jobs, expr: 'sum(rate(jobs_total{queue=~"$queue"}[$__rate_interval]))'}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.expressions import result_type
from aimon.finding import Finding, Related
from aimon.promql.tree import Selector
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "dashboard/variable-label"


def check(stack: Stack) -> Iterator[Finding]:
    """Every variable whose label is surely none of its metric."""
    for board in stack.spec.dashboards:
        for variable in board.variables:
            if not variable.of or not variable.label:
                continue
            labels = result_type(Selector(variable.of, (), (0, 0)), stack.catalogue).labels
            if labels is not None and variable.label not in labels:
                declared = next((series.metric for series in stack.catalogue.find(variable.of)), None)
                related = (Related(declared.at, "declared here"),) if declared is not None and declared.at else ()
                cure = did_you_mean(variable.label, labels, f"it has {', '.join(sorted(labels))}")
                message = f"`{variable.of}` has no label `{variable.label}`"
                yield Finding(ID, message, (*variable.at, "label"), help=cure, related=related)
