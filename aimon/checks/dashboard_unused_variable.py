"""A variable of a dashboard is used in it.

Why: a drop-down list that changes nothing makes people believe that they have chosen something.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main:
        variables: {host: {label: instance, of: up}}
        rows: {Work: [{title: Queue, expr: sum(queue_length)}]}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main:
        variables: {host: {label: instance, of: up}}
        rows: {Work: [{title: Queue, expr: 'sum(queue_length{instance=~"$host"})'}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Dashboard, Stack

ID = "dashboard/unused-variable"
_USED = re.compile(r"(?:\$\{?|\[\[)([A-Za-z_]\w*)", re.ASCII)


def check(stack: Stack) -> Iterator[Finding]:
    """Every variable that nothing names, neither written nor put there by aimon; unknown names may be meant for it."""
    for board in stack.dashboards:
        names = {variable.name for variable in board.variables}
        used = {found[1] for text in _texts(board) for found in _USED.finditer(text)}
        if any(not name.startswith("__") for name in used - names):
            continue  # `dashboard/undefined-variable` reports it
        for variable in board.variables:
            if variable.name not in used:
                message = f"nothing on the dashboard `{board.name}` depends on the variable `{variable.name}`"
                cure = f'use it, as in `{{{variable.label}=~"${variable.name}"}}`, or remove it'
                yield Finding(ID, message, variable.at, key=True, help=cure)


def _texts(board: Dashboard) -> Iterator[str]:
    for panel in board.panels():
        yield from (panel.title, panel.description, panel.content)
        for target in panel.targets:
            yield from (target.expression.text, target.legend)
