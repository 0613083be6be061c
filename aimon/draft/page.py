"""A draft as the text of a spec, section by section, with a word to those that ask for more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aimon.emit import INDENT, compact_text, yaml_text

_SAID = {
    "self_monitoring": "Without this line the stack watches itself too, by targets and alerts of its own.",
    "external": "Read below and declared nowhere. Declared under the metrics of a service, which `aimon import`\n"
    "# drafts from a /metrics text, their types, labels and units are checked too.",
}


def page(draft: Mapping[str, Any]) -> str:
    """The text of a spec."""
    return "\n".join(_section(name, value) for name, value in draft.items())


def _section(name: str, value: Any) -> str:
    said = f"# {_SAID[name]}\n" if name in _SAID else ""
    text = compact_text(value, INDENT) if isinstance(value, Mapping) and value else yaml_text(value, INDENT)
    return f"{said}{name}:{text}\n"
