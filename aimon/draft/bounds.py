"""A condition as a query and its bound, where it is a comparison with a number."""

from __future__ import annotations

import math
import textwrap
from decimal import Decimal, InvalidOperation
from typing import Any

from aimon.build.alerts import OPERATORS
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.tree import Binary, Node, Number, Unary, bare

_BOUNDS = {operator: bound for bound, operator in OPERATORS.items()}
_MOST_DIGITS = 12  # to which a bound is rounded in the unit of its query
_LARGEST = 10**15  # beyond which a whole number is not written digit by digit


def condition(text: str) -> dict[str, Any]:
    """``expr`` with ``above``, ``below`` …; only ``expr`` where the text is no comparison with a number."""
    try:
        tree = bare(parse(text))
    except SyntaxProblem:
        return {"expr": text.strip()}
    if isinstance(tree, Binary) and tree.op in _BOUNDS and not tree.returns_bool and tree.matching is None:
        value = _number(tree.right, text)
        if value is not None and not isinstance(bare(tree.left), Number):
            return {"expr": _written(bare(tree.left), text), _BOUNDS[tree.op]: value}
    return {"expr": text.strip()}


def _written(node: Node, text: str) -> str:
    """What was written of a node; lines behind the first are moved to the left as far as they go together."""
    first, _, rest = text[slice(*node.span)].strip().partition("\n")
    return f"{first}\n{textwrap.dedent(rest) if '`' not in text else rest}" if rest else first


def _number(node: Node, text: str) -> int | float | None:
    """The number that a node is, if every digit of it survives."""
    signed = bare(node)
    inner = bare(signed.body) if isinstance(signed, Unary) else signed
    sign = -1 if isinstance(signed, Unary) and signed.op == "-" else 1
    if not isinstance(inner, Number) or inner.variable or not math.isfinite(inner.value):
        return None
    value = _exact(inner, text)
    if len(value.normalize().as_tuple().digits) > _MOST_DIGITS:
        return None
    return sign * (int(value) if value == value.to_integral_value() and value < _LARGEST else float(value))


def _exact(node: Number, text: str) -> Decimal:
    try:
        return Decimal(text[slice(*node.span)].replace("_", ""))
    except InvalidOperation:  # a duration, or a hexadecimal number
        return Decimal(repr(node.value))
