"""One thing that is wrong: which check found it, what it says, and where in the spec."""

from __future__ import annotations

from typing import NamedTuple

from aimon.document import Address


class Related(NamedTuple):
    """A second place, such as the declaration that a query contradicts."""

    at: Address
    message: str


class Finding(NamedTuple):
    """A message at an address of the spec; its level is not here but in the table of checks.

    ``fragment`` narrows the place to characters ``[start, end)`` of the scalar at ``at``; ``key`` points at the key
    instead of the value. ``artifact`` names the generated file where an outside judge saw it.
    """

    check: str
    message: str
    at: Address
    fragment: tuple[int, int] | None = None
    key: bool = False
    help: str | None = None
    related: tuple[Related, ...] = ()
    artifact: str | None = None
