"""What `aimon plan` tells: the loads of all jobs, what a Prometheus needs for them, and whose figures that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from aimon.report.text import Line, printable
from aimon.sizing import CONSTANTS, Band, Constant, Load, Sizing

_DAY = 86_400
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def lines(sizing: Sizing) -> Iterator[Line]:
    """For people."""
    yield from _table(sizing)
    yield []
    yield from _part("largest", [f"{one.metric} of {one.job}: {one.series:,} series" for one in sizing.largest])
    yield from _part("memory", [f"{_band(sizing.memory)}, without large queries"])
    yield from _part("disk", _disk(sizing))
    yield from _part("run", sizing.advice)
    yield from _part("shards", [str(sizing.shards)])
    yield from _part("not counted", _uncounted(sizing))
    yield []
    yield from _part("figures", map(_constant, CONSTANTS))


def data(sizing: Sizing) -> str:
    """For programs: bytes, seconds, and samples a second."""
    value: dict[str, Any] = {
        "loads": [{**load._asdict(), "samples": round(load.samples, 3)} for load in sizing.loads],
        "series": sizing.series,
        "samples": round(sizing.samples, 3),
        "largest": [one._asdict() for one in sizing.largest],
        "memory_bytes": _rounded(sizing.memory),
        "disk_bytes": _rounded(sizing.disk),
        "volume_bytes": round(sizing.volume),
        "retention_seconds": sizing.kept.seconds,
        "history_seconds": None if sizing.history is None else round(sizing.history),
        "shards": sizing.shards,
        "advice": sizing.advice,
        "constants": [{**one._asdict(), "value": one.value._asdict()} for one in CONSTANTS],
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _table(sizing: Sizing) -> Iterator[Line]:
    width = max(len(printable(load.name)) for load in sizing.loads)
    yield [(f"{'':<{width}}  {'targets':>8}  {'series':>12}  {'samples/s':>10}", "bold")]
    for load in sizing.loads:
        yield [(_row(load, width), "")]
    whole = Load("all", sum(load.targets for load in sizing.loads), sizing.series, sizing.samples, ())
    yield [(_row(whole, width), "bold")]


def _row(load: Load, width: int) -> str:
    targets = f"{load.targets:,}" if load.targets else ""
    return f"{printable(load.name):<{width}}  {targets:>8}  {load.series:>12,}  {load.samples:>10,.1f}"


def _part(head: str, texts: Iterator[str] | Sequence[str]) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield [(f"{'' if number else head:<13}", "bold blue"), (printable(text), "")]


def _disk(sizing: Sizing) -> Iterator[str]:
    yield f"{_band(sizing.disk)} in {sizing.kept.text}; a disk of {_bytes(sizing.volume)} always leaves room"
    if sizing.history is not None:
        days = sizing.history / _DAY
        yield f"but `retention.size` is reached before: history then goes back {days:,.1f} days"


def _uncounted(sizing: Sizing) -> Iterator[str]:
    for load in sizing.loads:
        for name in load.uncounted:
            yield f"{name} of {load.name}: a label of it may have any number of values"


def _constant(constant: Constant) -> str:
    low, expected, high = constant.value
    unit = f" {constant.unit}" if constant.unit else ""
    return f"{constant.name}: {expected:g}{unit} ({low:g} to {high:g}): {constant.source}"


def _band(band: Band) -> str:
    return f"{_bytes(band.expected)} ({_bytes(band.low)} to {_bytes(band.high)})"


def _bytes(number: float) -> str:
    """Three digits, in the unit that leaves at least one before the point."""
    step = next((index for index in range(len(_UNITS)) if number < 999.5 * 1000**index), len(_UNITS) - 1)
    return f"{number / 1000**step:.3g} {_UNITS[step]}"


def _rounded(band: Band) -> dict[str, int]:
    return {name: round(value) for name, value in band._asdict().items()}
