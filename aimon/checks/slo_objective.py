"""An objective is a share of good events that can be missed, and that is worth promising.

Why: at 100 % a single error breaks the promise for the whole window, and the budget that everything is divided by is
nothing. Less than half is mostly the budget, 0.1 %, written where the objective, 99.9 %, belongs.
https://sre.google/sre-book/embracing-risk/

Bad::

    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability: {objective: 100%, errors: 'http_requests_total{status=~"5.."}', total: http_requests_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080'], metrics: {http_requests_total: {type: counter, labels: {status: 12}}}}}
    slos:
      availability: {objective: 99.9%, errors: 'http_requests_total{status=~"5.."}', total: http_requests_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units import RATIO, UnitError, convert, humanize, parse_quantity

ID = "slo/objective"
_HALF = Decimal("0.5")


def check(stack: Stack) -> Iterator[Finding]:
    """Every objective that is no share, or one between nothing and a half, or all."""
    for slo in stack.spec.slos:
        at = (*slo.at, "objective")
        try:
            objective = convert(parse_quantity(slo.objective), RATIO)
        except UnitError as error:
            yield Finding(ID, error.message, at, help="write a share such as `99.9%`")
            continue
        found = _problem(objective, str(slo.objective))
        if found:
            yield Finding(ID, f"`{slo.name}`: {found[0]}", at, help=found[1])


def _problem(objective: Decimal, text: str) -> tuple[str, str] | None:
    """What is wrong, and the cure."""
    if objective > 1 and objective < 100 and "%" not in text:
        return f"{text} is more than all events", f"write `{text}%`"
    if objective >= 1:
        return f"an objective of {humanize(objective, RATIO)} leaves no budget", "write less, such as `99.9%`"
    if objective <= 0:
        return "an objective of nothing is always met", "write a share such as `99.9%`"
    if objective < _HALF:
        other = humanize(1 - objective, RATIO)
        return (
            f"{humanize(objective, RATIO)} of good events is the budget rather than the objective",
            f"write `{other}`",
        )
    return None
