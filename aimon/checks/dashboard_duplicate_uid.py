"""A dashboard can be told from all others.

Why: Grafana keeps one dashboard of each uid, so that the second takes the place of the first. In a spec the uid follows
from the dashboard's name and is its own; files that were copied keep that of the original.

Bad file::

    uid: api
    title: The API
    panels: []
    ---
    uid: api
    title: The API in detail
    panels: []

Good file::

    uid: api
    title: The API
    panels: []
    ---
    uid: api-detail
    title: The API in detail
    panels: []
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Dashboard, Stack

ID = "dashboard/duplicate-uid"


def check(stack: Stack) -> Iterator[Finding]:
    """Every dashboard with the uid of one before it."""
    identified: dict[str, Dashboard] = {}
    for board in stack.dashboards:
        first = identified.setdefault(board.uid, board)
        if first is not board:
            message = f"the dashboards `{first.name}` and `{board.name}` have the uid `{board.uid}`"
            related = (Related(first.at, f"`{first.name}` is here"),)
            yield Finding(ID, message, board.at, key=True, help="give one of them another name", related=related)
