"""The types of binary operators: units combine, labels meet, ranges narrow."""

from __future__ import annotations

import math
from decimal import Decimal

from aimon.promql.result import Kind, Labels, Type, constant, has_variable
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Binary, Matching
from aimon.units import COUNT, RATIO, SECOND, Unit, divide, multiply, same_scale, scaled, unit_named
from aimon.units.algebra import tidy

# The only constants that are conversions, and only where the result is a unit with a name:
# in `budget * 0.8` the constant is a share of the budget.
_FACTORS = "7 8 24 60 100 1000 1024 3600 86400 604800 1e6 1048576 1e9 1073741824 1e12"
FACTORS = frozenset(map(Decimal, _FACTORS.split()))
# A constant in between only makes more or less of the same; one beyond may hide a conversion that we do not see.
_MODEST = (Decimal("0.1"), Decimal(10))


def binary_type(node: Binary, left: Type, right: Type) -> Type:
    """The type of ``left op right``."""
    if left.is_constant and right.is_constant and left.kind == right.kind == "scalar" and node.op not in COMPARISONS:
        return constant(_folded(node.op, left.number or 0.0, right.number or 0.0))
    kind: Kind = "scalar" if left.kind == right.kind == "scalar" else "vector"
    labels = matched_labels(node, left, right)
    if node.op in SET_OPERATORS:
        return _set_type(node.op, left, right)._replace(kind=kind, labels=labels)
    if node.op in COMPARISONS:
        return _comparison_type(node, left, right)._replace(kind=kind, labels=labels)
    result = _arithmetic_type(node.op, left, right)
    return result._replace(kind=kind, labels=labels, series=None, number=None)


def _folded(op: str, left: float, right: float) -> float:
    """The value of an operator between constants, NaN where it has none or is beyond a float."""
    try:
        if op in "+-*/":
            return {"+": left + right, "-": left - right, "*": left * right, "/": left / right if right else math.nan}[
                op
            ]
        value = left**right if op == "^" else math.fmod(left, right) if op == "%" else math.atan2(left, right)
        return value if isinstance(value, float) else math.nan
    except (OverflowError, ValueError, ZeroDivisionError):
        return math.nan


# --- labels ------------------------------------------------------------------------------------------------------


def matched_labels(node: Binary, left: Type, right: Type) -> Labels:
    """The labels of the result of an operator between two vectors, or of the one vector that there is."""
    if left.kind == "scalar" or right.kind == "scalar":
        return right.labels if left.kind == "scalar" else left.labels
    if node.op == "or":
        return None if left.labels is None or right.labels is None else left.labels | right.labels
    if node.op in SET_OPERATORS:
        return left.labels
    if node.matching is None:
        return _common(left.labels, right.labels)
    return _joined(node.matching, left.labels, right.labels)


def _joined(matching: Matching, left: Labels, right: Labels) -> Labels:
    if has_variable((*matching.labels, *matching.include)):
        return None
    names = frozenset(matching.labels)
    if matching.group is not None:
        many, one = (left, right) if matching.group == "left" else (right, left)
        include = frozenset(matching.include)
        return None if many is None else (many - include) | (include if one is None else include & one)
    common = _common(left, right)
    if matching.on:
        return names if common is None else names & common
    return None if common is None else common - names


def _common(left: Labels, right: Labels) -> Labels:
    """The labels of two vectors that only meet where their labels are equal."""
    if left is None or right is None:
        return right if left is None else left
    return left & right


# --- sets and comparisons ----------------------------------------------------------------------------------------


def _set_type(op: str, left: Type, right: Type) -> Type:
    if op != "or":
        return left._replace(number=None, before=None)
    return Type(
        "vector",
        _alternative(left, right),
        None if left.low is None or right.low is None else min(left.low, right.low),
        None if left.high is None or right.high is None else max(left.high, right.high),
        series=left.series if left.series == right.series else None,
    )


