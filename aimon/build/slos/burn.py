"""How fast an error budget may burn before somebody is told: windows, shares and factors, in exact decimals."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import NamedTuple

from aimon import conventions, spec
from aimon.build.numbers import quantity_of
from aimon.build.scrape import duration
from aimon.stack import BurnAlert, Duration
from aimon.units import RATIO, UnitError, convert


class Pace(NamedTuple):
    """A share of the budget that may not go within ``long``; ``short`` tells whether it still burns."""

    long: str
    short: str
    budget: Decimal
    is_page: bool


# Source: https://sre.google/workbook/alerting-on-slos/ (6: multiwindow, multi-burn-rate alerts)
PACES = (
    Pace("1h", "5m", Decimal("0.02"), True),
    Pace("6h", "30m", Decimal("0.05"), True),
    Pace("1d", "2h", Decimal("0.1"), False),
    Pace("3d", "6h", Decimal("0.1"), False),
)

_SHOWN = Context(prec=6)


def share_of(text: str | int | float) -> Decimal | None:
    """What was written as a share of one, 99.9% as 0.999; None where it is none."""
    quantity = quantity_of(text)
    try:
        return convert(quantity, RATIO) if quantity is not None else None
    except UnitError:
        return None


def burn_alerts(written: spec.Slo, objective: Decimal, window: Duration) -> tuple[BurnAlert, ...]:
    """The alerts of an SLO, the fastest first; those that look back as long as the SLO itself are left out."""
    if written.alerts is None:
        return ()
    said = {alert.name: alert for alert in written.alerts}
    made = (_burn_alert(written.name, pace, said.get(pace.long), 1 - objective, window) for pace in PACES)
    return tuple(alert for alert in made if alert is not None)


def _burn_alert(
    slo: str, pace: Pace, said: spec.BurnAlert | None, allowed: Decimal, window: Duration
) -> BurnAlert | None:
    long = duration(pace.long)
    if long.seconds >= window.seconds or (said is not None and said.enabled is False):
        return None
    asked = share_of(said.budget) if said is not None and said.budget is not None else None
    budget = asked or max(pace.budget, _whole_percents(long, window))
    factor = budget * Decimal(window.seconds) / Decimal(long.seconds)
    return BurnAlert(
        name=conventions.burn_alert(slo, pace.long),
        long=long,
        short=duration(pace.short),
        budget=budget,
        factor=factor,
        limit=shown(factor * allowed),
        is_page=pace.is_page,
    )


def _whole_percents(long: Duration, window: Duration) -> Decimal:
    """What a steady burn that just meets the objective takes: less would wake people although all is well."""
    return Decimal(int(100 * long.seconds / window.seconds)) / 100


def shown(value: Decimal) -> Decimal:
    """The number to six digits: 28 days by three have no end."""
    return _SHOWN.plus(value)
