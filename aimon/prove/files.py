"""Proofs as test files of promtool: one for each rule file, and for each step where alerts differ in theirs.

Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from aimon.promql.print import duration, quoted
from aimon.prove.notation import notation
from aimon.prove.proofs import Moment, Proof, Proven
from aimon.prove.series import Series
from aimon.stack import Alert, Group, Recording, Stack

FOLDER = "rules/tests"
_USUAL_STEP = 60.0


class TestFile(NamedTuple):
    """A test file: ``tests`` belong to ``proofs`` one by one."""

    path: str
    rule_files: tuple[str, ...]
    step: str
    groups: tuple[str, ...]  # in the order in which they are evaluated
    tests: tuple[Mapping[str, Any], ...]
    proofs: tuple[tuple[Proven, Proof], ...]


def test_files(stack: Stack, proven: Iterable[Proven]) -> list[TestFile]:
    """The test files of a stack; alerts without a proof are in none."""
    gathered: dict[tuple[str, float], list[Proven]] = {}
    paths = {alert.at: group.path for group in stack.groups for alert in group.rules if isinstance(alert, Alert)}
    for one in proven:
        if one.proofs:
            gathered.setdefault((paths[one.alert.at], one.step), []).append(one)
    return [_file(stack, path, step, those) for (path, step), those in gathered.items()]


def _file(stack: Stack, rules: str, step: float, proven: Sequence[Proven]) -> TestFile:
    read = frozenset(name for one in proven for name in one.rules)
    groups = [group for group in stack.groups if group.path == rules or _records(group, read)]
    files = tuple(dict.fromkeys(posixpath.relpath(group.path, FOLDER) for group in groups))
    listed = {posixpath.relpath(group.path, FOLDER) for group in groups}
    named = [group.name for group in stack.groups if posixpath.relpath(group.path, FOLDER) in listed]
    proofs = tuple((one, proof) for one in proven for proof in one.proofs)
    tests = tuple(_test(one, proof, stack) for one, proof in proofs)
    stem = rules.removeprefix("rules/").removesuffix(".yml").replace("/", "-")
    ending = "" if step == _USUAL_STEP else f".{duration(step)}"
    path = f"{FOLDER}/{stem}{ending}.test.yml"
    return TestFile(path, files, duration(step), tuple(dict.fromkeys(named)), tests, proofs)


def _records(group: Group, names: frozenset[str]) -> bool:
    return any(isinstance(rule, Recording) and rule.name in names for rule in group.rules)


def _test(one: Proven, proof: Proof, stack: Stack) -> Mapping[str, Any]:
    test: dict[str, Any] = {"name": f"{one.alert.name} {proof.title}", "interval": duration(one.step)}
    test["series"] = {series_name(series): notation(series, proof.until) for series in proof.series}
    texts = [*one.alert.labels.values(), *one.alert.annotations.values()]
    test["external_labels"] = stack.server.external_labels if any("xternalLabels" in text for text in texts) else {}
    told = [moment for moment in proof.moments if all(firing.annotations is not None for firing in moment.firing)]
    test["alerts"] = [
        {"alert": one.alert.name, "at": duration(moment.at), "kind": moment.kind, "firing": moment.firing}
        for moment in told
    ]
    test["queries"] = [_query(one.alert, moment) for moment in proof.moments if moment not in told]
    return test


def _query(alert: Alert, moment: Moment) -> Mapping[str, Any]:
    """A question about the alert that asks for no annotations."""
    own = {"alertname": alert.name, "alertstate": "firing"}
    return {
        "expr": f'ALERTS{{alertname={quoted(alert.name)},alertstate="firing"}}',
        "at": duration(moment.at),
        "kind": moment.kind,
        "samples": [_labelled("ALERTS", {**firing.labels, **own}) for firing in moment.firing],
    }


def series_name(series: Series) -> str:
    """A series as PromQL selects it."""
    return _labelled(series.name, series.labels)


def _labelled(name: str, labels: Mapping[str, str]) -> str:
    inside = ", ".join(f"{label}={json.dumps(text, ensure_ascii=False)}" for label, text in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name
