"""Values that a spec takes as they were written; what has another shape than it should is said to be left out."""

from __future__ import annotations

from typing import Any

from aimon.document import Address
from aimon.draft.notes import Notes
from aimon.foreign.loose import duration, labels, mapping


def length(value: Any, at: Address, key: str, notes: Notes) -> str | None:
    """The duration behind a key; None where there is none."""
    found = duration(value, key)
    if found is not None:
        return found.text if found.seconds else "0s"
    if mapping(value).get(key) is not None:
        notes.lose((*at, key), f"`{key}` is left out: it is no duration")
    return None


def words(value: Any, at: Address, key: str, notes: Notes) -> dict[str, str]:
    """The mapping of texts behind a key."""
    found = labels(value, key)
    for name in mapping(value, key).keys() - found.keys():
        notes.lose((*at, key, name), f"`{name}` is left out: it is no text")
    return {str(name): text for name, text in found.items()}


def without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    """The mapping without what says nothing: None, and empty texts, lists and mappings."""
    return {key: entry for key, entry in value.items() if entry is not None and entry not in ("", [], {}, ())}
