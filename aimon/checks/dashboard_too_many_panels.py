"""A dashboard has at most forty panels.

Why: a dashboard answers one question. Beyond some forty panels nobody scrolls to the end, and each of them sends
its queries whenever the page is opened.

Bad::

    services: {api: {targets: ['api:8080']}}
    dashboards:
      main:
        rows:
          A: &row [{title: A, expr: up}, {title: B, expr: up}, {title: C, expr: up}, {title: D, expr: up}]
          B: *row
          C: *row
          D: *row
          E: *row
          F: *row
          G: *row
          H: *row
          I: *row
          J: *row
          K: *row

Good::

    services: {api: {targets: ['api:8080']}}
    dashboards:
      main: {rows: {A: [{title: A, expr: up}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "dashboard/too-many-panels"
MOST = 40


def check(stack: Stack) -> Iterator[Finding]:
    """Every dashboard of the user's own with more panels."""
    own = {board.at for board in stack.spec.dashboards}
    for board in stack.dashboards:
        count = len(list(board.panels()))
        if board.at in own and count > MOST:
            cure = "move what answers another question to a dashboard of its own"
            yield Finding(ID, f"the dashboard `{board.name}` has {count} panels", board.at, key=True, help=cure)
