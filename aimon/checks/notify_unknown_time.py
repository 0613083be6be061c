"""A time in which a route is mute is declared.

Why: Alertmanager refuses a configuration that names a time it does not know.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      routes: [{match: {severity: info}, to: team, mute: [weekends]}]
      mute: {weekend: {weekdays: [saturday, sunday]}}

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      routes: [{match: {severity: info}, to: team, mute: [weekend]}]
      mute: {weekend: {weekdays: [saturday, sunday]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "notify/unknown-time"


def check(stack: Stack) -> Iterator[Finding]:
    """Every name in a route's `mute` that `notifications.mute` does not have."""
    said = stack.spec.notifications
    for route in said.routes if said is not None else ():
        for index, name in enumerate(route.mute or ()):
            if said is not None and name not in said.mute:
                cure = did_you_mean(name, said.mute, "declare it under `notifications.mute`")
                yield Finding(ID, f"there is no time `{name}`", (*route.at, "mute", index), help=cure)
