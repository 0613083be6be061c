"""Puts values in the place of a pack's parameters; what names a parameter without a value is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.sources import overlaid
from aimon.written import scalars

_PARAMETER = re.compile(r"\$\{(\w+)\}", re.ASCII)
_ABOUT = ("parameters", "variants", "default_variant")
# What is left out whole: an alert without its bound would fire always, a panel without its query shows nothing.
_ENTRIES = frozenset({"alerts", "recording_rules", "metrics", "variables"})

Values = Mapping[str, Any]
MISSING = object()


def filled(pack: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The pack in the variant and with the parameters that ``settings`` choose; whatever its shape is."""
    whole = chosen(pack, settings)
    values = values_of(whole, settings)
    made = {key: part if key in _ABOUT else _section(key, part, values) for key, part in whole.items()}
    return {key: part for key, part in made.items() if part is not MISSING}


def chosen(pack: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The pack with its variant laid over it."""
    overlay = _mapping(pack.get("variants")).get(variant_of(pack, settings) or "")
    return dict(overlaid(pack, _mapping(overlay)))


def variant_of(pack: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:
    """The variant that is meant."""
    name = settings.get("variant", pack.get("default_variant"))
    return None if name is None else str(name)


def values_of(pack: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter that the pack has; `MISSING` for one that nobody gave."""
    declared = _mapping(pack.get("parameters"))
    return {name: settings.get(name, _mapping(about).get("default", MISSING)) for name, about in declared.items()}


def whole_parameters(pack: Any) -> Iterator[tuple[Address, str]]:
    """Every text of a pack that is one parameter, with its address."""
    for at, text in scalars(pack):
        if isinstance(text, str) and (whole := _PARAMETER.fullmatch(text)):
            yield at, whole[1]


def parameters_in(part: Any) -> list[str]:
    """The parameters that a part of a pack names, each once."""
    texts = (text for _, text in scalars(part) if isinstance(text, str) and "${" in text)
    return list(dict.fromkeys(name for text in texts for name in _PARAMETER.findall(text)))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _section(key: str, part: Any, values: Values) -> Any:
    if key in _ENTRIES and isinstance(part, dict):
        return {name: made for name, entry in part.items() if (made := _whole(entry, values)) is not MISSING}
    if key == "rows" and isinstance(part, dict):
        rows = {title: _row(panels, values) for title, panels in part.items()}
        return {title: panels for title, panels in rows.items() if panels}
    return _put(part, values)


def _row(panels: Any, values: Values) -> Any:
    if not isinstance(panels, list):
        return panels
    return [made for panel in panels if (made := _whole(panel, values)) is not MISSING]


def _whole(part: Any, values: Values) -> Any:
    """The part with values put in, or `MISSING` where one is."""
    if isinstance(part, str):
        return _text(part, values)
    if isinstance(part, dict):
        made = {key: _whole(entry, values) for key, entry in part.items()}
        return MISSING if any(entry is MISSING for entry in made.values()) else made
    if isinstance(part, list):
        entries = [_whole(entry, values) for entry in part]
        return MISSING if any(entry is MISSING for entry in entries) else entries
    return part


def _put(part: Any, values: Values) -> Any:
    """The part with values put in, without the keys and entries that lack one."""
    if isinstance(part, dict):
        made = {key: _put(entry, values) for key, entry in part.items()}
        return {key: entry for key, entry in made.items() if entry is not MISSING}
    if isinstance(part, list):
        return [made for entry in part if (made := _put(entry, values)) is not MISSING]
    return _text(part, values) if isinstance(part, str) else part


def _text(text: str, values: Values) -> Any:
    """A text that is one parameter becomes its value, of whatever type; names that are none are left as they are."""
    if "${" not in text:
        return text
    whole = _PARAMETER.fullmatch(text)
    if whole and whole[1] in values:
        return values[whole[1]]
    if any(values.get(name) is MISSING for name in _PARAMETER.findall(text)):
        return MISSING
    return _PARAMETER.sub(lambda found: str(values.get(found[1], found[0])), text)
