"""The unit of a panel is one that aimon or Grafana knows.

Why: Grafana shows a unit that it does not know behind every value, as a word, and scales nothing.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{metric: job_duration, unit: milisecond}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{metric: job_duration, unit: milliseconds}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units import UnitError, is_grafana_unit, unit_named

ID = "dashboard/unknown-unit"


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel's unit that is neither a unit as people write it nor an id of Grafana's."""
    for board in stack.spec.dashboards:
        for panel in board.panels():
            if panel.unit is None or is_grafana_unit(panel.unit):
                continue
            try:
                unit_named(panel.unit)
            except UnitError as error:
                yield Finding(ID, error.message, (*panel.at, "unit"), help=error.help)
