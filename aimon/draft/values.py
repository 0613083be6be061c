"""Values that a spec takes as they were written; what has another shape than it should is said to be left out."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from aimon.document import Address
from aimon.draft.notes import Notes
from aimon.foreign.loose import duration, labels, listed, mapping


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
    found = {str(name): text for name, text in labels(value, key).items()}
    lose_no_words(value, at, key, found, notes)
    return found


def lose_no_words(value: Any, at: Address, key: str, found: Container[str], notes: Notes) -> None:
    """Say what of the mapping behind a key is no text, where its texts are known."""
    for name in mapping(value, key):
        if str(name) not in found:
            notes.lose((*at, key, name), f"`{name}` is left out: it is no text")


def word_list(value: Any, at: Address, key: str, notes: Notes) -> list[str]:
    """The texts in the list behind a key."""
    return [entry for entry in _listed(value, at, key, str, notes) if isinstance(entry, str)]


def mapping_list(value: Any, at: Address, key: str, notes: Notes) -> list[dict[str, Any]]:
    """The mappings in the list behind a key."""
    return [entry for entry in _listed(value, at, key, dict, notes) if isinstance(entry, dict)]


def _listed(value: Any, at: Address, key: str, wanted: type, notes: Notes) -> list[Any]:
    said = mapping(value).get(key)
    if said is not None and not isinstance(said, list):
        notes.lose((*at, key), f"`{key}` is left out: it is no list")
    for index, entry in enumerate(listed(value, key)):
        if not isinstance(entry, wanted):
            notes.lose((*at, key, index), f"an entry of `{key}` is left out: it has another form than it should")
    return listed(value, key)


def without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    """The mapping without what says nothing: None, and empty texts, lists and mappings."""
    return {key: entry for key, entry in value.items() if entry is not None and entry not in ("", [], {}, ())}
