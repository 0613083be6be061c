"""A receiver gets something.

Why: whoever reads the list of receivers believes that they are told. One that no route names was forgotten, or its
route was.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {severity: critical}, to: on-call}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "notify/unused-receiver"


def check(stack: Stack) -> Iterator[Finding]:
    """Every receiver that is neither the default nor named by a route."""
    said = stack.spec.notifications
    if said is None:
        return
    named = {said.default or said.receivers[0].name, *(route.to for route in said.routes)}
    named |= {route.escalate["to"] for route in said.routes if route.escalate is not None}
    for receiver in said.receivers:
        if receiver.name not in named:
            cure = f"add a route `{{match: …, to: {receiver.name}}}`, or remove it"
            yield Finding(ID, f"nothing is sent to `{receiver.name}`", receiver.at, key=True, help=cure)
