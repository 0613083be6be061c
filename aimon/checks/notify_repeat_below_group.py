"""A message is repeated more seldom than its group is looked at.

Why: Alertmanager looks at a group once in `group_interval`, and only then repeats what is older than
`repeat_interval`. A shorter one is stretched to the next look.
https://prometheus.io/docs/alerting/latest/configuration/#route

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      repeat_interval: 1m

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}}
      repeat_interval: 12h
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units import UnitError, parse_duration

ID = "notify/repeat-below-group"


def check(stack: Stack) -> Iterator[Finding]:
    """The root, and every route that has one of both times of its own."""
    root, own = stack.routing.root, stack.spec.notifications
    if own is None:
        return
    yield from _short(root.options, root.at)
    for route in stack.routing.routes:
        if route.at[-1:] != ("escalate",) and {"group_interval", "repeat_interval"} & route.options.keys():
            yield from _short({**root.options, **route.options}, route.at)


def _short(options: Mapping[str, Any], at: Address) -> Iterator[Finding]:
    look, again = options.get("group_interval"), options.get("repeat_interval")
    if isinstance(look, str) and isinstance(again, str) and _seconds(again) < _seconds(look):
        message = f"messages cannot be repeated every {again}: their group is looked at every {look}"
        cure = f"write `repeat_interval: {look}` or more, or a shorter `group_interval`"
        yield Finding(ID, message, (*at, "repeat_interval"), help=cure)


def _seconds(text: str) -> float:
    try:
        return float(parse_duration(text))
    except UnitError:
        return 0.0
