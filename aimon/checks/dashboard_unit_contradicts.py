"""The unit of a panel is that of its query.

Why: Grafana shows the number as it is, and the unit behind it. Half a second in a panel of milliseconds reads 0.5
ms, and a share of 5 % in a panel of percent 0.05 %. The unit follows from the query if nothing is written.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {job_age_seconds: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{title: Oldest job, expr: max(job_age_seconds), unit: ms}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {job_age_seconds: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{title: Oldest job, expr: max(job_age_seconds), unit: s}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Panel, Stack
from aimon.units import Unit, comparable, describe, same_scale, unit_of_grafana
from aimon.usage import metrics_of

ID = "dashboard/unit-contradicts"
_PER_TIME = ("second", -1)
_PICTURES = frozenset({"timeseries", "stat", "gauge", "bargauge", "piechart"})


def check(stack: Stack) -> Iterator[Finding]:
    """The first query of every panel whose unit is known and cannot be shown in the unit that is written."""
    said = {panel.at: panel for board in stack.spec.dashboards for panel in board.panels()}
    for board in stack.dashboards:
        for panel in board.panels():
            written, shown = said.get(panel.at), unit_of_grafana(panel.unit)
            if written is not None and written.unit and shown is not None and panel.type in _PICTURES:
                unit = next((unit for unit in _units(panel) if not _fits(unit, shown)), None)
                if unit is not None and not unit.is_point and not shown.is_point:
                    yield _finding(panel, written.unit, shown, unit, stack)


def _fits(unit: Unit, shown: Unit) -> bool:
    """Whether values can be shown so; a cost an hour is shown as a cost, because Grafana has no unit for it."""
    amount = sorted(part for part in unit.dimensions if part != _PER_TIME)
    is_an_hour = _PER_TIME in unit.dimensions and unit.scale != shown.scale  # or a minute or a day
    return same_scale(unit, shown) or (is_an_hour and amount == sorted(shown.dimensions) and bool(amount))


def _units(panel: Panel) -> Iterator[Unit]:
    yield from (target.expression.unit for target in panel.targets if target.expression.unit is not None)


def _finding(panel: Panel, written: str, shown: Unit, unit: Unit, stack: Stack) -> Finding:
    message = f"`unit: {written}` shows {describe(shown)}, but the query gives {describe(unit)}"
    if comparable(unit, shown):
        factor = shown.scale / unit.scale
        message += f": off by {max(factor, 1 / factor).normalize():,f}"
    cure = "leave `unit` out" + (f", or write `{unit.name}`" if unit.name else "")
    names = (name for target in panel.targets for name in metrics_of(target.expression, stack.catalogue))
    declared = (stack.catalogue.metrics[name][0] for name in names)
    related = tuple(
        Related(each.at, f"`{each.name}` is here") for each in declared if each.unit is not None and each.at
    )
    return Finding(ID, message, (*panel.at, "unit"), help=cure, related=related[:1])
