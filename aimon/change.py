"""One difference between two monitorings: what kind of thing, which one, what of it, before and after; no opinion."""

from __future__ import annotations

from typing import Any, NamedTuple


class Change(NamedTuple):
    """A fact. ``attribute`` is empty where the whole thing came (``before`` is None) or went (``after`` is None).

    ``kind`` is a word for people, such as ``alert`` or ``scrape job``; ``name`` identifies the thing within its kind.
    """

    kind: str
    name: str
    attribute: str
    before: Any
    after: Any

    @property
    def sign(self) -> str:
        """``+`` added, ``-`` removed, ``~`` changed."""
        if self.attribute:
            return "~"
        return "+" if self.before is None else "-"
