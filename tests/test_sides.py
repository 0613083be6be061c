"""Where the two sides of a diff come from: git revisions, servers, files of others; and what a spec accepts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from serving import serving
from test_changes import CASES, Case

from aimon.compare import compare
from aimon.gates import schema
from aimon.report.changes import json as as_json
from aimon.report.changes import markdown
from aimon.sides import Side, SideError, sides
from aimon.sides.written import of_spec
from aimon.verdict import Verdict, verdict

SPEC = """services:
  api:
    targets: ["api:8080"]
    metrics:
      errors_total: {type: counter, help: Failed requests}
alerts:
  Errors:
    {expr: "sum(rate(errors_total[5m]))", above: 5/s, for: 5m, severity: critical, summary: They fail}
"""
RULES = "groups: [{name: a, rules: [{alert: A, expr: up == 0, for: 5m}]}]\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the spec in a folder of it, which is the folder to work in."""
    folder = tmp_path / "repository"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "aimon.yaml").write_text(SPEC)
    git(folder, "init", "-q", "-b", "main", ".")
    commit(folder)
    monkeypatch.chdir(folder / "shop")
    return folder


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")


def shapes(before: str, after: str | None) -> list[str]:
    old, new = sides(before, after)
    return [change.shape for change in compare(old.monitoring, new.monitoring).changes]


# git


def test_a_revision_against_what_is_here(repository: Path) -> None:
    assert shapes("git:HEAD", ".") == []
    (repository / "shop" / "aimon.yaml").write_text(SPEC.replace("5/s", "9/s"))
    assert shapes("git:HEAD", ".")[0] == "alert/threshold-looser"
    assert shapes("git:HEAD", None)[0] == "alert/threshold-looser"
    commit(repository)
    assert shapes("git:HEAD", ".") == []
    assert shapes("git:HEAD~1", "git:HEAD")[0] == "alert/threshold-looser"
    assert shapes("git:HEAD~1:shop/aimon.yaml", "git:HEAD:shop")[0] == "alert/threshold-looser"


def test_a_revision_resolves_its_own_includes(repository: Path) -> None:
    (repository / "shop" / "aimon.yaml").write_text("include: [more/*.yaml]\n" + SPEC)
    more = repository / "shop" / "more"
    more.mkdir()
    (more / "a.yaml").write_text("alerts: {Down: {expr: up, equals: 0, for: 5m}}\n")
    commit(repository)
    (more / "a.yaml").write_text("alerts: {Down: {expr: up, equals: 0, for: 9m}}\n")
    assert shapes("git:HEAD", ".") == ["alert/for-longer"]


def test_nothing_that_is_checked_out_is_touched(repository: Path) -> None:
    (repository / "shop" / "aimon.yaml").write_text("services: 5\n")
    status = subprocess.run(["git", "status", "--porcelain"], cwd=repository, capture_output=True, check=True).stdout
    assert shapes("git:HEAD", "git:HEAD") == []
    assert (repository / "shop" / "aimon.yaml").read_text() == "services: 5\n"
    after = subprocess.run(["git", "status", "--porcelain"], cwd=repository, capture_output=True, check=True).stdout
    assert status == after


def test_a_link_in_a_revision_leads_nowhere(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("alerts: {Stolen: {expr: up, equals: 0}}\n")
    (repository / "shop" / "aimon.yaml").write_text("include: ['*.yaml']\n" + SPEC)
    (repository / "shop" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    commit(repository)
    old, _ = sides("git:HEAD", "git:HEAD")
    names = {thing.name for thing in old.monitoring.of("alert")}
    assert "Errors" in names
    assert "Stolen" not in names


def test_the_first_spec_of_a_repository_is_all_new(repository: Path) -> None:
    git(repository, "rm", "-q", "-r", "--cached", "shop")
    git(repository, "commit", "-q", "-m", "without")
    old, new = sides("git:HEAD", ".")
    assert old.notes == ("HEAD has no shop/aimon.yaml: everything is new",)
    assert {change.how for change in compare(old.monitoring, new.monitoring).changes} == {"added"}


@pytest.mark.parametrize(
    "side", ["git:", "git:nowhere", "git:--help", "git:HEAD:../x", "git:HEAD:nothing", "git:HEAD:/etc"]
)
def test_a_revision_that_cannot_be_had(repository: Path, side: str) -> None:
    with pytest.raises(SideError) as error:
        sides(side, ".")
    assert error.value.cure


def test_a_fault_in_a_revision_names_it(repository: Path) -> None:
    (repository / "shop" / "aimon.yaml").write_text("services: {api: {target: [a]}}\n")
    commit(repository)
    with pytest.raises(SideError) as error:
        sides("git:HEAD", "git:HEAD~1")
    assert str(error.value) == "git:HEAD:shop/aimon.yaml has errors, so there is nothing to compare"
    assert error.value.diagnostics[0].located.path == "git:HEAD:shop/aimon.yaml"


# Files of others


def test_rule_files_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "old.yml").write_text(RULES)
    (tmp_path / "new.yml").write_text(RULES.replace("5m", "10m"))
    assert shapes(str(tmp_path / "old.yml"), str(tmp_path / "new.yml")) == ["alert/for-longer"]
    wrapped = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "x"}}
    spec = {"groups": [{"name": "a", "rules": [{"alert": "A", "expr": "up==0", "for": "300s"}]}]}
    (tmp_path / "object.yml").write_text(json.dumps({**wrapped, "spec": spec}))
    assert shapes(str(tmp_path / "old.yml"), str(tmp_path / "object.yml")) == []


