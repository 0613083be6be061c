"""A panel by cost names one that exists.

Why: the pictures follow from what is counted; where nothing is, the dashboard would silently lack them.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {llm_usd_total: {type: counter, unit: USD, labels: {model: 5}}}}
    llm_costs: {chat: {cost: llm_usd_total}}
    dashboards:
      main: {rows: {Money: [{llm_cost: chta}, {metric: llm_usd_total}]}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {llm_usd_total: {type: counter, unit: USD, labels: {model: 5}}}}
    llm_costs: {chat: {cost: llm_usd_total}}
    dashboards:
      main: {rows: {Money: [{llm_cost: chat}, {metric: llm_usd_total}]}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "dashboard/unknown-llm-cost"


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel by cost that names none."""
    known = [cost.name for cost in stack.spec.llm_costs]
    for board in stack.spec.dashboards:
        for panel in board.panels():
            if panel.llm_cost is not None and panel.llm_cost not in known:
                cure = did_you_mean(panel.llm_cost, known, "declare it under `llm_costs`")
                yield Finding(ID, f"there are no costs `{panel.llm_cost}`", (*panel.at, "llm_cost"), help=cure)
