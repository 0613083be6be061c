"""What is overridden exists.

Why: an override of a misspelt name changes nothing, and the alert that somebody meant to calm keeps calling.

Bad::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
    overrides:
      alerts: {RedisMemoryHihg: {above: 80%}}

Good::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
    overrides:
      alerts: {RedisMemoryHigh: {above: 80%}}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from aimon import conventions
from aimon.finding import Finding
from aimon.stack import Slo, Stack
from aimon.suggest import did_you_mean

ID = "overrides/unknown"


def check(stack: Stack) -> Iterator[Finding]:
    """Every name in the section that nothing brings: no pack, and nothing that aimon adds."""
    written = stack.spec
    own_alerts = {alert.name for alert in written.alerts if alert.at == ("alerts", alert.name)}
    own_rules = {rule.name for rule in written.recording_rules if rule.at == ("recording_rules", rule.name)}
    alerts = {alert.name for pack in written.packs for alert in pack.alerts} | {one.name for one in stack.alerts()}
    rules = {rule.name for pack in written.packs for rule in pack.recording_rules}
    alerts |= {name for slo in stack.slos for name in _of_slo(slo)}  # what this very section may have switched off
    if written.self_monitoring is not False:
        alerts.add(conventions.TARGET_DOWN)
    yield from _unknown("alerts", "alert", written.overrides.alerts, own_alerts, alerts)
    yield from _unknown("recording_rules", "recording rule", written.overrides.recording_rules, own_rules, rules)


def _of_slo(slo: Slo) -> list[str]:
    return [*(burn.name for burn in slo.burns), conventions.no_events_alert(slo.name)]


def _unknown(
    section: str, kind: str, named: Collection[str], own: Collection[str], known: Collection[str]
) -> Iterator[Finding]:
    for name in named:
        at = ("overrides", section, name)
        if name in own:
            message = f"the {kind} `{name}` is the spec's own"
            yield Finding(ID, message, at, key=True, help=f"change it under `{section}`")
        elif name not in known:
            cure = did_you_mean(name, sorted(known), "no pack brings it: `aimon packs` tells what they bring")
            yield Finding(ID, f"there is no {kind} `{name}` to override", at, key=True, help=cure)
