"""A unit of measure, what it measures, and which units may be compared with each other."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeAlias

from aimon.units.names import COUNTED, SHARES

Dimensions: TypeAlias = "tuple[tuple[str, int], ...]"  # (base quantity, power), sorted


class UnitError(ValueError):
    """A quantity or a unit that cannot be read; ``help`` is the smallest edit that cures it."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UnitMismatch(UnitError):  # noqa: N818 - it names the finding
    """Two units that measure different things."""


class Unit(NamedTuple):
    """What is measured and in which steps: ``MB/s`` is byte¹ second⁻¹ at 1,000,000 times the base unit.

    Shares (``ratio``, ``%``) and counted things (``req``) have no dimension; their names tell them apart.
    """

    dimensions: Dimensions
    scale: Decimal
    name: str

    @property
    def is_share(self) -> bool:
        """A part of a whole, such as ``%``: what remains when a unit is divided by itself."""
        return self.name in SHARES

    @property
    def is_point(self) -> bool:
        """A point in time, which can be moved and subtracted but neither added nor multiplied."""
        return any(quantity == "timestamp" for quantity, _ in self.dimensions)

    @property
    def noun(self) -> str:
        """The counted thing in the name, ``req`` of ``req/s``; empty where nothing is named."""
        first = self.name.partition("/")[0]
        return first if first in COUNTED or first.startswith("count:") else ""


COUNT = Unit((), Decimal(1), "")
RATIO = Unit((), Decimal(1), "ratio")
SECOND = Unit((("second", 1),), Decimal(1), "s")


def comparable(one: Unit, other: Unit) -> bool:
    """Whether a value of one unit can be compared with, or converted to, the other.

    A token is a soft dimension: ``1000/s`` may bound a rate of tokens, ``1000 req/s`` may not.
    """
    if one.dimensions == other.dimensions:
        return bool(one.dimensions) or one.is_share == other.is_share
    if one.is_share or other.is_share or one.noun or other.noun:
        return False
    return _without_tokens(one.dimensions) == _without_tokens(other.dimensions)


def _without_tokens(dimensions: Dimensions) -> Dimensions:
    return tuple(part for part in dimensions if part != ("token", 1))


def same_scale(one: Unit, other: Unit) -> bool:
    """Whether values of both units can stand in one sum as they are: two in seconds, not one in milliseconds."""
    return comparable(one, other) and one.scale == other.scale


_WORDS = {"second": "a time", "byte": "a number of bytes", "token": "a number of tokens", "celsius": "a temperature"}


def describe(unit: Unit) -> str:
    """What a unit measures, in words: ``a share (%)``, ``a number of bytes per time (MB/s)``."""
    called = f" ({unit.name.removeprefix('count:')})" if unit.name else ""
    if unit.is_point:
        return f"a point in time{called}"
    if unit.is_share:
        return f"a share{called}"
    above = [quantity for quantity, power in unit.dimensions if power > 0]
    what = (
        _WORDS.get(above[0], "an amount of money" if above[0][:9] == "currency:" else "an amount")
        if above
        else "a count"
    )
    return f"{what}{' per time' if ('second', -1) in unit.dimensions else ''}{called}"
