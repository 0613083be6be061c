"""Alerts of rule files as those of a spec: name → what it says of each."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any

from aimon import conventions
from aimon.build.alerts import DEFAULT_SEVERITY
from aimon.draft.bounds import condition
from aimon.draft.groups import Grouped
from aimon.draft.names import free
from aimon.draft.notes import Notes
from aimon.draft.values import length, without_nothing, words
from aimon.foreign.rules import Rule

_KEYS = frozenset({"alert", "expr", "for", "keep_firing_for", "labels", "annotations"})
_TOLD = ("summary", "description", "action")
_URL = re.compile(r"https?://[^\s]+")


def alerts(rules: Iterable[Grouped], notes: Notes) -> dict[str, Any]:
    """The alerts, each under a name that no other has."""
    made: dict[str, dict[str, Any]] = {}
    first: dict[str, str] = {}  # by the name in lower case, in which alerts have to differ
    every = list(rules)
    taken = {rule.name.lower() for rule, _ in every}
    for rule, group in every:
        alert = _alert(rule, group, notes)
        same = first.get(rule.name.lower())
        if same is not None and _plain(made[same]) == _plain(alert):
            notes.tell(rule.at, f"`{rule.name}` is there already, word for word")
            continue
        name = _free(rule, taken) if same is not None else rule.name
        if name != rule.name:
            notes.tell((*rule.at, "alert"), f"another alert is called `{rule.name}`: this one becomes `{name}`")
        first.setdefault(rule.name.lower(), name)
        taken.add(name.lower())
        made[name] = alert
    return made


def _plain(alert: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in alert.items() if key != "group"}


def _free(rule: Rule, taken: Container[str]) -> str:
    """A name that tells the severity where that makes it another one; else a number."""
    severity = re.sub(r"[^A-Za-z0-9]", "", rule.labels.get("severity", ""))
    telling = f"{rule.name}{severity[:1].upper()}{severity[1:]}"
    return telling if telling.lower() not in taken else free(rule.name, taken)


def _alert(rule: Rule, group: str, notes: Notes) -> dict[str, Any]:
    notes.lose_rest(rule.at, rule.value, _KEYS)
    own = dict(rule.labels)
    severity = own.pop("severity", "")
    if not severity:
        notes.tell(rule.at, f"`{rule.name}` has no severity: aimon gives it the label `severity: {DEFAULT_SEVERITY}`")
    said = words(rule.value, rule.at, "annotations", notes)
    told = {key: said.pop(key) for key in _TOLD if said.get(key)}
    runbook = said.pop("runbook_url") if _URL.fullmatch(said.get("runbook_url", "")) else None
    wanted = {
        **condition(rule.expr),
        **{key: length(rule.value, rule.at, key, notes) for key in ("for", "keep_firing_for")},
        "severity": severity,
        **told,
        "labels": own,
        "annotations": said,
        "runbook_url": runbook,
        "group": group if group != conventions.ALERT_GROUP else None,
    }
    return without_nothing(wanted)
