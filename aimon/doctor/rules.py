"""Are the rules of the spec loaded: every group, every rule with its own expression, and do they work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aimon.doctor.meant import Meant
from aimon.doctor.words import few, quoted
from aimon.finding import Finding
from aimon.inventory.plain import expression
from aimon.stack import Alert, Group, Recording

_HEALTHY, _UNKNOWN = "ok", "unknown"


def rules(meant: Meant, loaded: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Finding, tuple[str, ...]]]:
    """What is wrong with the rules, and with which; ``loaded`` are the groups as `/api/v1/rules` tells of them."""
    for group in meant.stack.groups:
        running = same_group(group, loaded)
        if running is None:
            yield _missing(meant, group), tuple(rule.name for rule in group.rules)
            continue
        yield from ((finding, ()) for finding in _slow(meant, group, running))
        for rule, found in _together(group, running):
            yield from ((finding, (rule.name,)) for finding in _rule(meant, group, rule, found))


def _missing(meant: Meant, group: Group) -> Finding:
    message = f"the rule group `{group.name}` of {group.path} is not loaded: {few(rule.name for rule in group.rules)}"
    cure = "put the file where `rule_files` finds it, and reload Prometheus"
    return Finding("doctor/group-missing", message, meant.at(group.rules[0].at), key=True, help=cure)


def same_group(group: Group, loaded: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The running group of that name, from a file of that path where several groups have the name."""
    named = [one for one in loaded if one.get("name") == group.name]
    ours = [one for one in named if f"/{one.get('file')}".endswith(f"/{group.path}")]
    return next(iter(ours or (named if len(named) == 1 else ())), None)


def _together(group: Group, running: Mapping[str, Any]) -> Iterator[tuple[Alert | Recording, Mapping[str, Any] | None]]:
    """Each rule with the one that runs for it: of several with its name the one with its labels, or else the next."""
    left = [dict(one) for one in running.get("rules") or ()]
    for rule in group.rules:
        kind = "alerting" if isinstance(rule, Alert) else "recording"
        named = [one for one in left if (one.get("type"), one.get("name")) == (kind, rule.name)]
        alike = [one for one in named if (one.get("labels") or {}) == rule.labels]
        found = next(iter((*alike, *named)), None)
        if found is not None:
            left.remove(found)
        yield rule, found


def _rule(meant: Meant, group: Group, rule: Alert | Recording, found: Mapping[str, Any] | None) -> Iterator[Finding]:
    what = f"{'alert' if isinstance(rule, Alert) else 'recording rule'} `{rule.name}`"
    at = meant.at(rule.at)
    if found is None:
        message = f"the {what} is not loaded, though its group `{group.name}` is"
        yield Finding("doctor/rule-missing", message, at, key=True, help="load the generated rules, and reload")
        return
    wanted = rule.condition if isinstance(rule, Alert) else rule.expression.text
    runs = str(found.get("query"))
    if expression(runs) != expression(wanted):
        message = f"the {what} runs as `{quoted(runs)}`, not as `{quoted(expression(wanted))}`"
        yield Finding("doctor/rule-differs", message, at, key=True, help="load the generated rules, and reload")
    if found.get("health") not in (_HEALTHY, _UNKNOWN):
        message = f"the {what} cannot be evaluated: {quoted(str(found.get('lastError') or 'no reason given'))}"
        yield Finding("doctor/rule-unhealthy", message, at, key=True)


def _slow(meant: Meant, group: Group, running: Mapping[str, Any]) -> Iterator[Finding]:
    took, interval = (float(running.get(key) or 0) for key in ("evaluationTime", "interval"))
    if 0 < interval < took:
        message = f"the rule group `{group.name}` takes {took:.3g}s, and is evaluated every {interval:g}s"
        cure = "record what its rules share, or give it a longer interval"
        yield Finding("doctor/rule-slow", message, meant.at(group.rules[0].at), key=True, help=cure)


def not_evaluated(loaded: Sequence[Mapping[str, Any]]) -> int:
    """How many rules are too new to be judged."""
    return sum(rule.get("health") == _UNKNOWN for group in loaded for rule in group.get("rules") or ())
