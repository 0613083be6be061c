"""The types of binary operators: vectors meet on their labels, comparisons narrow ranges, sets choose."""

from __future__ import annotations

from aimon.promql import joins, ranges
from aimon.promql.arithmetic_types import arithmetic_type, range_of
from aimon.promql.floats import computed
from aimon.promql.labelling import Labelling
from aimon.promql.ranges import MIRRORED
from aimon.promql.result import Kind, Source, Type, constant, merely, mixed, nothing, vector
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Binary
from aimon.units import Unit, unit_named


def binary_type(node: Binary, left: Type, right: Type) -> Type:
    """The type of ``left op right``."""
    if node.op in SET_OPERATORS:
        return _SETS[node.op](node, left, right)
    if left.is_constant and right.is_constant and left.kind == right.kind == "scalar" and node.op not in COMPARISONS:
        return constant(computed(node.op, left.number or 0.0, right.number or 0.0))
    labelling, may_meet, always = _met(node, left, right)
    kind: Kind = "scalar" if left.kind == right.kind == "scalar" else "vector"
    empty = left.empty or right.empty or not may_meet
    if node.op in COMPARISONS:
        compared = _truth(node.op, left, right) if node.returns_bool else _filtered(node.op, left, right)
        always = always and (compared.always or node.returns_bool)
        return compared._replace(kind=kind, labelling=labelling, always=always, empty=empty or compared.empty)
    result = arithmetic_type(node.op, left, right)
    source = mixed(left.source, right.source)
    return result._replace(kind=kind, labelling=labelling, source=source, always=always, empty=empty)


def negated_type(operand: Type) -> Type:
    """The type of ``-x``."""
    low, high = ranges.negated(range_of(operand))
    number = None if operand.number is None else -operand.number
    return operand._replace(low=low, high=high, number=number, source=merely(operand.source), before=None)


def comparison_outcome(op: str, left: Type, right: Type) -> bool | None:
    """Whether a comparison of two results always (True) or never (False) holds for what they return, NaN apart."""
    if op == "!=" and (left.may_be_nan or right.may_be_nan):  # NaN is unlike everything, so it may hold
        return ranges.outcome(op, range_of(left), range_of(right)) or None
    return ranges.outcome(op, range_of(left), range_of(right))


def _met(node: Binary, left: Type, right: Type) -> tuple[Labelling, bool, bool]:
    """The labels of what two sides make together, whether they may meet, and whether they surely do."""
    if left.kind == "scalar":
        return right.labelling, True, right.always
    if right.kind == "scalar":
        return left.labelling, True, left.always
    labelling, may_meet = joins.joined(node.matching, left.labelling, right.labelling)
    surely = left.always and right.always
    return labelling, may_meet, surely and joins.meet_everywhere(node.matching, left.labelling, right.labelling)


# --- comparisons -------------------------------------------------------------------------------------------------


def _truth(op: str, left: Type, right: Type) -> Type:
    """With ``bool`` a comparison makes 0 and 1."""
    high = 0.0 if comparison_outcome(op, left, right) is False else 1.0
    return Type("vector", unit_named("bool"), 0.0, high, source=mixed(left.source, right.source), may_be_nan=False)


def _filtered(op: str, left: Type, right: Type) -> Type:
    """A filter keeps the values on the left, or those of the only vector; ``always`` says that it keeps all."""
    holds = comparison_outcome(op, left, right)
    values, bound = left, right
    if left.kind == "scalar" and right.kind != "scalar":
        values, bound, op = right, left, MIRRORED[op]
    if holds is False:
        return nothing(values)
    low, high = ranges.compared(range_of(values), op, range_of(bound))
    is_sure = holds is True and not values.may_be_nan and not bound.may_be_nan
    may_be_nan = values.may_be_nan and op == "!="
    return values._replace(low=low, high=high, number=None, before=None, always=is_sure, may_be_nan=may_be_nan)


# --- sets --------------------------------------------------------------------------------------------------------


def _and(node: Binary, left: Type, right: Type) -> Type:
    labelling = joins.partners(node.matching, left.labelling, right.labelling)
    if labelling is None or left.empty or right.empty:
        return nothing(left)
    is_sure = left.always and right.always and joins.meet_everywhere(node.matching, left.labelling, right.labelling)
    return vector(left, labelling=labelling, always=is_sure)


def _unless(node: Binary, left: Type, right: Type) -> Type:
    if left.empty:
        return nothing(left)
    if right.empty or joins.partners(node.matching, left.labelling, right.labelling) is None:
        return vector(left)
    if right.always and joins.meet_everywhere(node.matching, left.labelling, right.labelling):
        return nothing(left)
    return vector(left, always=False)


def _or(node: Binary, left: Type, right: Type) -> Type:
    if left.empty or right.empty:
        return vector(right if left.empty else left)
    low, high = ranges.either(range_of(left), range_of(right))
    return Type(
        "vector",
        _alternative(left, right),
        low,
        high,
        joins.alternatives(node.matching, left.labelling, right.labelling),
        _either_source(left.source, right.source),
        always=left.always or right.always,
        may_be_nan=left.may_be_nan or right.may_be_nan,
    )


def _either_source(one: Source, other: Source) -> Source:
    """Where values come from that are of one side or the other."""
    source = mixed(one, other)
    is_same = one.series is not None and one.series == other.series and one.form == other.form
    return source._replace(series=one.series, form=one.form) if is_same else source


def _alternative(left: Type, right: Type) -> Unit | None:
    """The unit of ``a or b``; ``or vector(0)`` and ``or 0 * b`` take the unit of what they stand in for."""
    for one, other in ((left, right), (right, left)):
        if one.is_constant or range_of(one) == (0, 0):
            return other.unit
    return left.unit if left.unit is not None and left.unit == right.unit else None


_SETS = {"and": _and, "or": _or, "unless": _unless}
