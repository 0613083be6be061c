"""Names that a spec allows, each once, from what others have called their things."""

from __future__ import annotations

import re
from collections.abc import Container

_MOST_OF_A_WORD = 60
_WORD = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{_MOST_OF_A_WORD - 1}}}")


def free(name: str, taken: Container[str]) -> str:
    """The name, or else the name with the first number behind it that is free; ``taken`` are in lower case."""
    number, found = 1, name
    while found.lower() in taken:
        number += 1
        found = f"{name}{'-' if '-' in name else ''}{number}"
    return found


def slug(name: str, otherwise: str) -> str:
    """Lower-case letters, digits and inner dashes, as dashboards are called."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or otherwise


def word(name: str, otherwise: str) -> str:
    """Letters, digits, ``_``, ``.`` and ``-`` behind a letter or a digit, as groups and services are called."""
    if _WORD.fullmatch(name):
        return name
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-_.")[:_MOST_OF_A_WORD] or otherwise
