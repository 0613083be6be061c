"""The groups of rule files: their names as a spec has them, and what it has no word for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from aimon.document import Address
from aimon.draft.names import free, word
from aimon.draft.notes import Notes
from aimon.draft.values import lose_no_words
from aimon.foreign.languages import language_of
from aimon.foreign.loose import entries, listed
from aimon.foreign.part import Part
from aimon.foreign.rules import Rule, written_groups
from aimon.promql.parse import SyntaxProblem, Unsupported, parse

_GROUP = frozenset({"name", "rules", "labels"})


class Grouped(NamedTuple):
    """A rule, and what its group is called in a spec."""

    rule: Rule
    group: str


def grouped(parts: Iterable[Part], notes: Notes) -> list[Grouped]:
    """All rules that a spec can have, in their order; groups of one name stay apart."""
    found: list[Grouped] = []
    names: set[str] = set()
    for part in parts:
        for group, (_, said) in zip(written_groups(part), entries(part.value, part.at, "groups"), strict=True):
            notes.lose_rest(group.at, said, _GROUP)
            for rule in group.rules:
                lose_no_words(rule.value, rule.at, "labels", rule.labels, notes)
            name = free(word(group.name, "rules"), names)
            names.add(name.lower())
            if name != group.name:
                notes.tell((*group.at, "name"), f"the group `{group.name}` becomes `{name}`")
            found += [Grouped(rule, name) for rule in _legible(group.rules, notes)]
            _lose_unread(group.at, said, {rule.at for rule in group.rules}, notes)
    return found


def _lose_unread(at: Address, group: dict[str, Any], read: Collection[Address], notes: Notes) -> None:
    for number, _ in enumerate(listed(group, "rules")):
        if (*at, "rules", number) not in read:
            notes.lose((*at, "rules", number), "this rule is left out: it has no name or no expression")


def _legible(rules: Iterable[Rule], notes: Notes) -> Iterator[Rule]:
    """The rules whose expressions are PromQL, as far as anybody can tell."""
    for rule in rules:
        try:
            parse(rule.expr)
        except Unsupported:
            yield rule  # promtool will judge it
        except SyntaxProblem as problem:
            language = language_of(rule.expr)
            why = f"this is {language}" if language else f"this is no PromQL: {problem.message}"
            notes.lose((*rule.at, "expr"), f"`{rule.name}` is left out: {why}")
        else:
            yield rule
