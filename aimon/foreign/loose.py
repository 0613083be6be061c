"""Parts of values that nobody has checked: what has another shape than expected counts as not there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from aimon.document import Address
from aimon.stack import Duration
from aimon.units import UnitError, parse_duration


def mapping(value: Any, *keys: str) -> dict[str, Any]:
    """The value, or what is in it behind the keys, if that is a mapping; else an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value: Any, *keys: str) -> list[Any]:
    """The same for a list."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def entries(value: Any, at: Address, key: str) -> Iterator[tuple[Address, dict[str, Any]]]:
    """The mappings in the list behind a key, each with its address."""
    for index, entry in enumerate(listed(value, key)):
        if isinstance(entry, dict):
            yield (*at, key, index), entry


def text(value: Any, *keys: str) -> str:
    """The same for a text; a number is its own text."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)


def texts(value: Any, *keys: str) -> tuple[str, ...]:
    """The texts in a list."""
    return tuple(entry for entry in listed(value, *keys) if isinstance(entry, str))


def labels(value: Any, key: str) -> dict[str, str]:
    """A mapping of texts; a boolean reads as YAML writes it."""
    return {
        name: str(entry).lower() if isinstance(entry, bool) else str(entry)
        for name, entry in mapping(value, key).items()
        if isinstance(entry, (str, int, float))
    }


def number(value: Any, key: str) -> int:
    """A whole number; 0 where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def duration(value: Any, key: str) -> Duration | None:
    """A duration as Prometheus writes it; None where there is none or another text."""
    found = text(value, key)
    return _duration(found) if found else None


@lru_cache(maxsize=1024)
def _duration(written: str) -> Duration | None:
    try:
        return Duration(written, float(parse_duration(written)))
    except UnitError:
        return None
