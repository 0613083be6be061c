"""Arithmetic with ranges: the bounds of a result from the bounds of its operands, NaN apart.

A bound of None is none. A low of -0.0 says that a negative zero is possible, by which one must not divide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

from aimon.promql.floats import holds

Range: TypeAlias = "tuple[float | None, float | None]"

MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


def added(left: Range, right: Range) -> Range:
    """The range of ``left + right``."""
    low = None if left[0] is None or right[0] is None else _told(left[0] + right[0])
    high = None if left[1] is None or right[1] is None else _told(left[1] + right[1])
    return low, high


def negated(values: Range) -> Range:
    """The range of ``-values``."""
    low, high = values
    return (None if high is None else -high), (None if low is None else -low)


def multiplied(left: Range, right: Range) -> Range:
    """The range of ``left * right``."""
    corners = [one * other if one and other else 0.0 for one, other in product(_ends(left), _ends(right))]
    low, high = min(corners), max(corners)
    if not low and not (is_positive(left, or_zero=True) and is_positive(right, or_zero=True)):
        low = -0.0
    return _told(low), _told(high)


def divided(left: Range, right: Range) -> Range:
    """The range of ``left / right``; a divisor that may be zero gives an infinity or NaN."""
    if is_positive(right) or (right[1] is not None and right[1] < 0):
        return _quotients(left, right)
    if is_positive(right, or_zero=True):
        if is_positive(left, or_zero=True):
            return 0.0, None
        if left[1] is not None and left[1] <= 0:
            return None, 0.0
    return None, None


def _quotients(left: Range, right: Range) -> Range:
    corners = [one / other for one, other in product(_ends(left), _ends(right))]
    known = [corner for corner in corners if not math.isnan(corner)]
    low, high = (min(known), max(known)) if known else (-math.inf, math.inf)
    if not low and not (is_positive(left, or_zero=True) and is_positive(right)):
        low = -0.0
    return _told(low), _told(high)


def remainder(left: Range, right: Range) -> Range:
    """The range of ``left % right``, which has the sign of the left and is smaller than either."""
    largest = [bound for bound in (left[1], _size(right)) if bound is not None]
    if is_positive(left, or_zero=True):
        return 0.0, min(largest, default=None)
    size = _size(right)
    return (None, None) if size is None else (-size, size)


def _size(values: Range) -> float | None:
    low, high = values
    return None if low is None or high is None else max(abs(low), abs(high))


def is_positive(values: Range, *, or_zero: bool = False) -> bool:
    """Whether all values are above zero, or are zero with a positive sign."""
    low = values[0]
    return low is not None and (low > 0 or (or_zero and low == 0 and math.copysign(1, low) > 0))


def either(left: Range, right: Range) -> Range:
    """The range of values from one side or the other."""
    low = None if left[0] is None or right[0] is None else min(left[0], right[0])
    high = None if left[1] is None or right[1] is None else max(left[1], right[1])
    return low, high


def compared(values: Range, op: str, bound: Range) -> Range:
    """The range of the values that pass a comparison which some may pass."""
    low, high = values
    if op in (">", ">=", "==") and bound[0] is not None:
        low = bound[0] if low is None else max(low, bound[0])
    if op in ("<", "<=", "==") and bound[1] is not None:
        high = bound[1] if high is None else min(high, bound[1])
    return low, high


def outcome(op: str, left: Range, right: Range) -> bool | None:
    """Whether a comparison always (True) or never (False) holds; None where it depends. NaN passes only ``!=``."""
    if op in ("==", "!="):
        apart = _below(left, right) or _below(right, left)
        same = None not in left and left[0] == left[1] == right[0] == right[1]
        return (op == "!=") if apart else (op == "==") if same else None
    if op in ("<", "<="):
        left, right, op = right, left, MIRRORED[op]
    if left[0] is not None and right[1] is not None and holds(op, left[0], right[1]):
        return True
    if left[1] is not None and right[0] is not None and not holds(op, left[1], right[0]):
        return False
    return None


def _below(left: Range, right: Range) -> bool:
    return left[1] is not None and right[0] is not None and left[1] < right[0]


def _ends(values: Range) -> Iterator[float]:
    yield -math.inf if values[0] is None else values[0]
    yield math.inf if values[1] is None else values[1]


def _told(bound: float) -> float | None:
    return bound if math.isfinite(bound) else None
