"""What a draft could not carry over."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    """One thing that is not in the draft, the line of the exposition that has it, 1-based, and what would help.

    ``metric`` is the metric that lacks it, or that is missing itself, where it is one.
    """

    line: int
    message: str
    help: str = ""
    metric: str = ""

    def __str__(self) -> str:
        text = f"{self.message}; {self.help}" if self.help else self.message
        return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)  # names of others go to terminals
