"""Quantities and units as people write them, made the numbers of a query."""

from __future__ import annotations

from decimal import Context, Decimal

from aimon.units import Quantity, Unit, UnitError, convert, parse_quantity, unit_named

_DIGITS = Context(prec=12)  # as many as anybody reads: 1/m is 0.0166666666667 per second


def quantity_of(text: str | int | float) -> Quantity | None:
    """The quantity, or None where `alert/threshold-unreadable` has something to say."""
    try:
        return parse_quantity(text)
    except UnitError:
        return None


def bound_value(quantity: Quantity, unit: Unit | None) -> Decimal:
    """The quantity as a number in ``unit``; in its own base unit where that is unknown or does not fit."""
    try:
        if unit is not None:
            return _DIGITS.plus(convert(quantity, unit))
    except UnitError:
        pass  # `alert/threshold-unit` reports it
    return quantity.value * quantity.unit.scale if quantity.unit else quantity.value


def number(value: Decimal) -> str:
    """A number as PromQL reads it, without exponent where that is short and without trailing zeros."""
    text = f"{value.normalize():f}"
    return text if len(text) <= 20 else str(value.normalize())


def declared_unit(unit: str | None) -> Unit | None:
    """The unit that somebody named; None also for one that there is not, such as an id of Grafana's."""
    try:
        return unit_named(unit) if unit else None
    except UnitError:
        return None  # `metric/unknown-unit` and `dashboard/unknown-unit` report it
