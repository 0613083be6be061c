"""What was and what is, as people say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from aimon.change import Change
from aimon.units import Unit, humanize

_MOST = 200


def before_and_after(change: Change, unit: Unit | None = None) -> tuple[str, str]:
    """Both sides as one line each; ``unit`` is that of an alert's threshold, where it is known."""
    return value_text(change.before, unit), value_text(change.after, unit)


def value_text(value: Any, unit: Unit | None = None) -> str:
    """A value as people would say it."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ", ".join(value_text(entry) for entry in value) or "nothing"
    if isinstance(value, Mapping) and value.keys() == {"operator", "value"}:
        return f"{value['operator']} {humanize(Decimal(repr(value['value'])), unit)}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {value_text(entry)}" for key, entry in value.items()) or "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    text = " ".join(str(value).split())
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def headline(change: Change) -> Iterator[str]:
    """What is most worth knowing of a thing that came or went."""
    attributes = change.before if change.after is None else change.after
    for key in ("expression", "query.A", "targets", "image"):
        if attributes.get(key):
            yield value_text(attributes[key])
