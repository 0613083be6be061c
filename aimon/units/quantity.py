"""Reads quantities as people write them, and writes them back in the shortest form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal, InvalidOperation
from typing import NamedTuple

from aimon.units.algebra import names_of, tidy
from aimon.units.duration import parse_duration
from aimon.units.names import NAMES, SYMBOLS, TIMES
from aimon.units.naming import find_unit, unknown_unit
from aimon.units.unit import SECOND, Unit, UnitError, UnitMismatch, comparable, describe


class Quantity(NamedTuple):
    """A number of units; ``unit`` is None for a bare number, which takes the unit of whatever it meets."""

    value: Decimal
    unit: Unit | None
    text: str


_MULTIPLIERS = {"k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12)}
_NUMBER = r"(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"([-+]?)\s*([{''.join(SYMBOLS)}]?)\s*({_NUMBER})\s*(.*)", re.DOTALL)
_MULTIPLIED = re.compile(r"([kKMGT])(?:\s+(?=\S)|(?=/)|$)(.*)", re.DOTALL)
_COMPOUND = re.compile(r"([-+]?)((?:\d+(?:ms|[ywdhms])){2,})")
_INFINITY = re.compile(r"([-+]?)\.?inf", re.IGNORECASE)
_SHOW_HOW = "write a number with its unit, such as `5%`, `2s` or `100/s`"
_EXACT = Context(prec=80)  # wide enough for any double in any scale
# Kilowatt-hours of joules and weeks of seconds are exact, but nobody asked for them.
_NEVER_PROPOSED = frozenset({"w", "y", "Wh", "kWh"})


def parse_quantity(text: str | int | float) -> Quantity:
    """The quantity that a person wrote, ``5%`` or ``$5/h``; raises UnitError."""
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise UnitError(f"`{text}` is not a quantity", _SHOW_HOW)
    if not isinstance(text, str):
        return Quantity(_number(text), None, f"{_number(text):f}" if isinstance(text, int) else repr(text))
    stripped = text.strip()
    if found := _INFINITY.fullmatch(stripped):
        return Quantity(Decimal(f"{found[1]}Infinity"), None, text)
    if found := _COMPOUND.fullmatch(stripped):
        return Quantity(parse_duration(found[2]) * (-1 if found[1] == "-" else 1), SECOND, text)
    if not (found := _QUANTITY.fullmatch(stripped)):
        raise UnitError(f"`{text}` is not a quantity", _SHOW_HOW)
    sign, symbol, number, rest = found.groups()
    if rest[:1] == ",":
        raise UnitError(f"`{text}` has a comma", f"write `{stripped.replace(',', '')}`")
    return _with_unit(_number(sign + number), symbol, rest, text)


def _with_unit(value: Decimal, symbol: str, rest: str, text: str) -> Quantity:
    """The quantity from a number and what stands around it: ``$`` before, ``k tokens/s`` after."""
    if not symbol + rest:
        return Quantity(value, None, text)
    unit = find_unit(symbol + rest)
    if unit is None and (found := _MULTIPLIED.match(rest)):
        value, rest = value * _MULTIPLIERS[found[1].replace("K", "k")], found[2]
        unit = find_unit(symbol + rest) if symbol + rest else None
    if unit is None and symbol + rest:
        raise unknown_unit(symbol + rest)
    return Quantity(value, unit, text)


def _number(number: str | float) -> Decimal:
    """The number exactly as written; raises UnitError where Prometheus could not hold it."""
    try:
        value = Decimal(number if isinstance(number, (str, int)) else repr(number))
    except InvalidOperation:
        raise UnitError(f"`{number}` is not a number", "write it in digits, such as `0.05`") from None
    if value.is_nan() or (value.is_finite() and value and abs(value.adjusted()) > 300):
        shown = "the number" if isinstance(number, int) else f"`{number}`"
        raise UnitError(f"{shown} is beyond what Prometheus can compare", "write a number below `1e300`")
    return value


def convert(quantity: Quantity, to: Unit) -> Decimal:
    """The quantity's value in that unit; a bare number is taken to be in it already. Raises UnitMismatch."""
    if quantity.unit is None or quantity.unit == to:
        return quantity.value
    if not comparable(quantity.unit, to):
        message = f"`{quantity.text}` is {describe(quantity.unit)}, but here {describe(to)} is wanted"
        raise UnitMismatch(message, f"write a quantity in `{to.name}`" if to.name else "write a number without unit")
    return tidy(quantity.value * quantity.unit.scale / to.scale)


def humanize(value: Decimal, unit: Unit | None) -> str:
    """The shortest text that ``parse_quantity`` reads back as the same amount: 5%, 250ms, 1 GiB, $5/h."""
    if unit is None or not unit.name or not value.is_finite():
        return _short(value)
    top, slash, rest = unit.name.partition("/")
    if top == "USD":
        return f"{'-' if value < 0 else ''}${_short(abs(value))}{slash}{rest}"
    texts = [_joined(number, name) for number, name in _in_other_scales(value, top)]
    return min(texts, key=lambda text: ("." in text, len(text))) + slash + rest


def _in_other_scales(value: Decimal, name: str) -> Iterator[tuple[Decimal, str]]:
    """The same amount in every scale that shows it exactly, the given one first."""
    yield value, name
    quantity, own = NAMES.get(name, ("", "1"))
    others: Iterable[tuple[str, Decimal]] = names_of(quantity) if quantity else ()
    if name == "ratio":
        others = (("%", Decimal("0.01")),)
    amount = _EXACT.multiply(value, Decimal(own))
    for other, step in others:
        number = _EXACT.divide(amount, step)
        is_same_kind = other.endswith("bit") == name.endswith("bit")
        is_exact = _EXACT.multiply(number, step) == amount and len(number.as_tuple().digits) <= 28
        if is_same_kind and is_exact and other not in _NEVER_PROPOSED:
            yield number, other


def _joined(value: Decimal, name: str) -> str:
    is_counted = NAMES.get(name, ("", ""))[0] in ("", "token") or name in SYMBOLS.values()
    if name in TIMES or name in ("%", "‰"):
        return f"{plain_number(value)}{name}"
    number = _short(value) if is_counted else plain_number(value)  # 500 MB, not 500M B
    return f"{number} {name}" if name else number


def _short(value: Decimal) -> str:
    """The number in the fewest characters: 2500, 1k, 2.5M, 0.05."""
    plain = plain_number(value)
    if not value.is_finite() or abs(value) < 1000:
        return plain
    return min([plain, *(f"{plain_number(value / step)}{letter}" for letter, step in _MULTIPLIERS.items())], key=len)


def plain_number(value: Decimal) -> str:
    """The number as PromQL and YAML read it, without noise; scientific only where zeros would go on and on."""
    if not value.is_finite():
        return "NaN" if value.is_nan() else "+Inf" if value > 0 else "-Inf"
    if not value:
        return "0"
    normal = value.normalize()
    return format(normal, "f") if -12 < normal.adjusted() < 16 else str(normal).replace("E", "e")
