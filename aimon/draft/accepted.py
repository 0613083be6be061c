"""What is unwise in a draft but was so before: accepted in it, with a line that says so."""

from __future__ import annotations

from typing import Any

from aimon.checks import CHECKS
from aimon.diagnostic import dotted
from aimon.stack import Stack

# Errors of a spec that Prometheus lives with.
_CHECKS = ("service/long-interval", "service/relabel-drops-used")
_REASON = "it was so before the import"


def accepted(stack: Stack) -> list[dict[str, Any]]:
    """The section ``ignore`` of a draft."""
    found = [finding for id in _CHECKS for finding in CHECKS[id].run(stack)]
    places = dict.fromkeys((finding.check, dotted(finding.at[:2])) for finding in found)
    return [{"check": check, "of": place, "reason": _REASON} for check, place in places]
