"""Multiplies and divides units and gives the result the name that people would write."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import cache

from aimon.units.names import NAMES, SHARES
from aimon.units.unit import RATIO, SECOND, Dimensions, Unit

_ROUNDED = Context(prec=22)


@cache
def multiply(one: Unit, other: Unit) -> Unit | None:
    """The unit of a product; None where it has no meaning (a point in time twice)."""
    if one.is_point or other.is_point:
        return None
    scale = tidy(one.scale * other.scale)
    dimensions = combined(one.dimensions, other.dimensions, 1)
    if dimensions:
        return named(dimensions, scale, one.noun or other.noun)
    if one.is_share and other.is_share:
        return _share(scale)
    return Unit((), scale, one.noun or other.noun) if scale == 1 else None


@cache
def divide(one: Unit, other: Unit) -> Unit | None:
    """The unit of a quotient; None where it has no meaning. A unit divided by itself is a ratio."""
    if one.is_point or other.is_point:
        return None
    scale = tidy(one.scale / other.scale)
    dimensions = combined(one.dimensions, other.dimensions, -1)
    if dimensions:
        return named(dimensions, scale, one.noun)
    if other.is_share and not one.is_share:
        return one if scale == one.scale else None
    return RATIO if scale == 1 else _share(scale)


def per_second(unit: Unit) -> Unit | None:
    """The unit of ``rate(x)`` where x has this unit."""
    return divide(unit, SECOND)


@cache
def scaled(unit: Unit, factor: Decimal) -> Unit | None:
    """The unit of a value that was multiplied to change its scale: seconds × 1000 are milliseconds.

    None where no unit that has a name has that scale, so that the factor was an ordinary number.
    """
    scale = tidy(unit.scale / factor)
    if scale == unit.scale:
        return unit
    if not unit.dimensions:
        return _share(scale) if unit.is_share else None
    found = named(unit.dimensions, scale, unit.noun)
    return None if "×" in found.name else found


def _share(scale: Decimal) -> Unit | None:
    return next((Unit((), scale, name) for name, step in SHARES.items() if Decimal(step) == scale), None)


def combined(one: Dimensions, other: Dimensions, sign: int) -> Dimensions:
    """The dimensions of a product (sign 1) or a quotient (sign -1)."""
    powers = dict(one)
    for quantity, power in other:
        powers[quantity] = powers.get(quantity, 0) + sign * power
    return tuple(sorted((quantity, power) for quantity, power in powers.items() if power))


@cache
def names_of(quantity: str) -> tuple[tuple[str, Decimal], ...]:
    """The names of one base quantity with their scales, the usual ones first."""
    return tuple((name, Decimal(scale)) for name, (base, scale) in NAMES.items() if base == quantity)


def named(dimensions: Dimensions, scale: Decimal, noun: str) -> Unit:
    """The unit under the name that people would write; one that nobody writes gets a name with ``×`` in it."""
    above = [quantity for quantity, power in dimensions for _ in range(power)]
    below = [quantity for quantity, power in dimensions for _ in range(-power)]
    rest = "".join(f"/{names_of(quantity)[0][0]}" for quantity in below[1:])
    if len(above) <= 1:
        tops = names_of(above[0]) if above else ((noun, Decimal(1)),)
        for end, divisor in names_of(below[0]) if below else (("", Decimal(1)),):
            # The scale itself may be off in its last digit, as 1/3600/24 is, so the name's own one is taken.
            found = next(((name, step) for name, step in tops if tidy(scale * divisor / step) == 1), None)
            if found:
                return Unit(dimensions, tidy(found[1] / divisor), f"{found[0]}/{end}{rest}" if below else found[0])
    name = " × ".join(names_of(quantity)[0][0] for quantity in above) or "1"
    name += "".join(f"/{names_of(quantity)[0][0]}" for quantity in below)
    return Unit(dimensions, scale, name if scale == 1 else f"{scale:f} × {name}")


def tidy(value: Decimal) -> Decimal:
    """The value without the noise of its last digits: 1/60 × 60 is 1 again."""
    if not value.is_finite() or not value:
        return value
    rounded = _ROUNDED.plus(value).normalize()
    return rounded if len(rounded.as_tuple().digits) <= 19 else value
