"""Rules in their groups, and the groups in their files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from aimon import conventions, spec
from aimon.stack import Alert, Group, Recording

Place: TypeAlias = tuple[str, str]  # a file and a group in it
Placed: TypeAlias = "tuple[Place, Recording | Alert]"


def place_of(rule: spec.RecordingRule | spec.Alert, path: str, group: str) -> Place:
    """The file and the group of a rule: those of the spec's own, unless a pack or a cost brought it."""
    brought = conventions.pack_rules(rule.pack) if rule.pack else conventions.BROUGHT_RULES.get(str(rule.at[0]))
    return brought or path, rule.group or group


def grouped(rules: Iterable[Placed]) -> tuple[Group, ...]:
    """The groups in the order of their first rules."""
    groups: dict[Place, list[Recording | Alert]] = {}
    for place, rule in rules:
        groups.setdefault(place, []).append(rule)
    return tuple(Group(*place, tuple(members)) for place, members in groups.items())


def joined(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups with those of the same file and name made one: what a pack records comes before its alerts."""
    made: dict[Place, Group] = {}
    for group in groups:
        first = made.setdefault((group.path, group.name), group._replace(rules=()))
        made[(group.path, group.name)] = first._replace(rules=(*first.rules, *group.rules))
    return tuple(made.values())
