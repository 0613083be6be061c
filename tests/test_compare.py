"""What differs is told by name: nothing where only the writing differs, and the same from both sides."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aimon.change import OPPOSITE, Change
from aimon.compare import Comparison, compare
from aimon.compare.trees import differences
from aimon.document import DocumentError
from aimon.inventory import inventory, monitoring
from aimon.promql.parse import parse
from aimon.promql.print import to_text
from aimon.promql.simplify import canonical
from aimon.report.changes import json, markdown
from aimon.report.changes.text import lines
from aimon.sides import SideError, sides
from aimon.sides.written import of_spec
from aimon.thing import Monitoring
from aimon.verdict import verdict

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


def things(text: str, path: str = "rules/alerts.yml") -> Monitoring:
    return monitoring(inventory({path: text}))


def between(before: str, after: str, path: str = "rules/alerts.yml") -> Comparison:
    return compare(things(before, path), things(after, path))


def facts(found: Comparison) -> list[tuple[str, str]]:
    return [(change.shape, change.name) for change in found.changes]


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.parent.name)
def example(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_nothing_differs_from_itself(example: Path) -> None:
    found = compare(of_spec(example, None).monitoring, of_spec(example, None).monitoring)
    assert (found.changes, found.lost, found.not_compared) == ((), (), ())
    assert found.capacity is not None
    assert found.capacity.before == found.capacity.after > 0
    assert found.capacity.fresh == 0


def test_a_rendered_folder_is_what_the_spec_renders(example: Path) -> None:
    there, spec = sides(str(example), None)
    assert compare(there.monitoring, spec.monitoring).changes == ()


def test_what_one_side_adds_the_other_removes(example: Path) -> None:
    whole, nothing = of_spec(example, None).monitoring, Monitoring([])
    added, removed = compare(nothing, whole).changes, compare(whole, nothing).changes
    assert {change.sign for change in added} == {"+"}
    assert {change.sign for change in removed} == {"-"}
    assert [(one.kind, one.name, one.after) for one in added] == [(one.kind, one.name, one.before) for one in removed]


def mirrored(change: Change) -> tuple[str, str, str, str, str]:
    return change.kind, change.attribute, OPPOSITE.get(change.how, change.how), repr(change.after), repr(change.before)


def test_changes_are_the_same_from_both_sides() -> None:
    one, other = (of_spec(spec, None).monitoring for spec in EXAMPLES[:2])
    there, back = compare(one, other).changes, compare(other, one).changes
    assert len(there) > 50
    assert sorted(map(mirrored, there)) == sorted(
        (one.kind, one.attribute, one.how, repr(one.before), repr(one.after)) for one in back
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sum by (job, code) (rate(", "sum  by (code,job)(\n          rate("),
        ('{job="a",code=~"5.."}', '{code=~"5..", job="a"}'),
        ("> 0.05", "> 5 / 100"),
        ("> 0.05", "> 0.050"),
        ("[5m]", "[300s]"),
        ("{severity: warning, team: a}", "{team: a, severity: warning}"),
        ("for: 5m", "for: '5m'"),
        ("for: 5m", "for: 300s"),
        ("for: 5m", "for: 5m\n        keep_firing_for: 0s"),
        ("annotations: {summary: Many requests fail}", "annotations:\n          summary: Many requests fail"),
        ("groups:", "# a comment\ngroups:"),
    ],
)
def test_only_the_writing_differs(before: str, after: str) -> None:
    changed = RULES.replace(before, after)
    assert changed != RULES
    assert facts(between(RULES, changed)) == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "prometheus.yml",
            "scrape_configs: [{job_name: a}]",
            "global: {scrape_interval: 60s}\nscrape_configs: [{job_name: a}]",
        ),
        (
            "prometheus.yml",
            "scrape_configs: [{job_name: a}]",
            "scrape_configs: [{job_name: a, metrics_path: /metrics, scheme: http}]",
        ),
        (
            "prometheus.yml",
            "scrape_configs: [{job_name: a}]",
            "scrape_configs: [{job_name: a, honor_timestamps: true}]",
        ),
        ("alertmanager.yml", "route: {receiver: a, group_wait: 60s}", "route: {receiver: a, group_wait: 1m}"),
        ("alertmanager.yml", "route: {receiver: a}", "route: {receiver: a, repeat_interval: 240m}"),
        ("alertmanager.yml", "receivers: [{name: a}]", "receivers: [{name: a, slack_configs: []}]"),
        (
            "alertmanager.yml",
            "route: {receiver: a, routes: [{match: {b: c}, receiver: d}]}",
            "route: {receiver: a, routes: [{matchers: ['b = \"c\"'], receiver: d, continue: false}]}",
        ),
        ("docker-compose.yml", "services: {a: {environment: {B: c}}}", "services: {a: {environment: [B=c]}}"),
    ],
)
def test_defaults_and_other_spellings(path: str, before: str, after: str) -> None:
    assert facts(between(before, after, path)) == []


def test_two_things_of_one_name_are_two_things() -> None:
    head, rule = RULES.split("      - alert", 1)
    other = f"      - alert{rule.replace('0.05', '0.1').replace('severity: warning', 'severity: critical')}"
    one = f"      - alert{rule}"
    assert facts(between(RULES, f"{head}{one}{other}")) == [("alert/added", "HighErrorRate")]
    assert facts(between(f"{head}{one}{other}", f"{head}{other}{one}")) == []
    loosened = between(f"{head}{one}{other}", f"{head}{other.replace('0.1', '0.2')}{one}")
    assert [(change.before, change.after) for change in loosened.changes] == [
        ({"operator": ">", "value": 0.1}, {"operator": ">", "value": 0.2})
    ]


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
        ("docker-compose.yml", "services: {a: {ports: 5, environment: 7, image: [b], command: {c: d}}}"),
        ("grafana/dashboards/main.json", '{"panels": [1]}'),
        ("grafana/dashboards/main.json", "{"),
        ("grafana/dashboards/main.json", '{"templating": []}'),
        ("grafana/dashboards/main.json", '{"panels": [{"fieldConfig": 5, "gridPos": [], "targets": {}}]}'),
    ],
)
def test_files_that_hold_nonsense(path: str, text: str) -> None:
    with contextlib.suppress(DocumentError):
        found = between(text, "a: b" if path.endswith("l") else "{}", path)
        assert all(change.before is None or change.after is None for change in found.changes)


def test_a_thing_of_which_nothing_is_said_can_be_told() -> None:
    judged = verdict(between("receivers: []", "receivers: [{name: nobody}]", "alertmanager.yml"))
    assert "nobody" in markdown.changes(judged)
    assert any("nobody" in text for line in lines(judged) for text, _ in line)


def test_numbers_and_texts_of_any_size_can_be_told() -> None:
    before = "services: {a: {image: x, cpus: 1}}\n"
    after = f"services: {{a: {{image: {'y' * 5000}, cpus: {10**40}}}}}\n"
    judged = verdict(between(before, after, "docker-compose.yml"))
    assert json.changes(judged)
    assert len(markdown.changes(judged)) < 65_536
    shown = ["".join(text for text, _ in line) for line in lines(judged)]
    assert shown[0].startswith("~ container a ")
    assert all(len(line) < 500 for line in shown)


def test_sides_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for before, after in (
        (None, None),
        ("a", None),
        ("a", "b"),
        ("a.yaml", "b.yaml"),
        ("git:HEAD", "."),
        ("git:", "."),
    ):
        with pytest.raises(SideError) as error:
            sides(before, after)
        assert error.value.cure or error.value.diagnostics


# Expressions

NAMES = some.sampled_from(["up", "http_requests_total", "a:b:c"])
LABELS = some.sampled_from(["job", "code", "instance"])
NUMBERS = some.one_of(
    some.integers(-1000, 1000).map(str), some.floats(0.001, 1e6, allow_nan=False).map(lambda number: f"{number:.6g}")
)
MATCHERS = some.lists(
    some.tuples(LABELS, some.sampled_from(["=", "!=", "=~", "!~"]), some.sampled_from(["a", "b.*", "5.."])), max_size=3
).map(lambda found: ",".join(f'{label}{op}"{value}"' for label, op, value in found))
INSTANT = some.tuples(NAMES, MATCHERS).map(lambda found: f"{found[0]}{{{found[1]}}}")
RANGE = some.tuples(INSTANT, some.sampled_from(["5m", "300s", "1h30m", "90m"])).map(
    lambda found: f"{found[0]}[{found[1]}]"
)


def bigger(smaller: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    grouping = some.lists(LABELS, max_size=3).map(lambda labels: f"by ({', '.join(labels)})")
    return some.one_of(
        some.tuples(some.sampled_from(["sum", "max", "count"]), grouping, smaller).map("{0[0]} {0[1]} ({0[2]})".format),
        some.tuples(smaller, some.sampled_from(["+", "-", "*", "/", ">", "<", "and", "or", "unless"]), smaller)
        .filter(lambda found: found[1] not in ("and", "or", "unless") or not is_number(found[0], found[2]))
        .map(lambda found: f"({found[0]}) {found[1]} ({found[2]})"),
        some.tuples(smaller, some.sampled_from([">", "<", "<=", "!="]), NUMBERS)
        .filter(lambda found: not is_number(found[0]))
        .map(lambda found: f"({found[0]}) {found[1]} {found[2]}"),
        RANGE.map(lambda found: f"rate({found})"),
    )


def is_number(*texts: str) -> bool:
    return any(not any(name in text for name in ("up", "http", "a:b:c")) for text in texts)


EXPRESSIONS = some.recursive(INSTANT, bigger, max_leaves=6)


@given(EXPRESSIONS)
def test_a_canonical_expression_is_its_own(text: str) -> None:
    tree = parse(text)
    assert canonical(parse(to_text(tree))) == canonical(tree)
    assert canonical(parse(canonical(tree))) == canonical(tree)
    assert differences(text, canonical(tree)) in ([], [("logic", "changed", text, canonical(tree))])


@given(EXPRESSIONS, EXPRESSIONS)
def test_differences_have_opposites(one: str, other: str) -> None:
    there, back = differences(one, other), differences(other, one)
    turned = [(found.attribute, OPPOSITE.get(found.how, found.how), found.after, found.before) for found in back]
    assert sorted(map(repr, map(tuple, there))) == sorted(map(repr, turned))


def test_a_chain_that_is_too_long_for_a_walk() -> None:
    one, other = (" + ".join(["up"] * 400) + f" > {bound}" for bound in (1, 2))
    assert {found.attribute for found in differences(one, other)} <= {"threshold", "logic"}
