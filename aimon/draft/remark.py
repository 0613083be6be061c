"""What a draft could not carry over."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    """One thing that is not in the draft, the line of the exposition that has it, 1-based, and what would help.

    ``metric`` is the drafted metric that lacks it, where there is one.
    """

    line: int
    message: str
    help: str = ""
    metric: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.help}" if self.help else self.message
