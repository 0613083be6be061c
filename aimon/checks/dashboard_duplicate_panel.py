"""The panels of a row have titles of their own.

Why: a panel's id follows from its row and its title, so that links to it outlive changes around it. Of two panels with
one title the ids depend on their order, and nobody can tell which is meant. A graph and a gauge of the same thing may
share a title.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{title: Queue, expr: queue_length}, {title: Queue, expr: max(queue_length)}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{title: Queue, expr: queue_length}, {title: Longest queue, expr: max(queue_length)}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.stack import Panel, Row, Stack

ID = "dashboard/duplicate-panel"


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel of the user's own with the title and type of one before it in its row."""
    written = {board.at for board in stack.spec.dashboards}
    for board in stack.dashboards:
        for row in board.rows if board.at in written else ():
            yield from _duplicates(row)


def _duplicates(row: Row) -> Iterator[Finding]:
    titled: dict[tuple[str, str], Panel] = {}
    for panel in row.panels:
        first = titled.setdefault((panel.title, panel.type), panel)
        if first is not panel:
            shared = f"are called `{panel.title}`" if panel.title else "have no title"
            where = f"the row `{row.title}`" if row.title else "a row without a title"
            message = f"two panels of {where} {shared}"
            related = (Related((*first.at, "title"), "the first one"),)
            yield Finding(ID, message, (*panel.at, "title"), help="give one of them another title", related=related)
