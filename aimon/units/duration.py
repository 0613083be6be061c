"""Reads and writes durations in Prometheus' notation, ``1h30m``."""

from __future__ import annotations

import re
from decimal import Decimal

from aimon.units.names import TIMES
from aimon.units.naming import simple_unit
from aimon.units.unit import SECOND, UnitError

_DURATION = re.compile(r"(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?")
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Zµμ]+)")
_LONGEST = Decimal(2**63 - 1) / 10**9  # Prometheus counts nanoseconds in an int64: 292 years
_SHOW_HOW = "write a duration such as `30s`, `5m` or `1h30m`"
_MILLISECONDS = {"y": 31_536_000_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


def parse_duration(text: str | int | float) -> Decimal:
    """The seconds of a Prometheus duration such as ``1h30m``; raises UnitError.

    Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (``<duration>``)
    """
    if text == "0" or (text == 0 and not isinstance(text, bool)):
        return Decimal(0)
    if isinstance(text, str) and text and len(text) < 100 and _DURATION.fullmatch(text):
        seconds = sum((Decimal(found[1]) * Decimal(TIMES[found[2]]) for found in _PIECE.finditer(text)), Decimal(0))
        if seconds > _LONGEST:
            raise UnitError(f"`{text}` is longer than Prometheus can count", "write at most `292y`")
        return seconds
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        raise UnitError(f"`{text}` has no unit of time", _with_units(str(text)))
    raise UnitError(f"`{text}` is not a duration", _meant(str(text).strip()))


def _with_units(number: str) -> str:
    return f"write `{number}s` or `{number}m`" if number.isdecimal() and number.isascii() else _SHOW_HOW


def _meant(text: str) -> str:
    """The help for a duration that Prometheus would refuse but a person understands: ``5 min``, ``1.5h``."""
    pieces = _PIECE.findall(text)
    units = [simple_unit(name) for _, name in pieces]
    steps = [unit.scale for unit in units if unit and unit.dimensions == SECOND.dimensions]
    if not pieces or len(steps) < len(pieces) or _PIECE.sub("", text).strip(" ,"):
        return _with_units(text)
    seconds = sum((Decimal(number) * step for (number, _), step in zip(pieces, steps, strict=True)), Decimal(0))
    try:
        return f"write `{format_duration(seconds)}`"
    except UnitError as impossible:
        return impossible.help


def format_duration(seconds: Decimal | int | float) -> str:
    """The seconds as Prometheus writes durations, ``1h30m``, but in days rather than weeks.

    Raises UnitError for what cannot be written: less than nothing, or parts of a millisecond.
    """
    milliseconds = Decimal(str(seconds)) * 1000
    if not 0 <= milliseconds <= _LONGEST * 1000 or milliseconds != milliseconds.to_integral_value():
        raise UnitError(f"{seconds} seconds cannot be written as a duration", f"{_SHOW_HOW}, in whole milliseconds")
    left, text = int(milliseconds), ""
    for letter, step in _MILLISECONDS.items():
        if letter == "y" and left % step:
            continue  # 400d reads better than 1y35d
        count, left = divmod(left, step)
        text += f"{count}{letter}" if count else ""
    return text or "0s"
