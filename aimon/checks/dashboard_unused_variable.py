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


def check(stack: Stack) -> Iterator[Finding]:
    """Every variable that stands in no query, legend or text, neither written nor put there by aimon."""
    for board in stack.dashboards:
        texts = "\0".join(_texts(board))
        for variable in board.variables:
            name = re.escape(variable.name)
            if not re.search(rf"\$(?:{name}(?!\w)|\{{{name}[:.}}])|\[\[{name}[:\]]", texts, re.ASCII):
                message = f"nothing on the dashboard `{board.name}` depends on the variable `{variable.name}`"
                cure = f'use it, as in `{{{variable.label}=~"${variable.name}"}}`, or remove it'
                yield Finding(ID, message, variable.at, key=True, help=cure)


def _texts(board: Dashboard) -> Iterator[str]:
    for panel in board.panels():
        yield from (panel.title, panel.description, panel.content)
        for target in panel.targets:
            yield from (target.expression.text, target.legend)
