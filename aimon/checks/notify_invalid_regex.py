"""The patterns in matchers are RE2's.

Why: Alertmanager refuses a configuration with a pattern that it cannot read, and goes on with the old one.
https://github.com/google/re2/wiki/Syntax

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, mail: {webhook: {url: 'http://mail:8080/'}}}
      routes: [{match: {alertname: '=~Api(Down|Slow'}, to: mail}]

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, mail: {webhook: {url: 'http://mail:8080/'}}}
      routes: [{match: {alertname: '=~Target(Down|Slow)'}, to: mail}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.document import Address
from aimon.finding import Finding
from aimon.patterns import fault_of
from aimon.stack import Stack

ID = "notify/invalid-regex"


def check(stack: Stack) -> Iterator[Finding]:
    """Every pattern of a route or an inhibition that is surely refused."""
    said = stack.spec.notifications
    for route in said.routes if said is not None else ():
        yield from _faults(route.match, (*route.at, "match"))
    for rule in said.inhibit if said is not None else ():
        yield from _faults(rule.when, (*rule.at, "when"))
        yield from _faults(rule.mute, (*rule.at, "mute"))


def _faults(match: Mapping[str, str], at: Address) -> Iterator[Finding]:
    for label, text in match.items():
        pattern = text[2:].strip() if text[:2] in ("=~", "!~") else ""
        fault = fault_of(pattern)
        if fault is not None:
            start = text.index(pattern, 2)
            fragment = (start + fault.span[0], start + fault.span[1])
            yield Finding(ID, fault.message, (*at, label), fragment, help=fault.help)
