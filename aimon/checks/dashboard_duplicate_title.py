"""The dashboards have titles of their own.

Why: Grafana refuses to provision two dashboards of one title in one folder, and all of a spec go into one.

Bad::

    services: {api: {targets: ['api:8080']}}
    dashboards:
      main: {title: The API, rows: {Health: [{title: Targets up, expr: sum(up)}]}}
      details: {title: The API, rows: {Health: [{title: Targets up, expr: sum by (job) (up)}]}}

Good::

    services: {api: {targets: ['api:8080']}}
    dashboards:
      main: {title: The API, rows: {Health: [{title: Targets up, expr: sum(up)}]}}
      details: {title: The API in detail, rows: {Health: [{title: Targets up, expr: sum by (job) (up)}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Dashboard, Stack

ID = "dashboard/duplicate-title"


def check(stack: Stack) -> Iterator[Finding]:
    """Every dashboard with the title of one before it."""
    titled: dict[str, Dashboard] = {}
    for board in stack.dashboards:
        first = titled.setdefault(board.title, board)
        if first is not board:
            related = (Related((*first.at, "title"), f"the title of `{first.name}`"),)
            message = f"the dashboards `{first.name}` and `{board.name}` are both called `{board.title}`"
            yield Finding(ID, message, (*board.at, "title"), help="give one of them another title", related=related)
