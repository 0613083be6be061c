"""One difference between two monitorings as a fact, and what somebody thinks of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from aimon.document import Address
from aimon.thing import Key

COSMETIC, SAFE, RISKY, BREAKING = WEIGHTS = ("cosmetic", "safe", "risky", "breaking")

# What a word becomes when the sides change places; any other word stays.
_PAIRS = (
    ("added", "removed"), ("gained", "lost"), ("looser", "tighter"), ("longer", "shorter"), ("raised", "lowered"),
    ("narrower", "wider"), ("opened", "closed"),
)  # fmt: skip
OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


class Change(NamedTuple):
    """A fact. ``how`` is one word: added, removed, renamed, looser, longer, narrower, changed …

    ``kind`` is a word for people, such as ``alert`` or ``scrape job``; ``name`` identifies the thing within its kind.
    ``attribute`` is empty where the whole thing came (``before`` is None), went (``after`` is None) or was renamed.
    ``given`` are circumstances that decide how much it weighs, ``touched`` other things that feel it.
    """

    kind: str
    name: str
    attribute: str
    how: str
    before: Any
    after: Any
    given: frozenset[str] = frozenset()
    touched: tuple[Key, ...] = ()
    at: Address = ()

    @property
    def sign(self) -> str:
        """``+`` added, ``-`` removed, ``~`` changed."""
        if self.attribute:
            return "~"
        return {"added": "+", "removed": "-"}.get(self.how, "~")

    @property
    def shape(self) -> str:
        """What kind of change it is, whatever it happens to: ``alert/threshold-looser``."""
        what = f"{self.attribute.split('.')[0].replace('_', '-')}-{self.how}" if self.attribute else self.how
        return f"{self.kind.replace(' ', '-')}/{what}"

    @property
    def fingerprint(self) -> str:
        """The same as long as the same thing changes in the same way; no words in it."""
        said = [self.kind, self.name, self.attribute, self.how, self.before, self.after]
        text = json.dumps(said, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class Lost(NamedTuple):
    """An alert whose state does not outlive the reload, and why: another name, file, group or label, or no metric.

    Whatever of it is pending waits anew, and what fires is resolved and fires again.
    """

    alert: str
    because: tuple[str, ...]
    now: str | None = None  # pending or firing, where a server was asked


class Judged(NamedTuple):
    """A change with its weight and its effect; ``accepted`` says why somebody means it."""

    change: Change
    weight: str
    effect: str
    accepted: str | None = None
