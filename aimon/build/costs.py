"""What language models cost: prices as series, spend as recording rules, budgets as alerts, and a row to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from aimon import conventions, spec
from aimon.build.numbers import number, quantity_of
from aimon.build.titles import legend_of_labels
from aimon.catalogue import Catalogue
from aimon.overrides import overridden_alert
from aimon.prices import price_of
from aimon.prices.paid import KIND, MODEL, counters_of, kinds_of, models_of
from aimon.promql.print import quoted

# The windows over which money is counted, and the share of a day's budget that may go within an hour.
HOUR, DAY = "increase1h", "increase1d"
_FAST, _NEARLY = Decimal("0.25"), Decimal("0.8")


def billed(written: spec.Spec, known: Catalogue) -> list[spec.LLMCost]:
    """The costs that can be known: nothing follows from tokens that have no price."""
    return [cost for cost in written.llm_costs if cost.cost is not None or any(_prices(cost, known))]


def with_costs(written: spec.Spec, known: Catalogue) -> spec.Spec:
    """The spec with the rules and alerts that follow from its ``llm_costs``."""
    costs = billed(written, known)
    rules = [rule for cost in costs for rule in _recordings(cost, known)]
    alerts = [
        overridden_alert(alert, written.overrides.alerts.get(alert.name) or {})
        for cost in costs
        for alert in _alerts(cost)
    ]
    return written._replace(recording_rules=(*written.recording_rules, *rules), alerts=(*written.alerts, *alerts))


# The rules.


def _recordings(cost: spec.LLMCost, known: Catalogue) -> Iterator[spec.RecordingRule]:
    if cost.cost is None:
        yield from _prices(cost, known)
    for operation, window in (("rate5m", "5m"), (HOUR, "1h"), (DAY, "1d")):
        function = operation.removesuffix(window)
        yield spec.RecordingRule(
            at=cost.at,
            name=_spend(cost, operation),
            expr=_money(cost, function, window),
            labels={"spend": cost.name},
            unit="USD/s" if function == "rate" else "USD",
            group=conventions.COST_GROUP,
        )


def _prices(cost: spec.LLMCost, known: Catalogue) -> Iterator[spec.RecordingRule]:
    """One constant series for each model and kind of token."""
    includes = cost.input_includes_cache is not False
    for model in dict.fromkeys(models_of(cost, known)):
        price = price_of(model, cost.prices)
        if price is None:
            continue  # `llm-cost/no-price` reports it
        for value, kind in kinds_of(cost, known).items():
            yield spec.RecordingRule(
                at=cost.at,
                name=_price_series(cost),
                expr=f"vector({number(price.of(kind, includes))})",
                labels={"spend": cost.name, cost.model or MODEL: model, cost.kind or KIND: value},
                unit="USD/tokens",
                group=conventions.COST_GROUP,
            )


def _price_series(cost: spec.LLMCost) -> str:
    return f"{cost.model or MODEL}_{cost.kind or KIND}:llm_token_price_usd:list"


def _spend(cost: spec.LLMCost, operation: str) -> str:
    return f"{'_'.join(_by(cost))}:llm_cost_usd:{operation}"


def _by(cost: spec.LLMCost) -> list[str]:
    """The labels by which money is told apart."""
    return list(dict.fromkeys([*(cost.by or ()), cost.model or MODEL]))


def _money(cost: spec.LLMCost, function: str, window: str) -> str:
    by = ", ".join(_by(cost))
    if cost.cost is not None:
        return f"sum by ({by}) ({function}({cost.cost}[{window}]))"
    if isinstance(cost.tokens, Mapping):
        parts = [_priced(cost, f"{function}({counter}[{window}])", kind) for kind, counter in cost.tokens.items()]
        return f"sum by ({by}) (\n    {f'{chr(10)}  or '.join(parts)}\n)"
    return f"sum by ({by}) (\n  {_priced(cost, f'{function}({cost.tokens}[{window}])')}\n)"


def _priced(cost: spec.LLMCost, tokens: str, only: str | None = None) -> str:
    """Tokens times their price; a counter of one kind takes the kind's name along, so that several can be joined."""
    model, kind, by = cost.model or MODEL, cost.kind or KIND, ", ".join(_by(cost))
    name, prices = quoted(cost.name), _price_series(cost)
    if only is not None:
        chosen = f"{prices}{{spend={name}, {kind}={quoted(only)}}}"
        return f"sum by ({by}) ({tokens})\n    * on ({model}) group_left ({kind}) {chosen}"
    return f"sum by ({by}, {kind}) ({tokens})\n    * on ({model}, {kind}) group_left () {prices}{{spend={name}}}"


