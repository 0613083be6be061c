"""The units and ranges of arithmetic: units combine, known factors convert, ranges are computed."""

from __future__ import annotations

import math
from decimal import Decimal

from aimon.promql.ranges import Range, added, divided, is_positive, multiplied, negated, remainder
from aimon.promql.result import Type
from aimon.units import COUNT, RATIO, SECOND, Unit, divide, multiply, same_scale, scaled
from aimon.units.algebra import tidy

# The only constants that are conversions, and only where the result is a unit with a name:
# in `budget * 0.8` the constant is a share of the budget.
_FACTORS = "7 8 24 60 100 1000 1024 3600 86400 604800 1e6 1048576 1e9 1073741824 1e12"
FACTORS = frozenset(map(Decimal, _FACTORS.split()))
# A constant in between only makes more or less of the same; one beyond may hide a conversion that we do not see.
_MODEST = (Decimal("0.1"), Decimal(10))


def arithmetic_type(op: str, left: Type, right: Type) -> Type:
    """The unit and range of ``left op right``; labels are for the caller."""
    if op in ("+", "-"):
        low, high = added(range_of(left), range_of(right) if op == "+" else negated(range_of(right)))
        return Type("vector", _sum_unit(op, left, right), low, high)
    if op == "*":
        return _product(left, right)
    if op == "/":
        return _quotient(left, right)
    if op == "%":
        unit = left.unit if right.is_constant or _same(left, right) else None
        return Type("vector", unit, *remainder(range_of(left), range_of(right)))
    if op == "atan2":
        return Type("vector", None, -math.pi, math.pi)
    return Type("vector", low=0.0 if is_positive(range_of(left), or_zero=True) else None)


def range_of(operand: Type) -> Range:
    """The bounds of an operand's values."""
    return operand.low, operand.high


def _same(left: Type, right: Type) -> bool:
    return left.unit is not None and right.unit is not None and same_scale(left.unit, right.unit)


def _sum_unit(op: str, left: Type, right: Type) -> Unit | None:
    """The unit of a sum or a difference; two points in time differ by seconds."""
    if left.is_constant or right.is_constant:
        return right.unit if left.is_constant else left.unit
    one, other = left.unit, right.unit
    if one is None or other is None:
        return None
    if one.is_point or other.is_point:
        return _moment(op, one, other)
    if not same_scale(one, other):
        return None
    return one if one == other or not one.noun else other if not other.noun else _nameless(one)


def _moment(op: str, one: Unit, other: Unit) -> Unit | None:
    time = scaled(SECOND, 1 / one.scale) if one.is_point else scaled(SECOND, 1 / other.scale)
    if one.scale != other.scale or time is None:
        return None
    if one.is_point and other.is_point:
        return time if op == "-" else None
    moved, by = (one, other) if one.is_point else (other, one)
    return moved if by.dimensions == time.dimensions and (one.is_point or op == "+") else None


def _nameless(unit: Unit) -> Unit:
    """The unit without the name of what is counted: errors and requests together are just a number."""
    return Unit(unit.dimensions, unit.scale, unit.name.removeprefix(unit.noun))


def _product(left: Type, right: Type) -> Type:
    low, high = multiplied(range_of(left), range_of(right))
    if left.is_constant or right.is_constant:
        values, factor = (right, left.number) if left.is_constant else (left, right.number)
        return _rescaled(values.unit, _exact(factor))._replace(low=low, high=high)
    unit = multiply(left.unit, right.unit) if left.unit and right.unit else None
    return Type("vector", _usual(unit), low, high)


def _quotient(left: Type, right: Type) -> Type:
    low, high = divided(range_of(left), range_of(right))
    if right.is_constant:
        factor = _exact(right.number)
        return _rescaled(left.unit, 1 / factor if factor else None)._replace(low=low, high=high)
    if right.unit is None:
        return Type("vector", None, low, high)
    if left.before is not None:
        unit, factor = left.before
        return _rescaled(divide(unit, right.unit), factor)._replace(low=low, high=high)
    above = _one_over(right.unit) if left.is_constant else left.unit
    return Type("vector", _usual(divide(above, right.unit) if above else None), low, high)


def _one_over(unit: Unit) -> Unit | None:
    """The unit of the 1 in ``1 / x``; the inverse of a share is no share."""
    return None if unit.is_share else COUNT if unit.dimensions else RATIO


def _usual(unit: Unit | None) -> Unit | None:
    """The unit unless it is one that nobody uses: then a factor is missing from what we know."""
    return None if unit is None or "×" in unit.name else unit


def _rescaled(unit: Unit | None, factor: Decimal | None) -> Type:
    """The type of values of a unit times a constant."""
    if unit is None or not factor:
        return Type("vector")
    named = scaled(unit, factor) if factor in FACTORS or tidy(1 / factor) in FACTORS else None
    if named is not None or unit.is_point:
        return Type("vector", named)
    if _MODEST[0] <= abs(factor) <= _MODEST[1]:
        return Type("vector", unit)
    return Type("vector", before=(unit, factor))


def _exact(number: float | None) -> Decimal | None:
    return None if number is None or not math.isfinite(number) else Decimal(repr(number))
