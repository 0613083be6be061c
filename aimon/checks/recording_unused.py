"""What is computed ahead is read.

Why: a recording rule costs an evaluation every few seconds. One in no alert, panel or other rule was forgotten when
its last reader went away. Where all dashboards are elsewhere nothing is said, for then nobody knows.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue_length:sum: {expr: sum by (job) (queue_length)}
    dashboards:
      main: {rows: {Work: [{metric: queue_length}]}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    recording_rules:
      job:queue_length:sum: {expr: sum by (job) (queue_length)}
    dashboards:
      main: {rows: {Work: [{title: Queue, expr: 'job:queue_length:sum'}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.usage import names_read

ID = "recording/unused"


def check(stack: Stack) -> Iterator[Finding]:
    """Every recording rule that no other query reads, if all queries can be read and name what they read."""
    readers = names_read(stack) if stack.spec.own_dashboards else None
    if readers is None:
        return
    shown = {variable.metric for board in stack.dashboards for variable in board.variables}
    own = {rule.at for rule in stack.spec.recording_rules if rule.at[0] == "recording_rules"}
    for rule in stack.recordings():
        if rule.at in own and not readers.get(rule.name, set()) - {rule.expression.at} and rule.name not in shown:
            message = f"no alert, panel or other rule reads `{rule.name}`"
            yield Finding(ID, message, rule.at, key=True, help="use it, or remove it")
