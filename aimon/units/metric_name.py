"""Reads the unit out of a metric's name, by Prometheus' conventions."""

from __future__ import annotations

from aimon.units.names import MODIFIERS, UNSURE, UNTOLD
from aimon.units.naming import find_unit, simple_unit
from aimon.units.unit import COUNT, Unit


def unit_of_metric_name(name: str, type: str) -> Unit | None:
    """The unit that the name tells (``_seconds``, ``_bytes_total``), or None; a word of two meanings tells nothing.

    Source: https://prometheus.io/docs/practices/naming/
    """
    words = name.replace(":", "_").lower().split("_")
    if type in ("info", "stateset") or words[-1] == "info":
        return None
    if words[-1] == "sum" and len(words) > 1:
        words.pop()
    is_counter = words[-1] == "total" and type in ("counter", "unknown", "")
    if is_counter:
        words.pop()
    while len(words) > 1 and words[-1] in MODIFIERS:
        words.pop()
    if words[-1:] in (["bucket"], ["count"]):
        return COUNT
    told = _told(words, is_counter) if words else None
    return COUNT if told is None and is_counter and words and words[-1] not in UNTOLD else told


def _told(words: list[str], is_counter: bool) -> Unit | None:
    """The unit in the last words of a name."""
    last = words[-1]
    if "per" in words[1:-1]:
        at = words.index("per", 1)
        return find_unit(f"{words[at - 1]}/{last}") if at == len(words) - 2 else None
    if (point := _point_in_time(words)) is not None and not is_counter:
        return point
    if len(last) < 3:  # `_ms` and `_ns` are sure; `_m`, `_d` or `_b` may be anything
        return simple_unit(last) if last in ("ms", "us", "ns") else None
    unit = None if last in UNSURE else simple_unit(last)
    # Outside counters only plurals count things: `active_sessions` does, `current_session` may be anything.
    return None if unit and unit.noun and not is_counter and not last.endswith("s") else unit


def _point_in_time(words: list[str]) -> Unit | None:
    """``x_timestamp_seconds`` and ``x_start_time_seconds`` are dates; ``x_response_time_seconds`` is not."""
    if words[-1] == "created":
        return simple_unit("timestamp")
    if words[-1] not in ("seconds", "milliseconds", "ms"):
        return None
    if words[-2:-1] == ["timestamp"] or words[-3:-1] in (["start", "time"], ["boot", "time"], ["creation", "time"]):
        return simple_unit("timestamp" if words[-1] == "seconds" else "timestamp_ms")
    return None
