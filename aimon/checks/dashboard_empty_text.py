"""A text panel says something.

Why: an empty box takes up room and looks like a panel that failed.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{type: text, title: Read this first}, {metric: queue_length}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main: {rows: {Work: [{type: text, title: Read me, content: Jobs come in bursts.}, {metric: queue_length}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "dashboard/empty-text"


def check(stack: Stack) -> Iterator[Finding]:
    """Every text panel without content."""
    for board in stack.spec.dashboards:
        for panel in board.panels():
            if panel.type == "text" and not (panel.content or "").strip():
                what = f"the text panel `{panel.title}`" if panel.title else "the text panel"
                yield Finding(ID, f"{what} is empty", (*panel.at, "content"), help="add `content:`, in markdown")
