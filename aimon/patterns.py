"""Regular expressions as Prometheus and Alertmanager read them, RE2's: what they surely refuse.

Source: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from typing import NamedTuple

_KNOWN_ESCAPES = frozenset("dDwWsSbBAzaftnrvxpPC")
_REPEAT = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
_MOST_REPEATS = 1000
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_CURE_OF_LOOKS = "write two steps, or a pattern that lists what is to match"


class Fault(NamedTuple):
    """What is wrong with a pattern, where in it, and what would cure it."""

    message: str
    span: tuple[int, int]
    help: str


def fault_of(pattern: str) -> Fault | None:
    """The first thing that RE2 surely refuses; None for a pattern that it takes, or of which that is not known."""
    return None if "\\Q" in pattern else _Reading(pattern).fault()


class _Reading:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.open: list[int] = []
        self.may_repeat = False  # whether something stands before that can be repeated
        self.repeated = False

    def fault(self) -> Fault | None:
        while self.at < len(self.pattern):
            found = self._next()
            if found is not None:
                return found
        if self.open:
            return Fault("a parenthesis is not closed", (self.open[-1], self.open[-1] + 1), "add `)`, or write `\\(`")
        return None

    def _next(self) -> Fault | None:
        sign, start = self.pattern[self.at], self.at
        repeat = _REPEAT.match(self.pattern, self.at)
        if repeat is not None:
            return self._repeat(repeat)
        self.at += 1
        self.repeated = False
        if sign == "\\":
            return self._escape(start)
        if sign == "[":
            return self._class(start)
        if sign == "(":
            return self._group(start)
        if sign == ")":
            if not self.open:
                return self._unopened(start)
            self.open.pop()
        self.may_repeat = sign != "|"
        return None

    def _unopened(self, start: int) -> Fault | None:
        if "(" in self.pattern[start:] or self.pattern.endswith(
            "\\"
        ):  # Prometheus puts parentheses around a pattern, which may make it whole
            self.at = len(self.pattern)
            return None
        return Fault("a parenthesis is closed that is not open", (start, start + 1), "remove it, or write `\\)`")

    def _repeat(self, found: re.Match[str]) -> Fault | None:
        self.at = found.end()
        if not self.may_repeat:
            cure = f"write `.{found[0]}`, or `\\{found[0]}` for the sign itself"
            return Fault(f"there is nothing that `{found[0]}` could repeat", found.span(), cure)
        if self.repeated:
            return Fault(f"`{found[0]}` repeats what is repeated already", found.span(), "remove one of them")
        if any(int(count) > _MOST_REPEATS for count in re.findall(r"\d+", found[0])):
            return Fault("more than 1000 repeats are refused", found.span(), "write `*` or `+`")
        self.at += self.pattern.startswith("?", self.at)
        self.repeated = True
        return None

    def _escape(self, start: int) -> Fault | None:
        self.may_repeat = True
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if not sign:
            return Fault("a `\\` stands at the end", (start, start + 1), "write `\\\\` for a backslash")
        if sign in "pPx":
            self.at += self._braced()
            return None
        span = (start, start + 2)
        following = self.pattern[self.at : self.at + 1]
        if sign in "123456789" and not (sign < "8" and following in (*"01234567",)):
            return Fault(f"RE2 has no references such as `\\{sign}`", span, _CURE_OF_LOOKS)
        if sign.isascii() and sign.isalpha() and sign not in _KNOWN_ESCAPES:
            return Fault(f"RE2 does not know `\\{sign}`", span, f"write `{sign}` for the letter itself")
        return None

    def _braced(self) -> int:
        """How long the braces behind an escape such as ``\\p{Greek}`` are."""
        ended = self.pattern.find("}", self.at) if self.pattern.startswith("{", self.at) else -1
        return 0 if ended < 0 else ended + 1 - self.at

    def _class(self, start: int) -> Fault | None:
        self.may_repeat = True
        self.at += self.pattern.startswith("^", self.at)
        self.at += self.pattern.startswith("]", self.at)
        while self.at < len(self.pattern):
            if self.pattern.startswith("[:", self.at) and ":]" in self.pattern[self.at :]:
                self.at = self.pattern.index(":]", self.at) + 2
            elif self.pattern[self.at] == "]":
                self.at += 1
                return None
            else:
                self.at += 1 + (self.pattern[self.at] == "\\")
        return Fault("a bracket is not closed", (start, start + 1), "add `]`, or write `\\[`")

    def _group(self, start: int) -> Fault | None:
        before, self.may_repeat = self.may_repeat, False
        self.open.append(start)
        for look in _LOOKS:
            if self.pattern.startswith(look, start):
                return Fault(f"RE2 cannot look around, as `{look}` wants", (start, start + len(look)), _CURE_OF_LOOKS)
        head = re.compile(r"\(\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?[:)])").match(self.pattern, start)
        if head is not None:
            self.at = head.end()
            if head[0].endswith(")"):  # flags, which are no group
                self.open.pop()
                self.may_repeat = before
        elif self.pattern.startswith("(?", start):
            return Fault("RE2 knows no such group", (start, min(start + 3, len(self.pattern))), "write `(?:` … `)`")
        return None
