"""The budgets of costs as alerts, and what would be missing from the sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from aimon import conventions, spec
from aimon.build.costs.recordings import DAY, HOUR, price_series, told_apart_by, total
from aimon.build.numbers import number, quantity_of
from aimon.prices.paid import MODEL, counters_of
from aimon.promql.names import quoted

# The shares of a day's budget that may go within an hour, and that are nearly all of it.
_FAST, _NEARLY = Decimal("0.25"), Decimal("0.8")


def budget_alerts(cost: spec.LLMCost) -> Iterator[spec.Alert]:
    """What wakes somebody before the invoice comes, by the budgets that are set."""
    day = quantity_of(cost.budget["day"]) if "day" in cost.budget else None
    if "hour" in cost.budget:
        yield _fast(cost, cost.budget["hour"], f"the {cost.budget['hour']} that its budget allows for an hour")
    elif day is not None:
        yield _fast(cost, _dollars(day.value * _FAST), f"a quarter of the day's budget, {cost.budget['day']}")
    if day is not None:
        yield _nearly(cost, _dollars(day.value * _NEARLY))
        yield _spent(cost)
    if cost.cost is None:
        yield _unpriced(cost)
    elif cost.calls is not None:
        yield _unrecorded(cost)


def _dollars(value: Decimal) -> str:
    return f"${number(value)}"


def _alert(cost: spec.LLMCost, name: str, **said: Any) -> spec.Alert:
    words = "".join(word.capitalize() for word in cost.name.replace("_", "-").split("-"))
    return spec.Alert(at=cost.at, name=f"{words}{name}", group=conventions.COST_GROUP, **said)


def _fast(cost: spec.LLMCost, bound: str | int | float, meaning: str) -> spec.Alert:
    return _alert(
        cost,
        "SpendingFast",
        expr=total(cost, HOUR),
        bounds={"above": bound},
        wait="5m",
        severity="warning",
        summary=f"Calls to language models of `{cost.name}` cost unusually much",
        description=f'${{{{ $value | printf "%.2f" }}}} were spent within an hour, which is more than {meaning}.',
        action="Look on the dashboard which model it is, then for a retry loop, a longer prompt or an abusive client.",
    )


def _nearly(cost: spec.LLMCost, bound: str) -> spec.Alert:
    return _alert(
        cost,
        "DailyBudgetNearlySpent",
        expr=total(cost, DAY),
        bounds={"above": bound},
        wait="5m",
        severity="warning",
        summary=f"Four fifths of the daily budget of `{cost.name}` are spent",
        description=f'${{{{ $value | printf "%.2f" }}}} of {cost.budget["day"]} were spent within 24 hours.',
        action="Decide what may wait until tomorrow, or raise `budget.day`.",
    )


def _spent(cost: spec.LLMCost) -> spec.Alert:
    return _alert(
        cost,
        "DailyBudgetSpent",
        expr=total(cost, DAY),
        bounds={"above": cost.budget["day"]},
        wait="5m",
        severity="critical",
        summary=f"The daily budget of `{cost.name}` is spent",
        description=f'${{{{ $value | printf "%.2f" }}}} were spent in 24 hours; the budget is {cost.budget["day"]}.',
        action="Stop what is not needed, choose a cheaper model, or raise `budget.day`.",
    )


def _unpriced(cost: spec.LLMCost) -> spec.Alert:
    """Tokens of a model without a price cost nothing on every dashboard, until the invoice comes."""
    model, prices = cost.model or MODEL, f"{price_series(cost)}{{spend={quoted(cost.name)}}}"
    return _alert(
        cost,
        "TokensWithoutPrice",
        expr=f"sum by ({model}) (rate({counters_of(cost)[0]}[15m])) > 0 unless on ({model}) {prices}",
        wait="15m",
        severity="warning",
        summary=f"A model of `{cost.name}` has no price",
        description=f"The tokens of {{{{ $labels.{model} }}}} are not in the spend: nobody has said what they cost.",
        action="Add the model to `models` and, where the list does not know it, its price to `prices`.",
    )


def _unrecorded(cost: spec.LLMCost) -> spec.Alert:
    """A call whose cost nobody wrote down."""
    by = ", ".join(told_apart_by(cost))
    made, paid = (f"sum by ({by}) (increase({name}[1h])) > 0" for name in (cost.calls, cost.cost))
    return _alert(
        cost,
        "CallsWithoutCost",
        expr=f"{made} unless {paid}",
        wait="1h",
        severity="warning",
        summary=f"Calls of `{cost.name}` are not billed to anybody",
        description=f"{{{{ $labels.{cost.model or MODEL} }}}} was called, but `{cost.cost}` did not grow.",
        action="Look whether the gateway knows the price of this model, and whether it still writes the cost down.",
    )
