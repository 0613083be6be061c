"""Proofs as test files of promtool: one for each rule file, and for each step where alerts differ in theirs.

Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aimon.promql.print import duration
from aimon.prove.entry import USUAL_STEP, Entry, Test
from aimon.prove.notation import rule_id
from aimon.stack import Alert, Group, Recording, Stack

FOLDER = "rules/tests"


class TestFile(NamedTuple):
    """A test file; ``groups`` are in the order in which they are evaluated."""

    path: str
    rule_files: tuple[str, ...]
    step: str
    groups: tuple[str, ...]
    tests: tuple[Test, ...]


def test_files(stack: Stack, entries: Iterable[Entry]) -> list[TestFile]:
    """The test files of a stack; alerts without a proof are in none."""
    paths = {rule.name: group.path for group in stack.groups for rule in group.rules if isinstance(rule, Alert)}
    gathered: dict[tuple[str, float], list[Entry]] = {}
    for entry in entries:
        if entry["tests"]:
            gathered.setdefault((paths[entry["alert"]], entry["step"]), []).append(entry)
    return [_file(stack, path, step, those) for (path, step), those in gathered.items()]


def _file(stack: Stack, rules: str, step: float, entries: Sequence[Entry]) -> TestFile:
    read = frozenset(name for entry in entries for name in entry["rules"])
    paths = {group.path for group in stack.groups if group.path == rules or _records(group, read)}
    groups = [group for group in stack.groups if group.path in paths]
    stem = rules.removeprefix("rules/").removesuffix(".yml").replace("/", "-")
    ending = "" if step == USUAL_STEP else f".{duration(step)}"
    return TestFile(
        f"{FOLDER}/{stem}{ending}.test.yml",
        tuple(dict.fromkeys(posixpath.relpath(group.path, FOLDER) for group in groups)),
        duration(step),
        tuple(dict.fromkeys(group.name for group in groups)),
        tuple(test for entry in entries for test in entry["tests"]),
    )


def _records(group: Group, names: frozenset[str]) -> bool:
    return any(isinstance(rule, Recording) and rule_id(rule.name, rule.labels) in names for rule in group.rules)
