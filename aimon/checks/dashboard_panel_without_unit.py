"""A picture of something measured says in what it is measured.

Why: a duration of 900 may be a quarter of an hour or less than a second. Counts need no unit; what is measured
has one in the metric's name (`_seconds`), in its declaration, or in the panel.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{metric: job_duration}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration: {type: gauge, unit: ms}}}
    dashboards:
      main: {rows: {Work: [{metric: job_duration}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.catalogue import Metric
from aimon.finding import Finding, Related
from aimon.stack import Panel, Stack
from aimon.units.names import MODIFIERS
from aimon.usage import metrics_of

ID = "dashboard/panel-without-unit"
_PICTURES = frozenset({"timeseries", "stat", "gauge", "bargauge", "piechart", "heatmap"})
_COMPOSITE = frozenset({"histogram", "native_histogram", "summary"})

# Last words of a name that measure something; a size, a value or a length may as well be counted.
_TOLD = "age bandwidth cost delay distance duration energy latency memory power price spend temperature throughput time"
_MEASURES = frozenset(_TOLD.split())


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel of the user's own whose unit follows from nothing although a metric in it measures something."""
    said = {panel.at: panel for board in stack.spec.dashboards for panel in board.panels()}
    for board in stack.dashboards:
        for panel in board.panels():
            written = said.get(panel.at)
            if written and written.unit is None and not written.mappings and panel.type in _PICTURES:
                yield from _without_unit(panel, stack)


def _without_unit(panel: Panel, stack: Stack) -> Iterator[Finding]:
    if panel.unit != "short" or any(target.expression.unit is not None for target in panel.targets):
        return
    names = (name for target in panel.targets for name in metrics_of(target.expression, stack.catalogue))
    metric = next((found for name in names for found in stack.catalogue.metrics[name][:1] if _measures(found)), None)
    if metric is not None:
        message = f"the panel `{panel.title}` does not say in what `{metric.name}` is measured"
        cure = "declare the `unit` of the metric, or of what the panel shows"
        yield Finding(ID, message, panel.at, help=cure, related=(Related(metric.at, "declared here without a unit"),))


def _measures(metric: Metric) -> bool:
    if metric.unit is not None or metric.origin != "service":
        return False
    words = [word for word in metric.name.lower().split("_") if word != "total" and word not in MODIFIERS]
    return metric.type in _COMPOSITE or not _MEASURES.isdisjoint(words[-1:])
