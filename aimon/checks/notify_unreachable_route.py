"""A route gets something that the routes before it leave.

Why: the first route that fits takes an alert, unless it says `continue: true`. A route behind one that takes all
the same alerts, and more, never sends anything.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {severity: '=~critical|warning'}, to: team}, {match: {severity: critical}, to: on-call}]

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {severity: critical}, to: on-call}, {match: {severity: '=~critical|warning'}, to: team}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.routes import always_takes, matchers_of
from aimon.stack import Stack

ID = "notify/unreachable-route"


def check(stack: Stack) -> Iterator[Finding]:
    """Every route behind one that surely takes whatever it could get."""
    said = stack.spec.notifications
    routes = [(route, matchers_of(route.match)) for route in said.routes] if said is not None else []
    for index, (route, matchers) in enumerate(routes):
        for before, theirs in routes[:index]:
            is_parent = before.at[: len(route.at)] == route.at
            if not before.continues and not is_parent and always_takes(theirs, matchers):
                message = f"nothing reaches this route: the route to `{before.to}` before it takes the same alerts"
                related = (Related((*before.at, "match"), "this takes them"),)
                cure = "move this route up, or add `continue: true` to the other one"
                yield Finding(ID, message, (*route.at, "match"), help=cure, related=related)
                break