# The alerts.


def _alerts(cost: spec.LLMCost) -> Iterator[spec.Alert]:
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


def _total(cost: spec.LLMCost, operation: str) -> str:
    return f"sum({_spend(cost, operation)}{{spend={quoted(cost.name)}}})"


def _alert(cost: spec.LLMCost, name: str, **said: Any) -> spec.Alert:
    words = "".join(word.capitalize() for word in cost.name.replace("_", "-").split("-"))
    return spec.Alert(at=cost.at, name=f"{words}{name}", group=conventions.COST_GROUP, **said)


def _fast(cost: spec.LLMCost, bound: str | int | float, meaning: str) -> spec.Alert:
    return _alert(
        cost,
        "SpendingFast",
        expr=_total(cost, HOUR),
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
        expr=_total(cost, DAY),
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
        expr=_total(cost, DAY),
        bounds={"above": cost.budget["day"]},
        wait="5m",
        severity="critical",
        summary=f"The daily budget of `{cost.name}` is spent",
        description=f'${{{{ $value | printf "%.2f" }}}} were spent in 24 hours; the budget is {cost.budget["day"]}.',
        action="Stop what is not needed, choose a cheaper model, or raise `budget.day`.",
    )


def _unpriced(cost: spec.LLMCost) -> spec.Alert:
    """Tokens of a model without a price cost nothing on every dashboard, until the invoice comes."""
    model, prices = cost.model or MODEL, f"{_price_series(cost)}{{spend={quoted(cost.name)}}}"
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
    by = ", ".join(_by(cost))
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


# The pictures.


def cost_panels(written: spec.Panel, cost: spec.LLMCost) -> Iterator[spec.Panel]:
    """The panels that a panel of a cost stands for, as a user would write them: how much, then for what."""
    alerts = [alert.name for alert in _alerts(cost)]
    by, spend = _by(cost), f"{_spend(cost, 'rate5m')}{{spend={quoted(cost.name)}}}"
    yield _amount(written, cost, _first(alerts, "SpendingFast"), HOUR, "Spent in an hour")
    yield _amount(written, cost, _first(alerts, "DailyBudgetSpent"), DAY, "Spent in a day")
    yield _panel(written, "Spend per hour", [(f"{spend} * 3600", legend_of_labels(by))], unit="USD/h", stack=True)
    if cost.tokens is not None:
        yield _panel(written, "Tokens per second", list(_token_queries(cost)), stack=True)


def _first(alerts: Sequence[str], ending: str) -> str | None:
    return next((name for name in alerts if name.endswith(ending)), None)


def _amount(written: spec.Panel, cost: spec.LLMCost, alert: str | None, operation: str, title: str) -> spec.Panel:
    """Money as one number, which turns red where an alert is about it."""
    if alert is not None:
        return written._replace(llm_cost=None, alert=alert, title=title, type="stat", unit="USD")
    return _panel(written, title, [(_total(cost, operation), "")], type="stat", unit="USD")


def _token_queries(cost: spec.LLMCost) -> Iterator[tuple[str, str]]:
    kind = cost.kind or KIND
    if isinstance(cost.tokens, Mapping):
        yield from ((f"sum(rate({name}[$__rate_interval]))", called) for called, name in cost.tokens.items())
    else:
        yield f"sum by ({kind}) (rate({cost.tokens}[$__rate_interval]))", f"{{{{{kind}}}}}"


def _panel(written: spec.Panel, title: str, queries: Sequence[tuple[str, str]], **said: Any) -> spec.Panel:
    asked = tuple(spec.Query((*written.at, "llm_cost"), expr, legend or None) for expr, legend in queries)
    return written._replace(llm_cost=None, title=title, queries=asked, **said)
