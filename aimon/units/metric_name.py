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
    if words[-1] == "created" and len(words) > 1:
        return simple_unit("timestamp")
    if words[-1] == "sum" and len(words) > 1:
        words.pop()
    is_counter = words[-1] == "total" and type in ("counter", "unknown", "")
    if is_counter:
        words.pop()
    while len(words) > 1 and words[-1] in MODIFIERS:
        words.pop()
    if words[-1:] in (["bucket"], ["count"]):
        return COUNT
    told = _told(words, type) if words else None
    return COUNT if told is None and is_counter and words and not any(map(_measures, words)) else told


def _measures(word: str) -> bool:
    """Whether a word in a counter's name hints that it does not count: ``tokens_metric_total``, ``duration_total``."""
    unit = simple_unit(word) if len(word) > 2 and word not in UNSURE else None
    return word in UNTOLD or (unit is not None and not unit.noun)


def _told(words: list[str], type: str) -> Unit | None:
    """The unit in the last words of a name."""
    last = words[-1]
    if "per" in words[1:-1]:
        at = words.index("per", 1)
        return find_unit(f"{words[at - 1]}/{last}") if at == len(words) - 2 else None
    if type in ("gauge", "unknown", "") and words[-2:-1] and words[-2] in _BEFORE_DATES:
        return _point_in_time(words)
    if _SPEEDS.intersection(words):  # node_network_speed_bytes is bytes per second
        return None
    if len(last) < 3:  # `_ms` and `_ns` are sure; `_m`, `_d` or `_b` may be anything
        return simple_unit(last) if last in ("ms", "us", "ns") else None
    unit = None if last in UNSURE else simple_unit(last)
    # Outside counters only plurals count things: `active_sessions` does, `current_session` may be anything.
    return None if unit and unit.noun and type != "counter" and not last.endswith("s") else unit


_SPEEDS = frozenset({"speed", "bandwidth", "throughput"})
_BEFORE_DATES = frozenset({"timestamp", "time", "mtime", "ctime", "atime"})


def _point_in_time(words: list[str]) -> Unit | None:
    """``x_timestamp_seconds`` and ``x_start_time_seconds`` are dates; of ``x_time_seconds`` alone nobody can tell."""
    if words[-1] not in ("seconds", "milliseconds", "ms"):
        return None
    if words[-2] == "time" and words[-3:-2] not in (["start"], ["boot"], ["creation"]):
        return simple_unit(words[-1]) if words[-3:-2] and words[-3] in _LASTING else None
    return simple_unit("timestamp" if words[-1] == "seconds" else "timestamp_ms")


_LASTING = frozenset(
    {"response", "processing", "request", "wait", "cpu", "idle", "execution", "query", "latency", "up"}
)
