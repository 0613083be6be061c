"""Alert policies: the conditions that look back as far as an alert of an SLO does, as changes of that alert."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from aimon.openslo.objects import Found, Objects, mapping, text
from aimon.units import UnitError, format_duration, parse_duration, plain_number

# The alerts of an SLO, by how far they look back.
_LOOK_BACK = ("1h", "6h", "1d", "3d")


def alerts(slo: Found, window: str, objects: Objects) -> dict[str, Any]:
    """What the policies of an SLO want otherwise than our four alerts have it."""
    changed: dict[str, Any] = {}
    for policy in _policies(slo, objects):
        if mapping(policy.value, "spec").get("alertWhenNoData") is False:
            changed["no_events"] = False
        if policy.below("spec", "notificationTargets").value:
            policy.lose("who is told stands in `notifications` of a spec", "spec", "notificationTargets")
        for condition in _referred(policy, ("spec", "conditions"), "conditionRef", "AlertCondition", objects):
            changed |= _change(condition, window)
    return changed


def _policies(slo: Found, objects: Objects) -> Iterator[Found]:
    return _referred(slo, ("spec", "alertPolicies"), "alertPolicyRef", "AlertPolicy", objects)


def _referred(above: Found, steps: tuple[str, ...], key: str, kind: str, objects: Objects) -> Iterator[Found]:
    """The objects of a list, written there or named."""
    for entry in above.items(*steps):
        name = entry.value if isinstance(entry.value, str) else text(entry.value, key)
        found = objects.named(kind, name) if name else entry
        if found is None:
            entry.lose(f"there is no {kind} `{name}` in these files")
        else:
            yield found


def _change(condition: Found, window: str) -> dict[str, Any]:
    """``2 % of the budget within 1h`` from a threshold and how far it looks back."""
    spec = condition.below("spec")
    said = mapping(spec.value, "condition")
    threshold, back = said.get("threshold"), text(said, "lookbackWindow")
    try:
        seconds = parse_duration(back)
        long = format_duration(seconds)
    except UnitError:
        long = back
    is_number = isinstance(threshold, (int, float)) and math.isfinite(threshold)
    if long not in _LOOK_BACK or not is_number or text(said, "kind") != "burnrate":
        spec.lose(f"a condition that looks back {back or 'no time'}: alerts look back 1h, 6h, 1d or 3d", "condition")
        return {}
    share = Decimal(repr(threshold)) * seconds / parse_duration(window) * 100
    change: dict[str, Any] = {"budget": f"{plain_number(round(share, 4))}%"}
    severity = text(spec.value, "severity")
    return {long: change | ({"severity": severity} if severity else {})}
