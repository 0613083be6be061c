"""What a panel of a cost stands for: how much is spent, then for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aimon import spec
from aimon.build.costs.alerts import budget_alerts
from aimon.build.costs.recordings import DAY, HOUR, spend_series, told_apart_by, total
from aimon.build.titles import legend_of_labels
from aimon.prices.paid import KIND
from aimon.promql.names import quoted


def cost_panels(written: spec.Panel, cost: spec.LLMCost) -> Iterator[spec.Panel]:
    """The panels that a panel of a cost stands for, as a user would write them: how much, then for what."""
    alerts = [alert.name for alert in budget_alerts(cost)]
    by, spend = told_apart_by(cost), f"{spend_series(cost, 'rate5m')}{{spend={quoted(cost.name)}}}"
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
    return _panel(written, title, [(total(cost, operation), "")], type="stat", unit="USD")


def _token_queries(cost: spec.LLMCost) -> Iterator[tuple[str, str]]:
    kind = cost.kind or KIND
    if isinstance(cost.tokens, Mapping):
        yield from ((f"sum(rate({name}[$__rate_interval]))", called) for called, name in cost.tokens.items())
    else:
        yield f"sum by ({kind}) (rate({cost.tokens}[$__rate_interval]))", f"{{{{{kind}}}}}"


def _panel(written: spec.Panel, title: str, queries: Sequence[tuple[str, str]], **said: Any) -> spec.Panel:
    asked = tuple(spec.Query((*written.at, "llm_cost"), expr, legend or None) for expr, legend in queries)
    return written._replace(llm_cost=None, title=title, queries=asked, **said)
