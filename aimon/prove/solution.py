"""What a proof finds: the series that make an alert fire, those that keep it silent, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Input(NamedTuple):
    """One series: ``start`` is its value, which grows by ``per_second``.

    What is ``cumulative``, such as a counter, goes on from wherever it is. ``every`` lets it grow in steps, one in so
    many seconds; of a ``clock`` the start counts from the present time, as Unix timestamps do.
    """

    name: str
    labels: Mapping[str, str]
    start: float
    per_second: float = 0.0
    every: float = 0.0
    clock: bool = False
    cumulative: bool = False


class Border(NamedTuple):
    """The two sides of a comparison that decides: its operator, and what it compares just above and just below."""

    op: str
    fires_at: float | None  # None where one side is not there at all
    silent_at: float | None
    bound: float | None

    @property
    def margin(self) -> float | None:
        """How far apart the two values are, as a share of the bound."""
        if self.fires_at is None or self.silent_at is None or not self.bound:
            return None
        return abs(self.fires_at - self.silent_at) / abs(self.bound)


class Solution(NamedTuple):
    """Series that make an alert fire, and nearly the same ones that keep it silent.

    ``absent`` names those series that must be missing for it to fire.
    """

    fires: tuple[Input, ...]
    silent: tuple[Input, ...]
    absent: tuple[str, ...] = ()
    border: Border | None = None


class Unproven(NamedTuple):
    """Why an alert could not be solved."""

    reason: str
