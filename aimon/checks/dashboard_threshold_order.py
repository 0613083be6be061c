"""The thresholds of a panel ascend.

Why: Grafana takes the last step that the value has reached, from the top of the list down. A step out of order
hides those before it, so that the panel is green where it should be red.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main:
        rows: {Work: [{metric: queue_length, thresholds: [{value: 100, color: red}, {value: 10, color: orange}]}]}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main:
        rows: {Work: [{metric: queue_length, thresholds: [{value: 10, color: orange}, {value: 100, color: red}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.spec import Panel
from aimon.stack import Stack
from aimon.units import Quantity, UnitError, comparable, parse_quantity

ID = "dashboard/threshold-order"


def check(stack: Stack) -> Iterator[Finding]:
    """The first step of every panel that is not above the one before."""
    for board in stack.spec.dashboards:
        for panel in board.panels():
            yield from _misplaced(panel)


def _misplaced(panel: Panel) -> Iterator[Finding]:
    before: tuple[int, Quantity] | None = None
    for index, step in enumerate(panel.thresholds or ()):
        at = (*panel.at, "thresholds", index)
        if "value" not in step:
            if index:
                message = "a step without a value is the colour below all others, so it has to be the first"
                yield Finding(ID, message, at, help="give it a value, or move it up")
                return
            continue
        quantity = _quantity(step["value"])
        if quantity is not None and before is not None and not _is_above(quantity, before[1]):
            message = f"the step at {quantity.text} comes behind the one at {before[1].text}"
            related = (Related((*panel.at, "thresholds", before[0], "value"), "the step before"),)
            yield Finding(ID, message, (*at, "value"), help="write the steps from the lowest up", related=related)
            return
        before = (index, quantity) if quantity is not None else before


def _quantity(value: str | int | float) -> Quantity | None:
    try:
        return parse_quantity(value)
    except UnitError:
        return None  # `dashboard/threshold-unreadable` reports it


def _is_above(one: Quantity, other: Quantity) -> bool:
    """Whether one is above the other; of what cannot be compared that is not known."""
    if (one.unit is None) != (other.unit is None):
        return True
    if one.unit is None or other.unit is None:
        return one.value > other.value
    return not comparable(one.unit, other.unit) or one.value * one.unit.scale > other.value * other.unit.scale
