"""An alert that a panel shows exists.

Why: there is nothing to draw for an alert that nobody wrote, so the panel would be missing.

Bad::

    services: {api: {targets: ['api:8080']}}
    dashboards:
      main: {rows: {Health: [{alert: TargetsDown}]}}

Good::

    services: {api: {targets: ['api:8080']}}
    dashboards:
      main: {rows: {Health: [{alert: TargetDown}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import Suggestions

ID = "dashboard/unknown-alert"


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel by alert that names none."""
    known = {alert.name: None for alert in stack.alerts()}
    near = Suggestions(known)
    otherwise = f"known: {', '.join(known)}" if 0 < len(known) <= 12 else None
    for board in stack.spec.dashboards:
        for panel in board.panels():
            if panel.alert is not None and panel.alert not in known:
                cure = near.did_you_mean(panel.alert, otherwise)
                yield Finding(ID, f"there is no alert `{panel.alert}`", (*panel.at, "alert"), help=cure)
