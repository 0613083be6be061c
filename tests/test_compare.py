"""What differs is told by name: nothing where only the writing differs, and the same from both sides."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from aimon.change import Change
from aimon.compare import compare, model_of, split
from aimon.document import DocumentError
from aimon.pipeline import Options, compile_spec
from aimon.report.text import changes
from aimon.sides import SideError, sides

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/aimon.yaml"))

RULES = """groups:
  - name: alerts
    rules:
      - alert: HighErrorRate
        expr: sum by (job, code) (rate(errors_total{job="a",code=~"5.."}[5m])) > 0.05
        for: 5m
        labels: {severity: warning, team: a}
        annotations: {summary: Many requests fail}
"""


def files_of(spec: Path) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in compile_spec(spec, Options(judged=False)).artifacts}


def between(before: str, after: str, path: str = "rules/alerts.yml") -> list[Change]:
    return compare(model_of({path: before}), model_of({path: after}))


def facts(found: list[Change]) -> list[tuple[str, str, str]]:
    return [(change.sign, f"{change.kind} {change.name}", change.attribute) for change in found]


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.parent.name)
def test_nothing_differs_from_itself(spec: Path) -> None:
    files = files_of(spec)
    assert files
    assert compare(model_of(files), model_of(files)) == []


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.parent.name)
def test_what_one_side_adds_the_other_removes(spec: Path) -> None:
    whole = model_of(files_of(spec))
    added, removed = compare({}, whole), compare(whole, {})
    assert len(added) == len(removed) == len(whole)
    assert {change.sign for change in added} == {"+"}
    assert {change.sign for change in removed} == {"-"}
    assert [(one.kind, one.name, one.after) for one in added] == [(one.kind, one.name, one.before) for one in removed]


def test_changes_are_the_same_from_both_sides() -> None:
    one, other = (model_of(files_of(spec)) for spec in EXAMPLES[:2])
    there, back = compare(one, other), compare(other, one)
    assert {(c.kind, c.name, c.attribute, repr(c.before), repr(c.after)) for c in there} == {
        (c.kind, c.name, c.attribute, repr(c.after), repr(c.before)) for c in back
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sum by (job, code) (rate(", "sum  by (job,code)(\n          rate("),
        ('{job="a",code=~"5.."}', '{code=~"5..", job="a"}'),
        ("> 0.05", "> 5 / 100"),
        ("> 0.05", "> 0.050"),
        ("[5m]", "[300s]"),
        ("{severity: warning, team: a}", "{team: a, severity: warning}"),
        ("for: 5m", "for: '5m'"),
        ("annotations: {summary: Many requests fail}", "annotations:\n          summary: Many requests fail"),
        ("groups:", "# a comment\ngroups:"),
    ],
)
def test_only_the_writing_differs(before: str, after: str) -> None:
    changed = RULES.replace(before, after)
    assert changed != RULES
    assert between(RULES, changed) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("> 0.05", "> 0.1", [("~", "alert HighErrorRate", "threshold")]),
        ("> 0.05", ">= 0.05", [("~", "alert HighErrorRate", "threshold")]),
        ("5..", "4..", [("~", "alert HighErrorRate", "expression")]),
        ("for: 5m", "for: 10m", [("~", "alert HighErrorRate", "for")]),
        ("        for: 5m\n", "", [("~", "alert HighErrorRate", "for")]),
        ("team: a", "team: b", [("~", "alert HighErrorRate", "labels.team")]),
        ("name: alerts", "name: more", [("~", "alert HighErrorRate", "group")]),
        ("alert: HighErrorRate", "alert: Errors", [("-", "alert HighErrorRate", ""), ("+", "alert Errors", "")]),
    ],
)
def test_what_differs(before: str, after: str, expected: list[tuple[str, str, str]]) -> None:
    assert facts(between(RULES, RULES.replace(before, after))) == expected


def test_two_things_of_one_name_are_two_things() -> None:
    head, rule = RULES.split("      - alert", 1)
    twice = f"{head}      - alert{rule}      - alert{rule.replace('0.05', '0.1')}"
    assert [name for _, name in model_of({"rules/a.yml": twice})] == ["HighErrorRate", "HighErrorRate (2)"]
    assert facts(between(RULES, twice)) == [("+", "alert HighErrorRate (2)", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up == 0", ("up", "==", 0.0)),
        ("(up) < (1)", ("up", "<", 1.0)),
        ("a / b > 1e3 * 2", ("a / b", ">", 2000.0)),
        ("a > bool 1", ("a > bool 1", None, None)),
        ("a > b", ("a > b", None, None)),
        ("not ( promql", ("not ( promql", None, None)),
    ],
)
def test_the_bound_of_an_alert(text: str, expected: tuple[str, str | None, float | None]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("rules/a.yml", "groups: 5"),
        ("rules/a.yml", "groups: [5]"),
        ("rules/a.yml", "groups: [{rules: [5]}]"),
        ("rules/a.yml", "- a"),
        ("rules/a.yml", "a: ["),
        ("prometheus.yml", "scrape_configs: [null]"),
        ("prometheus.yml", "global: 5"),
        ("alertmanager.yml", "route: []"),
        ("alertmanager.yml", "receivers: {a: b}"),
        ("docker-compose.yml", "services: [a]"),
        ("grafana/dashboards/main.json", '{"panels": [1]}'),
        ("grafana/dashboards/main.json", "{"),
        ("grafana/dashboards/main.json", '{"templating": []}'),
    ],
)
def test_files_that_hold_nonsense(path: str, text: str) -> None:
    with contextlib.suppress(DocumentError):
        model_of({path: text}, Path("out"))


def test_numbers_and_texts_of_any_size_can_be_told() -> None:
    before = "services: {a: {image: x, cpus: 1}}\n"
    after = f"services: {{a: {{image: {'y' * 5000}, cpus: {10**40}}}}}\n"
    from aimon.report import json

    found = between(before, after, "docker-compose.yml")
    assert json.changes(found)
    shown = ["".join(text for text, _ in line) for line in changes(found, {})]
    assert shown[0] == "~ container a"
    assert all(len(line) < 500 for line in shown)


def test_sides_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for before, after in ((None, None), (Path("a"), None), (Path("a"), Path("b")), (Path("a.yaml"), Path("b.yaml"))):
        with pytest.raises(SideError) as error:
            sides(before, after, None)
        assert error.value.cure or error.value.diagnostics
