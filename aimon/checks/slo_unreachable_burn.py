"""Every alert of an SLO can fire.

Why: an alert that pages at 14.4 times the allowed share of errors needs 144 % of errors where 10 % are allowed, and
there are never more than 100 %. Whatever breaks, nobody is woken by it.

Bad::

    services: {api: {targets: ['api:8080'], metrics: {searches_total: {type: counter, labels: {result: 3}}}}}
    slos:
      found: {objective: 90%, errors: 'searches_total{result="nothing"}', total: searches_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080'], metrics: {searches_total: {type: counter, labels: {result: 3}}}}}
    slos:
      found:
        objective: 90%
        errors: searches_total{result="nothing"}
        total: searches_total
        alerts: {1h: {budget: 1%}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from aimon.finding import Finding
from aimon.stack import BurnAlert, Slo, Stack
from aimon.units import RATIO, humanize, plain_number

ID = "slo/unreachable-burn"


def check(stack: Stack) -> Iterator[Finding]:
    """Every alert whose bound is all events, or more."""
    for slo in stack.slos:
        for alert in slo.burns:
            if alert.limit >= 1:
                yield Finding(ID, _message(slo, alert), (*slo.at, "objective"), help=_cure(alert))


def _message(slo: Slo, alert: BurnAlert) -> str:
    factor = plain_number(alert.factor.quantize(Decimal("0.01")))
    return (
        f"`{alert.name}` can never fire: {factor} times the {humanize(slo.budget, RATIO)} of errors that `{slo.name}` "
        f"allows is {humanize(alert.limit.quantize(Decimal('0.001')), RATIO)} of all events"
    )


def _cure(alert: BurnAlert) -> str:
    """The largest whole percentage of the budget that can go in that time at all, or else no alert."""
    most = (alert.budget * 100 / alert.limit).to_integral_value(ROUND_FLOOR)
    if alert.limit * most >= alert.budget * 100:
        most -= 1
    if most < 1:
        return f"write `alerts: {{{alert.long.text}: false}}`"
    return f"write `alerts: {{{alert.long.text}: {{budget: {most}%}}}}`, or `{alert.long.text}: false`"
