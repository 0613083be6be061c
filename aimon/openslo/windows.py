"""Objectives and time windows, in the notation of a spec."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from aimon.openslo.objects import Found, text
from aimon.units import plain_number

DEFAULT = "30d"
_SHORTHAND = re.compile(r"([0-9]{1,9})([mhdwMQY])")
_LONGEST = 100_000
# A month is thirty days, as rolling windows have no calendar.
_DAYS = {"M": 30, "Q": 90, "Y": 365}
_WORDS = {"minute": "m", "hour": "h", "day": "d", "week": "w", "month": "M", "quarter": "Q", "year": "Y"}


def objective(wanted: Found) -> tuple[str, Found] | None:
    """``target: 0.999`` or ``targetPercent: 99.9`` as ``99.9%``."""
    for key, factor in (("targetPercent", 1), ("target", 100)):
        found = wanted.below(key)
        if isinstance(found.value, (int, float)) and not isinstance(found.value, bool):
            try:
                return f"{plain_number(Decimal(repr(found.value)) * factor)}%", found
            except InvalidOperation:
                break
    wanted.lose("it has no target, so that nothing is promised")
    return None


def window(slo: Found) -> tuple[str, Found]:
    """The period of an SLO; a month of the calendar becomes a rolling one."""
    old = slo.below("spec", "timeWindows", 0)
    if isinstance(old.value, dict):
        unit = _WORDS.get(text(old.value, "unit").lower().rstrip("s"), "")
        return _period(f"{old.value.get('count')}{unit}", old, old.value)
    said = slo.below("spec", "timeWindow", 0)
    if not isinstance(said.value, dict):
        return DEFAULT, slo.below("spec")
    return _period(text(said.value, "duration"), said.below("duration"), said.value)


def _period(duration: str, at: Found, said: dict[str, object]) -> tuple[str, Found]:
    if said.get("calendar") or said.get("isRolling") is False:
        at.lose("windows of the calendar become rolling ones of the same length")
    found = _SHORTHAND.fullmatch(duration)
    if found is None or not 0 < int(found[1]) <= _LONGEST:
        at.lose(f"`{duration}` is not a window, {DEFAULT} are taken")
        return DEFAULT, at
    number, unit = found.groups()
    return (f"{int(number) * _DAYS[unit]}d" if unit in _DAYS else duration), at
