"""The thresholds of a panel measure what the panel shows.

Why: a step at `2s` on an axis of bytes colours nothing, or everything.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}
    dashboards:
      main: {rows: {Memory: [{metric: memory_used_bytes, thresholds: [{value: 2s, color: red}]}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {memory_used_bytes: {type: gauge}}}
    dashboards:
      main: {rows: {Memory: [{metric: memory_used_bytes, thresholds: [{value: 2 GiB, color: red}]}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.spec import Panel
from aimon.stack import Stack
from aimon.units import Unit, UnitError, comparable, describe, parse_quantity, unit_of_grafana

ID = "dashboard/threshold-unit"


def check(stack: Stack) -> Iterator[Finding]:
    """Every step whose unit cannot be compared with that of the panel, where both are known."""
    units = {panel.at: unit_of_grafana(panel.unit) for board in stack.dashboards for panel in board.panels()}
    for board in stack.spec.dashboards:
        for panel in board.panels():
            unit = units.get(panel.at)
            if unit is not None:
                yield from _mismatches(panel, unit)


def _mismatches(panel: Panel, unit: Unit) -> Iterator[Finding]:
    for index, step in enumerate(panel.thresholds or ()):
        try:
            quantity = parse_quantity(step.get("value", 0))
        except UnitError:
            continue  # `dashboard/threshold-unreadable` reports it
        if quantity.unit is not None and not comparable(quantity.unit, unit):
            message = f"`{quantity.text}` is {describe(quantity.unit)}, but the panel shows {describe(unit)}"
            cure = f"write a quantity in `{unit.name}`" if unit.name else "write a number without unit"
            yield Finding(ID, message, (*panel.at, "thresholds", index, "value"), help=cure)
