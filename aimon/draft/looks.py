"""How a panel looks, as far as a spec has words for it: bounds, colours, words for values, stacking."""

from __future__ import annotations

from typing import Any

from aimon.document import Address, value_at
from aimon.draft.notes import Notes
from aimon.foreign.loose import entries, listed, mapping, text

_COLOURED = frozenset({"stat", "gauge", "bargauge"})  # by their thresholds, whether or not these are drawn
_MOST_DECIMALS = 10


def place(panel: dict[str, Any]) -> Address:
    """Where a panel has its ``fieldConfig`` and its ``options``, which differs from form to form of dashboards."""
    return ("vizConfig", "spec") if mapping(panel, "vizConfig", "spec") else ()


def looks(panel: dict[str, Any]) -> dict[str, Any]:
    """The mapping with ``fieldConfig`` and ``options``."""
    return mapping(value_at(panel, place(panel)))


def steps(at: Address, drawn: dict[str, Any], kind: str, notes: Notes) -> dict[str, Any]:
    """Thresholds, bounds, decimals, stacking and mappings."""
    defaults = mapping(drawn, "fieldConfig", "defaults")
    custom = mapping(defaults, "custom")
    decimals = defaults.get("decimals")
    return {
        "thresholds": _thresholds(at, defaults, kind in _COLOURED or _draws(custom), notes),
        "min": _number(defaults.get("min")),
        "max": _number(defaults.get("max")),
        "decimals": decimals if type(decimals) is int and 0 <= decimals <= _MOST_DECIMALS else None,
        "stack": True if _is_stacked(drawn, custom) else None,
        "mappings": _mappings(at, defaults, notes),
    }


def _number(value: Any) -> int | float | None:
    """The value if it is a number; 8 for 8.0, as people write it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _draws(custom: dict[str, Any]) -> bool:
    """Whether thresholds are lines or areas."""
    return text(custom, "thresholdsStyle", "mode") not in ("", "off")


def _is_stacked(drawn: dict[str, Any], custom: dict[str, Any]) -> bool:
    return text(custom, "stacking", "mode") in ("normal", "percent") or drawn.get("stack") is True


def _thresholds(at: Address, defaults: dict[str, Any], wanted: bool, notes: Notes) -> list[dict[str, Any]]:
    said = mapping(defaults, "thresholds")
    found = [mapping(step) for step in listed(said, "steps")]
    if not wanted or not found:
        return []
    if text(said, "mode") == "percentage":
        notes.lose((*at, "fieldConfig", "defaults", "thresholds"), "`thresholds` are left out: they are percentages")
        return []
    base = next((text(step, "color") for step in found if _number(step.get("value")) is None), "")
    above = {value: text(step, "color") for step in found if (value := _number(step.get("value"))) is not None}
    coloured = [{"value": value, "color": above[value]} for value in sorted(above) if above[value]]
    return [*([{"color": base}] if base else []), *coloured]


def _mappings(at: Address, defaults: dict[str, Any], notes: Notes) -> dict[str, str]:
    """Words for single values."""
    words: dict[str, str] = {}
    for place, entry in entries(defaults, (*at, "fieldConfig", "defaults"), "mappings"):
        options = mapping(entry, "options")
        if text(entry, "type") == "value":
            words |= {str(value): said for value, shown in options.items() if (said := text(shown, "text"))}
        elif not text(entry, "value") or not text(entry, "text"):  # the form of old has both
            notes.lose(place, "this mapping is left out: a spec has words for single values only")
        else:
            words[text(entry, "value")] = text(entry, "text")
    return words
