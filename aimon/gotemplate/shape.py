"""What a template has besides plain words, which decide nothing of what can be said of it."""

from __future__ import annotations

import re
from collections.abc import Hashable

_CLOSED = re.compile(r"""(?:[^"`'/]|"(?:[^"\\\n]|\\.)*"|`[^`]*`|/(?!\*))*""")


def shape_of(text: str) -> Hashable:
    """The actions of a text, each with the first sign behind it; the text itself where they are not told apart easily.

    Texts of the same shape have the same tree, but for places and words.
    """
    parts = []
    for action in text.split("{{")[1:]:
        inside, end, words = action.partition("}}")
        if not end or not _CLOSED.fullmatch(inside):
            return text
        parts += [inside, words.lstrip(" ")[:1]]
    return tuple(parts)
