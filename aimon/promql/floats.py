"""What Prometheus makes of two numbers: the arithmetic of Go's float64, which never fails.

Source: ``scalarBinop`` in promql/engine.go of Prometheus, and IEEE 754.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": math.pow,
    "atan2": math.atan2,
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def holds(op: str, left: float, right: float) -> bool:
    """Whether a comparison holds; NaN passes only ``!=``."""
    return _COMPARISONS[op](left, right)


def computed(op: str, left: float, right: float) -> float:
    """The result of an arithmetic operator, with Go's answers where Python has none."""
    try:
        return _ARITHMETIC[op](left, right)
    except (ZeroDivisionError, ValueError):
        return _pole(op, left, right)
    except OverflowError:  # of a power
        return math.copysign(math.inf, left) if _is_odd(right) else math.inf


def _pole(op: str, left: float, right: float) -> float:
    """What lies at infinity: a number over 0, and a negative power of 0."""
    if op == "/" and left and not math.isnan(left):
        return math.copysign(math.inf, left) * math.copysign(1, right)
    if op == "^" and left == 0:
        return math.copysign(math.inf, left) if _is_odd(right) else math.inf
    return math.nan


def _is_odd(number: float) -> bool:
    return math.fmod(number, 2) in (-1, 1)
