"""Matchers of Alertmanager as a mapping with one condition for each label."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aimon.foreign.alertmanager import Match
from aimon.promql.tree import Matcher
from aimon.routes import always_takes

EVERYTHING = {"alertname": "=~.+"}  # which every alert fits


class TooManyError(Exception):
    """Several matchers of a label that no single one can replace; ``match`` takes what the first of them takes."""

    def __init__(self, label: str, match: dict[str, str]) -> None:
        super().__init__(label)
        self.label, self.match = label, match


def match(matchers: Sequence[Match]) -> dict[str, str]:
    """The same as a spec writes it. Raises `TooManyError`."""
    named: dict[str, list[Matcher]] = {}
    for each in matchers:
        named.setdefault(each.label, []).append(Matcher(*each))
    made = {label: _text(_strictest(same) or same[0]) for label, same in named.items()}
    for label, same in named.items():
        if _strictest(same) is None:
            raise TooManyError(label, made)
    return made or dict(EVERYTHING)


def _strictest(same: Sequence[Matcher]) -> Matcher | None:
    """The matcher that takes what all of them take."""
    implied = next((one for one in same if always_takes(same, [one])), None)
    if implied is not None or any(not one.op.startswith("!") for one in same):
        return implied
    refused = (one.value if one.op == "!~" else re.escape(one.value) for one in same)
    return Matcher(same[0].label, "!~", "|".join(refused))


def _text(matcher: Matcher) -> str:
    return matcher.value if matcher.op == "=" else f"{matcher.op}{matcher.value}"
