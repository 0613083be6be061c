"""A panel of single numbers has few of them.

Why: a stat or gauge shows one number for each series. Fifty numbers side by side are too small to be read; an
aggregation, a table or a bar gauge tells more.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge, labels: {queue: 50}}}}
    dashboards:
      main: {rows: {Work: [{title: Queues, expr: queue_length, type: stat}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge, labels: {queue: 50}}}}
    dashboards:
      main: {rows: {Work: [{title: Queues, expr: sum(queue_length), type: stat}]}}
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from aimon.catalogue import Label, Metric
from aimon.expressions import result_type
from aimon.finding import Finding
from aimon.promql.tree import selectors
from aimon.stack import Expression, Stack

ID = "dashboard/stat-many-series"
_TYPES = frozenset({"stat", "gauge"})
MOST = 20


def check(stack: Stack) -> Iterator[Finding]:
    """Every stat or gauge that may show more numbers, where it is known how many values each label has."""
    for board in stack.dashboards:
        for panel in board.panels():
            for target in panel.targets if panel.type in _TYPES else ():
                sizes = _sizes(target.expression, stack)
                count = math.prod(sizes.values())
                if count > MOST:
                    what = " × ".join(f"{label} ({size})" for label, size in sizes.items())
                    message = f"the {panel.type} `{panel.title}` may show {count:,} numbers: {what}"
                    cure = "aggregate, or write `type: table` or `type: bargauge`"
                    yield Finding(ID, message, target.expression.at, help=cure)


def _sizes(query: Expression, stack: Stack) -> dict[str, int]:
    """How many values each label that keeps series apart can have; empty where one is not known."""
    if query.tree is None:
        return {}
    labelling = result_type(query.tree, stack.catalogue).labelling
    if labelling.names is None or labelling.free is None:
        return {}
    names = (found.name for found in selectors(query.tree) if found.name)
    read = [series.metric for name in names for series in stack.catalogue.find(name)]
    targets = {job.name: len(job.targets) for job in stack.jobs if job.targets}
    sizes: dict[str, int] = {}
    for label in sorted(labelling.free - {"job"}):
        values = labelling.values.get(label)
        declared = [targets.get(each.job or "") if label == "instance" else _limit(each, label) for each in read]
        limits = [limit for limit in declared if limit is not None]
        if values is None and (not limits or len(read) != len(limits)):
            return {}
        sizes[label] = len(values) if values is not None else max(limits)
    return {label: size for label, size in sizes.items() if size > 1}


def _limit(metric: Metric, label: str) -> int | None:
    declared = metric.labels.get(label, Label())
    return len(declared.values) if declared.values else declared.limit
