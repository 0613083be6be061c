"""What a server said, short enough for a sentence and without what nobody else should read."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MOST_NAMES = 3
_LONGEST = 240
# A URL may hold what is for nobody else: a user with a password, and parameters.
_URL = re.compile(r"(?P<scheme>\w+://)(?P<user>[^/\s\"?@]*@)?(?P<path>[^\s\"?]*)(?P<query>\?[^\s\"]*)?")


def few(names: Iterable[str]) -> str:
    """At most three names, and how many more there are."""
    listed = [f"`{name}`" for name in names]
    more = len(listed) - _MOST_NAMES
    return ", ".join(listed[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def quoted(text: str) -> str:
    """An error of a server: its first words, with dots over the secrets that an address may hold."""
    plain = _URL.sub(_public, " ".join(text.split()))
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _public(url: re.Match[str]) -> str:
    return f"{url['scheme']}{'•@' if url['user'] else ''}{url['path']}{'?•' if url['query'] else ''}"


def counted(number: int, thing: str) -> str:
    """``1 rule``, ``2 rules``."""
    return f"{number:,} {thing}{'s' * (number != 1)}"
