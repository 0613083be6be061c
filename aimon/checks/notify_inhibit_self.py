"""What is silenced is not what silences.

Why: Alertmanager lets an alert that fits both sides silence nothing that fits both sides, so that no alert silences
itself. A rule whose `when` takes everything that its `mute` takes has no effect at all.
https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      inhibit: [{when: {severity: '=~critical|warning'}, mute: {severity: warning}, equal: [job]}]

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      inhibit: [{when: {severity: critical}, mute: {severity: warning}, equal: [job]}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.routes import always_takes, matchers_of
from aimon.stack import Stack

ID = "notify/inhibit-self"


def check(stack: Stack) -> Iterator[Finding]:
    """Every inhibition whose targets are surely sources too."""
    said = stack.spec.notifications
    for rule in said.inhibit if said is not None else ():
        if always_takes(matchers_of(rule.when), matchers_of(rule.mute)):
            message = "this silences nothing: every alert that fits `mute` fits `when` too"
            cure = "let `when` take other alerts than `mute`"
            yield Finding(ID, message, (*rule.at, "mute"), help=cure)
