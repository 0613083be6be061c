"""The patterns of relabelling are RE2's.

Why: Prometheus refuses a configuration with a pattern that it cannot read. It knows neither look-arounds nor
references, for which other engines take exponential time. https://github.com/google/re2/wiki/Syntax

Bad::

    services:
      api:
        targets: ['api:8080']
        metric_relabel: [{source_labels: [__name__], regex: 'go_(?!gc).*', action: drop}]

Good::

    services:
      api:
        targets: ['api:8080']
        metric_relabel: [{source_labels: [__name__], regex: 'go_mem.*', action: drop}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.patterns import fault_of
from aimon.stack import Stack

ID = "service/invalid-regex"


def check(stack: Stack) -> Iterator[Finding]:
    """Every pattern that is surely refused."""
    for service in stack.spec.services:
        for key in ("relabel", "metric_relabel"):
            for index, step in enumerate(getattr(service, key) or ()):
                pattern = step.get("regex")
                fault = fault_of(pattern) if isinstance(pattern, str) else None
                if fault is not None:
                    yield Finding(ID, fault.message, (*service.at, key, index, "regex"), fault.span, help=fault.help)
