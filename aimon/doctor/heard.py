"""What came of asking a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aimon.finding import Finding


class Heard(NamedTuple):
    """Findings, how much was compared, in words, and what could not be."""

    findings: Sequence[Finding]
    compared: str
    notes: Sequence[str] = ()
