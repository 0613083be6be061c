"""A dashboard can be told from all others.

Why: Grafana keeps one dashboard of each uid, and refuses to provision two of one title in one folder.

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

ID = "dashboard/duplicate-uid"


def check(stack: Stack) -> Iterator[Finding]:
    """Every dashboard with the title or the uid of one before it."""
    titled: dict[str, Dashboard] = {}
    identified: dict[str, Dashboard] = {}
    for board in stack.dashboards:
        first = titled.setdefault(board.title, board)
        if first is not board:
            related = (Related((*first.at, "title"), f"the title of `{first.name}`"),)
            message = f"the dashboards `{first.name}` and `{board.name}` are both called `{board.title}`"
            yield Finding(ID, message, (*board.at, "title"), help="give one of them another title", related=related)
        first = identified.setdefault(board.uid, board)
        if first is not board:
            message = f"the dashboards `{first.name}` and `{board.name}` have the uid `{board.uid}`"
            related = (Related(first.at, f"`{first.name}` is here"),)
            yield Finding(ID, message, board.at, key=True, help="give one of them another name", related=related)