FIRST = {
    "title": "Shop",
    "refresh": "30s",
    "time": {"from": "now-6h", "to": "now"},
    "templating": {"list": [{"name": "job", "type": "query", "query": "label_values(up, job)", "multi": True}]},
    "panels": [
        {"type": "row", "title": "Top"},
        {
            "id": 1,
            "title": "Requests",
            "type": "timeseries",
            "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
            "targets": [{"refId": "A", "expr": "sum(rate(requests_total[5m]))", "legendFormat": "all"}],
            "fieldConfig": {"defaults": {"unit": "reqps"}},
        },
    ],
}


def second(query: str = "sum(rate(requests_total[5m]))", unit: str = "reqps", row: str = "Top") -> dict[str, Any]:
    """The same in Grafana's second form."""
    drawn = {"kind": "VizConfig", "group": "timeseries", "spec": {"fieldConfig": {"defaults": {"unit": unit}}}}
    asked = {"kind": "DataQuery", "group": "prometheus", "spec": {"expr": query, "legendFormat": "all"}}
    queries = [{"kind": "PanelQuery", "spec": {"refId": "A", "query": asked}}]
    panel = {
        "id": 1,
        "title": "Requests",
        "vizConfig": drawn,
        "data": {"kind": "QueryGroup", "spec": {"queries": queries}},
    }
    place = {"x": 0, "y": 0, "width": 12, "height": 8, "element": {"kind": "ElementReference", "name": "one"}}
    grid = {"kind": "GridLayout", "spec": {"items": [{"kind": "GridLayoutItem", "spec": place}]}}
    rows = [{"kind": "RowsLayoutRow", "spec": {"title": row, "layout": grid}}]
    job = {"name": "job", "multi": True, "query": {"spec": {"query": "label_values(up, job)"}}}
    return {
        "title": "Shop",
        "timeSettings": {"autoRefresh": "30s", "from": "now-6h", "to": "now"},
        "variables": [{"kind": "QueryVariable", "spec": job}],
        "elements": {"one": {"kind": "Panel", "spec": panel}},
        "layout": {"kind": "RowsLayout", "spec": {"rows": rows}},
    }


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (second(), []),
        (second(row="All"), ["panel/row-moved"]),
        (second(unit="short"), ["panel/unit-changed"]),
        (second("sum(rate(requests_total[1m]))"), ["panel/query-changed"]),
        ({**second(), "elements": {}}, ["panel/removed"]),
        ({**second(), "variables": []}, ["variable/removed"]),
    ],
)
def test_both_forms_of_dashboards_are_the_same(tmp_path: Path, after: dict[str, Any], expected: list[str]) -> None:
    for name, value in (("old", FIRST), ("same", second()), ("new", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.json").write_text(json.dumps(value))
    for before in ("old", "same"):
        assert shapes(str(tmp_path / before), str(tmp_path / "new")) == expected


def test_a_folder_of_specs_is_none_itself(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "aimon.yaml").write_text(SPEC)
    with pytest.raises(SideError) as error:
        sides(str(tmp_path), str(tmp_path / "shop"))
    assert error.value.cure == f"name one, such as {tmp_path / 'shop'}"


def test_only_what_both_sides_tell_is_compared(tmp_path: Path) -> None:
    (tmp_path / "aimon.yaml").write_text(SPEC)
    rules = tmp_path / "theirs"
    (rules / "rules").mkdir(parents=True)
    (rules / "rules" / "alerts.yml").write_text(RULES)
    old, new = sides(str(rules), str(tmp_path / "aimon.yaml"))
    found = compare(old.monitoring, new.monitoring)
    assert {change.kind for change in found.changes} == {"alert"}
    assert {"panel", "scrape job", "container", "metric"} <= {*found.not_compared}
    (note,) = verdict(found).notes
    assert note.startswith("not compared, because only one side tells: prometheus, scrape job, ")


# Servers

CONFIG = "global: {scrape_interval: 15s, evaluation_interval: 15s}\nscrape_configs: [{job_name: a, scheme: http}]\n"
RULE = {"type": "alerting", "name": "A", "query": "up == 0", "duration": 300, "labels": {}, "annotations": {}}
PROMETHEUS = {
    "/api/v1/status/config": {"status": "success", "data": {"yaml": CONFIG}},
    "/api/v1/status/flags": {"data": {"config.file": "/etc/prometheus/prometheus.yml"}},
    "/api/v1/rules": {
        "data": {"groups": [{"name": "a", "file": "/etc/prometheus/rules/a.yml", "interval": 15, "rules": [RULE]}]}
    },
}
BOARD = {"uid": "main", "title": "Main", "version": 12, "panels": [{"id": 1, "title": "Up", "type": "stat"}]}
GRAFANA = {
    "/api/health": {"database": "ok"},
    "/api/search": [{"uid": "main", "title": "Main"}],
    "/api/dashboards/uid/main": {"dashboard": BOARD, "meta": {}},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the servers have loaded, as files; without a proxy in between, and without a token."""
    for name in ("http_proxy", "HTTP_PROXY", "AIMON_TOKEN", "AIMON_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "rules").mkdir()
    (tmp_path / "prometheus.yml").write_text(CONFIG)
    (tmp_path / "rules" / "a.yml").write_text(RULES)
    return tmp_path


def test_a_prometheus(folder: Path) -> None:
    with serving(PROMETHEUS) as url:
        assert shapes(str(folder), url) == []
        assert shapes(url, str(folder)) == []
        (folder / "rules" / "a.yml").write_text(RULES.replace("up == 0", "up < 1"))
        assert shapes(url, str(folder)) == ["alert/operator-changed"]


def test_what_fires_now_and_will_not_after_the_reload(folder: Path) -> None:
    (folder / "rules" / "a.yml").write_text(RULES.replace("alert: A", "alert: B"))
    rules = PROMETHEUS["/api/v1/rules"]["data"]["groups"][0] | {"rules": [{**RULE, "state": "firing"}]}  # type: ignore[index]
    with serving({**PROMETHEUS, "/api/v1/rules": {"data": {"groups": [rules]}}}) as url:
        old, new = sides(url, str(folder))
    (lost,) = compare(old.monitoring, new.monitoring).lost
    assert (lost.alert, lost.because, lost.now) == ("B", ("another name",), "firing")


def test_a_grafana(folder: Path) -> None:
    boards = folder / "grafana" / "dashboards"
    boards.mkdir(parents=True)
    (boards / "main.json").write_text(json.dumps({**BOARD, "version": 1}))
    with serving(GRAFANA) as url:
        assert shapes(str(boards), url) == []
        (boards / "main.json").write_text(json.dumps({**BOARD, "panels": []}))
        assert shapes(url, str(boards)) == ["panel/removed"]


def test_a_token_is_for_its_server_and_for_nobody_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(PROMETHEUS, token="s3cret") as url:
        with pytest.raises(SideError) as error:
            sides(str(folder), url)
        assert "401" in str(error.value)
        assert "AIMON_TOKEN" in (error.value.cure or "")
        monkeypatch.setenv("AIMON_TOKEN", "wr0ng")
        with pytest.raises(SideError) as error:
            sides(str(folder), url)
        assert "wr0ng" not in f"{error.value}{error.value.cure}"
        (folder / "token").write_text("s3cret\n")
        monkeypatch.setenv("AIMON_TOKEN_FILE", str(folder / "token"))
        assert shapes(str(folder), url) == []
    with serving({"/api/v1/status/config": "away"}) as url, pytest.raises(SideError):
        sides(str(folder), url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://a:b@127.0.0.1:1", "http://", "http://127.0.0.1:99999"])
def test_a_server_that_does_not_answer(folder: Path, url: str) -> None:
    with pytest.raises(SideError) as error:
        sides(str(folder), url)
    assert ":b@" not in str(error.value)


def test_a_server_of_another_kind(folder: Path) -> None:
    with serving({"/": "hello", "/api/v1/status/config": [1], "/api/health": "ok"}) as url, pytest.raises(SideError):
        sides(str(folder), url)


# What a spec accepts


def judged(folder: Path, policy: str, before: str = "5/s", after: str = "9/s") -> tuple[Verdict, Side]:
    (folder / "old.yaml").write_text(SPEC.replace("5/s", before))
    (folder / "new.yaml").write_text(SPEC.replace("5/s", after) + policy)
    old, new = of_spec(folder / "old.yaml", None), of_spec(folder / "new.yaml", None)
    found = compare(old.monitoring, new.monitoring)
    return verdict(found, new.policy, new.monitoring.units, new.where), new


LOOSER = "alert/threshold-looser"


def test_a_change_weighs_what_the_spec_says(tmp_path: Path) -> None:
    plain, _ = judged(tmp_path, "")
    assert plain.fails("breaking")
    milder, _ = judged(tmp_path, f"changes: {{weights: {{{LOOSER}: risky}}}}\n")
    assert not milder.fails("breaking")
    assert milder.fails("risky")
    kinds, _ = judged(tmp_path, "changes: {weights: {alert/*: cosmetic, panel/*: cosmetic}}\n")
    assert not kinds.fails("safe")


def test_a_change_is_accepted(tmp_path: Path) -> None:
    (one,) = (one for one in judged(tmp_path, "")[0].judged if one.change.shape == LOOSER)
    for entry in (f"of: alerts.Errors, change: {LOOSER}", f"fingerprint: {one.change.fingerprint}", "of: alerts"):
        told, _ = judged(tmp_path, f"changes: {{accept: [{{{entry}, reason: it is noisy, until: '2999-12-31'}}]}}\n")
        assert not told.fails("breaking"), entry
        assert told.idle == ()
        assert [each.accepted for each in told.judged if each.change.shape == LOOSER] == ["it is noisy"]


def test_what_accepts_nothing_is_told(tmp_path: Path) -> None:
    entries = "{of: alerts.Errors, reason: x, until: '2001-01-01'}, {of: alerts.Nobody, reason: x}"
    told, _ = judged(tmp_path, f"changes: {{weights: {{alert/threshold-loser: safe}}, accept: [{entries}]}}\n")
    assert told.fails("breaking")
    ended, idle, unknown = told.idle
    assert ended.endswith("this entry of `changes.accept` ended on 2001-01-01")
    assert "new.yaml:9:" in idle
    assert idle.endswith("accepts nothing: remove it")
    assert "did you mean `alert/threshold-looser`?" in unknown


def test_a_fingerprint_does_not_depend_on_words_or_lines(tmp_path: Path) -> None:
    def fingerprints(policy: str, **bounds: str) -> dict[str, str]:
        told, _ = judged(tmp_path, policy, **bounds)
        return {one.change.shape: one.change.fingerprint for one in told.judged}

    assert fingerprints("") == fingerprints("# a comment\nlinks: {grafana: 'http://localhost:3000'}\n")
    assert fingerprints("")[LOOSER] != fingerprints("", after="10/s")[LOOSER]


def test_a_change_is_told_at_its_line(tmp_path: Path) -> None:
    told, new = judged(tmp_path, "")
    place = next(new.where(one.change.at, one.change.attribute) for one in told.judged if one.change.shape == LOOSER)
    assert place is not None
    line = (tmp_path / "new.yaml").read_text().splitlines()[place[1].line - 1]
    assert line[place[1].column - 1 :].startswith("above")


# What is printed


@pytest.mark.parametrize("case", CASES)
def test_json_has_the_shape_that_is_published(case: Case, tmp_path: Path) -> None:
    found = compare(case.side("before", tmp_path), case.side("after", tmp_path))
    jsonschema.validate(json.loads(as_json.changes(verdict(found))), schema("changes"))


def test_a_comment_fits(tmp_path: Path) -> None:
    rules = [{"alert": f"Alert{number}", "expr": "up == 0", "annotations": {"a": "|`@x" * 90}} for number in range(900)]
    for name, groups in (("old.yml", []), ("new.yml", [{"name": "a", "rules": rules}])):
        (tmp_path / name).write_text(json.dumps({"groups": groups}))
    old, new = sides(str(tmp_path / "old.yml"), str(tmp_path / "new.yml"))
    text = markdown.changes(verdict(compare(old.monitoring, new.monitoring)))
    assert 50_000 < len(text.encode("utf-16-le")) // 2 < 65_536
    shown = text.count("<details>")
    assert f"… and {900 - shown} more, which found no room here" in text.replace(" things", "")
