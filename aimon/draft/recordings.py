"""Recording rules of rule files as those of a spec: name → what it says of each.

A spec has one rule of a name. Where others have several, the draft joins their results with ``or``, which gives the
same series: rules of one name never give a series twice, as Prometheus would refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aimon import conventions
from aimon.draft.groups import Grouped
from aimon.draft.notes import Notes
from aimon.draft.values import without_nothing
from aimon.foreign.rules import Rule
from aimon.promql.names import quoted
from aimon.promql.parse import SyntaxProblem, parse

_KEYS = frozenset({"record", "expr", "labels"})


def recording_rules(rules: Iterable[Grouped], notes: Notes) -> dict[str, Any]:
    """The recording rules, those of one name joined."""
    named: dict[str, list[Grouped]] = {}
    for each in rules:
        notes.lose_rest(each.rule.at, each.rule.value, _KEYS)
        if not any(_says_the_same(each.rule, other.rule) for other in named.setdefault(each.rule.name, [])):
            named[each.rule.name].append(each)
        else:
            notes.tell(each.rule.at, f"`{each.rule.name}` is there already, word for word")
    return {name: _rule(_joinable(same, notes)) for name, same in named.items()}


def _says_the_same(one: Rule, other: Rule) -> bool:
    return (one.expr.strip(), one.labels) == (other.expr.strip(), other.labels)


def _joinable(same: Sequence[Grouped], notes: Notes) -> Sequence[Grouped]:
    """The rules of one name that can be one rule: all of them, or else the first."""
    if len(same) == 1:
        return same
    name, count = same[0].rule.name, len(same)
    try:
        parse(_joined([each.rule for each in same], _shared([each.rule.labels for each in same])))
    except SyntaxProblem as problem:
        for each in same[1:]:
            notes.lose(each.rule.at, f"a spec has one rule `{name}`, and joining {count} fails: {problem.message}")
        return same[:1]
    notes.tell(same[1].rule.at, f"a spec has one rule `{name}`: these {count} are joined with `or`")
    return same


def _rule(same: Sequence[Grouped]) -> dict[str, Any]:
    rules = [each.rule for each in same]
    shared = _shared([rule.labels for rule in rules])
    group = same[0].group if same[0].group != conventions.RECORDING_GROUP else None
    return without_nothing({"expr": _joined(rules, shared), "labels": shared, "group": group})


def _shared(labels: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The labels that all of them add."""
    return {name: text for name, text in labels[0].items() if all(each.get(name) == text for each in labels)}


def _joined(rules: Sequence[Rule], shared: Mapping[str, str]) -> str:
    """The results of all rules, each with the labels that only it adds."""
    if len(rules) == 1:
        return rules[0].expr.strip()
    return "\nor\n".join(_labelled(rule, [name for name in rule.labels if name not in shared]) for rule in rules)


def _labelled(rule: Rule, own: Sequence[str]) -> str:
    text = rule.expr.strip()
    text = f"\n{text}\n" if "\n" in text or "#" in text else text
    for name in own:
        text = f'label_replace({text}, {quoted(name)}, {quoted(rule.labels[name].replace("$", "$$"))}, "", "")'
    return text if own else f"({text})"
