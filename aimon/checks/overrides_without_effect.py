"""An override changes something.

Why: what says the same as the pack does is noise today, and tomorrow it holds an old value when the pack has a better.

Bad::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
    overrides:
      alerts: {RedisMemoryHigh: {for: 5m}}

Good::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
    overrides:
      alerts: {RedisMemoryHigh: {for: 10m}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aimon.finding import Finding
from aimon.overrides import overridden_alert, overridden_rule
from aimon.stack import Stack

ID = "overrides/without-effect"


def check(stack: Stack) -> Iterator[Finding]:
    """Every word of an override that leaves all alerts or rules of its name as packs bring them."""
    said, packs = stack.spec.overrides, stack.spec.packs
    yield from _idle("alerts", said.alerts, [alert for pack in packs for alert in pack.alerts], overridden_alert)
    rules = [rule for pack in packs for rule in pack.recording_rules]
    yield from _idle("recording_rules", said.recording_rules, rules, overridden_rule)


def _idle(
    section: str, said: Mapping[str, Mapping[str, Any]], brought: Sequence[Any], changed: Callable[[Any, Any], Any]
) -> Iterator[Finding]:
    for name, words in said.items():
        same = [noun._replace(enabled=noun.enabled is not False) for noun in brought if noun.name == name]
        for key, value in words.items():
            if same and all(changed(noun, {key: value}) == noun for noun in same):
                at = ("overrides", section, name, key)
                yield Finding(ID, f"`{name}` has this `{key}` already", at, key=True, help="remove it")