def _alternative(left: Type, right: Type) -> Unit | None:
    """The unit of ``a or b``; ``or vector(0)`` takes the unit of what it stands in for."""
    if left.is_constant or right.is_constant:
        return right.unit if left.is_constant else left.unit
    return left.unit if left.unit is not None and left.unit == right.unit else None


def _comparison_type(node: Binary, left: Type, right: Type) -> Type:
    """A filter keeps the values on the left, or those of the only vector; ``bool`` makes 0 and 1 of them.

    A filter that nothing can pass leaves a range whose low is above its high.
    """
    if node.returns_bool:
        return Type("vector", unit_named("bool"), 0, 1)
    if left.kind == "scalar" and right.kind != "scalar":
        return _narrowed(right, _MIRRORED[node.op], left)
    return _narrowed(left, node.op, right)


_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


def _narrowed(values: Type, op: str, bound: Type) -> Type:
    low, high = values.low, values.high
    if op in (">", ">=", "==") and bound.low is not None:
        low = bound.low if low is None else max(low, bound.low)
    if op in ("<", "<=", "==") and bound.high is not None:
        high = bound.high if high is None else min(high, bound.high)
    return values._replace(low=low, high=high, number=None, before=None)


# --- arithmetic --------------------------------------------------------------------------------------------------


def _arithmetic_type(op: str, left: Type, right: Type) -> Type:
    if op in ("+", "-"):
        low, high = _added(left, right) if op == "+" else _added(left, negated(right))
        return Type("vector", _sum_unit(op, left, right), low, high)
    if op == "*":
        return _product(left, right)
    if op == "/":
        return _quotient(left, right)
    if op == "%":
        return Type("vector", left.unit if right.is_constant or _same(left, right) else None)
    return Type("vector")  # ^ and atan2


def negated(operand: Type) -> Type:
    """The type of ``-x``; whether x was a constant is for the caller to say."""
    low = None if operand.high is None else -operand.high
    high = None if operand.low is None else -operand.low
    return operand._replace(low=low, high=high, series=None, before=None)


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


def _added(left: Type, right: Type) -> tuple[float | None, float | None]:
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    return low, high


def _product(left: Type, right: Type) -> Type:
    low, high = _multiplied(left, right)
    if left.is_constant or right.is_constant:
        values, factor = (right, left.number) if left.is_constant else (left, right.number)
        return _rescaled(values.unit, _exact(factor))._replace(low=low, high=high)
    unit = multiply(left.unit, right.unit) if left.unit and right.unit else None
    return Type("vector", _usual(unit), low, high)


def _quotient(left: Type, right: Type) -> Type:
    low = 0.0 if _not_negative(left) and _not_negative(right) else None
    if right.is_constant:
        factor = _exact(right.number)
        inverse = constant(1 / right.number) if right.number else constant(math.nan)
        low, high = _multiplied(left, inverse)
        return _rescaled(left.unit, 1 / factor if factor else None)._replace(low=low, high=high)
    if right.unit is None:
        return Type("vector", low=low)
    if left.before is not None:
        unit, factor = left.before
        quotient = divide(unit, right.unit)
        return _rescaled(quotient, factor)._replace(low=low)
    above = _one_over(right.unit) if left.is_constant else left.unit
    return Type("vector", _usual(divide(above, right.unit) if above else None), low)


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


def _not_negative(values: Type) -> bool:
    return values.low is not None and values.low >= 0


def _multiplied(left: Type, right: Type) -> tuple[float | None, float | None]:
    """The bounds of a product; half-open ranges only where both sides cannot be negative."""
    bounds = (left.low, left.high, right.low, right.high)
    if None not in bounds:
        products = [
            a * b for a in (left.low, left.high) for b in (right.low, right.high) if a is not None and b is not None
        ]
        return (None, None) if any(map(math.isnan, products)) else (min(products), max(products))
    if not (_not_negative(left) and _not_negative(right)):
        return None, None
    low = (left.low or 0.0) * (right.low or 0.0)
    return (0.0 if math.isnan(low) else low), None
