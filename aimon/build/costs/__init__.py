"""What language models cost: prices as series, spend as recording rules, budgets as alerts, and a row to look at."""

from __future__ import annotations

from aimon import spec
from aimon.build.costs.alerts import budget_alerts
from aimon.build.costs.recordings import prices, recordings
from aimon.catalogue import Catalogue
from aimon.overrides import overridden_alert


def billed(written: spec.Spec, known: Catalogue) -> list[spec.LLMCost]:
    """The costs that can be known: nothing follows from tokens that have no price."""
    return [cost for cost in written.llm_costs if cost.cost is not None or any(prices(cost, known))]


def with_costs(written: spec.Spec, known: Catalogue) -> spec.Spec:
    """The spec with the rules and alerts that follow from its ``llm_costs``."""
    costs = billed(written, known)
    rules = [rule for cost in costs for rule in recordings(cost, known)]
    alerts = [
        overridden_alert(alert, written.overrides.alerts.get(alert.name) or {})
        for cost in costs
        for alert in budget_alerts(cost)
    ]
    return written._replace(recording_rules=(*written.recording_rules, *rules), alerts=(*written.alerts, *alerts))
