"""A receiver that a route names is declared.

Why: Alertmanager refuses a configuration that sends alerts to nobody it knows.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {severity: critical}, to: oncall}]

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {severity: critical}, to: on-call}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding
from aimon.spec import Notifications
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "notify/unknown-receiver"


def check(stack: Stack) -> Iterator[Finding]:
    """The default receiver, those of the routes, and those that alerts escalate to."""
    said = stack.spec.notifications
    if said is None:
        return
    known = [receiver.name for receiver in said.receivers]
    for at, name in _named(said):
        if name not in known:
            cure = did_you_mean(name, known, f"known: {', '.join(known)}")
            yield Finding(ID, f"there is no receiver `{name}`", at, help=cure)


def _named(said: Notifications) -> Iterator[tuple[Address, str]]:
    if said.default is not None:
        yield (*said.at, "default"), said.default
    for route in said.routes:
        yield (*route.at, "to"), route.to
        if route.escalate is not None:
            yield (*route.at, "escalate", "to"), route.escalate["to"]
