"""What silences an alert has something to do with it.

Why: without `equal` an alert anywhere silences everything everywhere: one host that is down hides the warnings of
all others. `equal` names the labels in which both agree.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      inhibit: [{when: {alertname: TargetDown}, mute: {severity: warning}}]

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      inhibit: [{when: {alertname: TargetDown}, mute: {severity: warning}, equal: [job]}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.stack import Stack

ID = "notify/inhibit-without-equal"
_OF_ALERTS = frozenset({"alertname", "severity"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every inhibition whose two sides need not agree on anything."""
    said = stack.spec.notifications
    for rule in said.inhibit if said is not None else ():
        shared = {label for label, text in rule.when.items() if rule.mute.get(label) == text} - _OF_ALERTS
        if not rule.equal and not shared:
            message = "one alert that fits `when` silences all that fit `mute`, wherever they come from"
            yield Finding(ID, message, (*rule.at, "equal"), help="add `equal:`, such as `equal: [job]`")
