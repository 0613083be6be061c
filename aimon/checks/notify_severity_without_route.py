"""The most severe alerts do not slip past the routes that go by severity.

Why: who sorts alerts by severity means the worst ones to arrive at a chosen place; one that no route takes ends with
the default receiver, among the noise. A default receiver that calls people is a choice too.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        {expr: 'up{job="api"}', equals: 0, for: 5m, severity: critical, summary: The API is down, action: Restart it}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, mail: {webhook: {url: 'http://mail:8080/'}}}
      routes: [{match: {severity: warning}, to: mail}]

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        {expr: 'up{job="api"}', equals: 0, for: 5m, severity: critical, summary: The API is down, action: Restart it}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, mail: {webhook: {url: 'http://mail:8080/'}}}
      routes: [{match: {severity: 'critical'}, to: team}, {match: {severity: warning}, to: mail}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding, Related
from aimon.promql.matchers import matcher_test
from aimon.promql.tree import Matcher
from aimon.routes import matchers_of
from aimon.spec import Notifications, Route
from aimon.stack import Alert, Stack

ID = "notify/severity-without-route"
_RANKS = ("critical", "warning", "info")
_CALLS = frozenset({"opsgenie", "pagerduty", "pushover", "victorops"})


def check(stack: Stack) -> Iterator[Finding]:
    """The highest severity in use, if routes go by severities up to it and none of them takes some alert of it."""
    said = stack.spec.notifications
    chosen = {pack.name for pack in stack.spec.packs if any(at[0] == "services" for at in pack.uses)}
    own = {alert.name for alert in stack.spec.alerts if alert.pack is None or alert.at[1] in chosen}
    alerts = [alert for alert in stack.alerts() if alert.name in own]
    highest = next((rank for rank in _RANKS if any(alert.labels["severity"] == rank for alert in alerts)), None)
    if said is None or highest is None or not any(_goes_by(route, highest) for route in said.routes):
        return
    default = next((receiver for receiver in said.receivers if receiver.name == said.default), said.receivers[0])
    slipped = [alert for alert in alerts if alert.labels["severity"] == highest and not _is_taken(alert, stack, said)]
    if slipped and not _CALLS & default.integrations.keys():
        message = (
            f"no route takes {highest} alerts such as `{slipped[0].name}`; they go to the default, `{default.name}`"
        )
        cure = f"add a route `{{match: {{severity: {highest}}}, to: …}}`"
        related = tuple(Related((*alert.at, "severity"), f"`{alert.name}` is {highest}") for alert in slipped[:3])
        yield Finding(ID, message, (*said.at, "routes"), key=True, help=cure, related=related)


def _goes_by(route: Route, highest: str) -> bool:
    """Whether a route is for alerts of this severity or a lower one."""
    ranks = _RANKS[_RANKS.index(highest) :]
    said = (matcher for matcher in matchers_of(route.match) if matcher.label == "severity")
    return any(_fits(matcher, rank) for matcher in said for rank in ranks)


def _is_taken(alert: Alert, stack: Stack, said: Notifications) -> bool:
    """Whether some route may take an alert; what a series or a template brings is not known."""
    labels = {**stack.server.external_labels, **alert.labels, "alertname": alert.name}
    known = {label: value for label, value in labels.items() if "{{" not in value}
    return any(
        all(_fits(matcher, known[matcher.label]) for matcher in matchers_of(route.match) if matcher.label in known)
        for route in said.routes
    )


def _fits(matcher: Matcher, value: str) -> bool:
    """Whether a value fits what a route wants; a pattern that cannot be tried may fit."""
    test = matcher_test(matcher.op, matcher.value)
    return test is None or test.fits(value)
