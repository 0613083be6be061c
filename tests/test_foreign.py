"""Files that aimon did not write: what they are, what is read from them, and that findings stand where they belong."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from aimon.foreign.files import Reading, documents
from aimon.foreign.languages import language_of
from aimon.foreign.part import parts
from aimon.foreign.reading import Foreign, read_foreign
from aimon.inputs import is_foreign
from aimon.review import review

SAMPLES = Path(__file__).parent / "samples" / "foreign"


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ({"groups": []}, ["rules"]),
        ({"scrape_configs": []}, ["prometheus"]),
        ({"global": {"scrape_interval": "15s"}}, ["prometheus"]),
        ({"rule_files": ["a.yml"]}, ["prometheus"]),
        ({"tracing": {"endpoint": "x"}}, ["prometheus"]),
        ({"route": {"receiver": "x"}, "receivers": []}, ["alertmanager"]),
        ({"global": {"slack_api_url": "x"}}, ["alertmanager"]),
        ({"panels": [], "title": "x"}, ["dashboard"]),
        ({"rows": [], "title": "x"}, ["dashboard"]),
        ({"dashboard": {"panels": []}, "meta": {}}, ["dashboard"]),
        ({"elements": {}, "layout": {}}, ["v2"]),
        ({"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "spec": {}}, ["v2"]),
        ({"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "spec": {"panels": []}}, ["dashboard"]),
        ({"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "spec": {"groups": []}}, ["rules"]),
        ({"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service"}, 1]}, ["", ""]),
        ({"apiVersion": 1, "groups": [{"folder": "x", "rules": []}]}, [""]),
        ({"rule_files": ["a.yml"], "tests": []}, [""]),
        ({"aimon": 1, "services": {}}, ["spec"]),
        ({"something": 1}, [""]),
        (None, [""]),
        ([1], [""]),
    ],
)
def test_kinds_are_recognised_by_content(value: Any, kinds: list[str]) -> None:
    found = list(parts(value, ("file",)))
    assert [part.kind for part in found] == kinds
    assert all(part.what for part in found if not part.kind)


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ('{app="x"} |= "error"', "LogQL"),
        ('sum(rate({app="x"} | json | level="error" [5m]))', "LogQL"),
        ('from(bucket: "b") |> range(start: -1h)', "Flux"),
        ("SELECT mean(x) FROM y", "SQL"),
        ("WITH (x = up) sum(x)", "MetricsQL"),
        ("sum(rate(x[5m])) default 0", "MetricsQL"),
        ("median_over_time(x[5m])", "MetricsQL"),
        ("{ span.http.status_code >= 400 }", "TraceQL"),
        ("sum(rate(x[5m])", None),
        ("sum by (a (x)", None),
        ('x{a="default 1 if"} +', None),
    ],
)
def test_languages_are_recognised(query: str, language: str | None) -> None:
    assert language_of(query) == language


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("rules.yml", ["12:13 promql/syntax"]),
        ("objects.yaml", ["8:37 promql/syntax", "24:40 promql/syntax"]),
        (
            "classic.json",
            [
                "3:124 promql/syntax",
                "13:109 dashboard/undefined-variable",
                "15:120 promql/syntax",
                "20:87 promql/syntax",
            ],
        ),
        ("old.json", ["1:155 promql/syntax"]),
        ("v2.yaml", ["22:80 promql/syntax", "22:110 dashboard/undefined-variable"]),
        ("prometheus.yml", ["5:15 file/shape", "7:21 file/shape"]),
        ("alertmanager.yml", ["11:21 notify/unknown-receiver", "15:31 file/shape", "21:11 file/shape"]),
    ],
)
def test_findings_stand_where_they_belong(file: str, expected: list[str]) -> None:
    found = review([SAMPLES / file]).diagnostics
    assert [f"{one.located.place.line}:{one.located.place.column} {one.check}" for one in found] == expected


def test_what_was_not_looked_at_is_said() -> None:
    notes = "\n".join(review([SAMPLES]).notes)
    for part in (
        "rules.yml: 1 query in LogQL",
        "classic.json: 1 query in LogQL",
        "v2.yaml: 1 query in LogQL",
        "Service",
    ):
        assert part in notes


def read(*files: str) -> Foreign:
    return read_foreign(Reading(SAMPLES / file for file in files))


def test_a_routing_tree_becomes_a_list() -> None:
    routing = read("alertmanager.yml").stacks[0].routing
    assert routing.root.receiver == "all"
    shown = [(route.receiver, route.matchers, route.continues) for route in routing.routes]
    web = 'team="web"'
    assert shown == [
        ("pager", (web, 'severity=~"crit.*"'), True),
        ("nobody", (web, 'severity="info"', 'env=~"a|b"', 'x!="y"'), False),
        ("all", (web,), False),
        ("db", ('team="db"',), False),
    ]
    assert routing.routes[0].options["group_by"] == ["alertname"]
    assert routing.inhibitions[0].source == ('severity="critical"',)
    assert routing.inhibitions[0].target == ('severity="warning"',)


def test_rules_know_recordings_and_labels_of_their_group() -> None:
    stack = read("rules.yml").stacks[0]
    recorded = stack.catalogue.metrics["job:requests:rate5m"][0]
    assert not recorded.open
    assert set(recorded.labels) == {"job", "team"}
    (alert,) = stack.alerts()  # the other one is LogQL
    assert alert.labels == {"team": "web", "severity": "critical"}
    assert stack.catalogue.knows("anything")
    assert not stack.catalogue.find("anything")


def test_files_together_are_one_monitoring() -> None:
    read_together = read("rules.yml", "prometheus.yml", "alertmanager.yml", "classic.json")
    (stack,) = read_together.stacks
    assert [job.interval.seconds for job in stack.jobs] == [30, 10]
    assert stack.server.external_labels == {"cluster": "one"}
    assert stack.routing.root.receiver == "all"
    assert [board.title for board in stack.dashboards] == ["Classic"]


def test_several_configurations_are_judged_alone(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text((SAMPLES / "alertmanager.yml").read_text())
    assert len(read_foreign(Reading([tmp_path / "a.yml", tmp_path / "b.yml"])).stacks) == 2


def test_a_catalogue_from_an_exposition(tmp_path: Path) -> None:
    metrics, rules = tmp_path / "metrics.txt", tmp_path / "rules.yml"
    metrics.write_text("# TYPE http_requests_total counter\nhttp_requests_total 1\n")
    rules.write_text(
        "groups:\n- name: x\n  rules:\n"
        "  - {alert: A, expr: 'rate(http_request_total[5m]) > 1 and up', for: 5m, annotations: {summary: x}}\n"
    )
    assert not review([rules]).diagnostics
    (found,) = review([rules], metrics).diagnostics
    assert found.check == "promql/unknown-metric"
    assert (found.located.place.line, found.located.place.column) == (4, 28)
    assert found.help == "did you mean `http_requests_total`?"


def test_a_broken_catalogue_stops() -> None:
    result = review([SAMPLES / "rules.yml"], SAMPLES / "missing.txt")
    assert result.unreadable


def test_an_unreadable_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("groups: [")
    (tmp_path / "b.yml").write_text("groups: [{name: x, rules: [{record: a, expr: sum(}]}]\n")
    result = review([tmp_path])
    assert result.unreadable
    assert {Path(one.located.path).name for one in result.diagnostics} == {"a.yml", "b.yml"}


JUNK: tuple[Any, ...] = (
    None,
    1,
    -0.5,
    True,
    "",
    "x",
    "5m",
    "sum(",
    [],
    {},
    [None],
    {"x": 1},
    [[1]],
    {"name": None},
    "${x}",
    "$x[5m]",
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        found += _places(child, (*at, key))
    return found


@pytest.mark.parametrize("file", sorted(path.name for path in SAMPLES.iterdir()))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_no_mutation_crashes(file: str, data: some.DataObject, tmp_path: Path) -> None:
    value = copy.deepcopy(documents(SAMPLES / file)[-1].value)
    for _ in range(data.draw(some.integers(1, 3))):
        place = data.draw(some.sampled_from(_places(value)))
        inner = value
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = copy.deepcopy(data.draw(some.sampled_from(JUNK)))
    mutated = tmp_path / "mutated.json"
    mutated.write_text(json.dumps(value))
    result = review([mutated])
    assert all(one.located.place.line >= 1 for one in result.diagnostics)


@pytest.mark.parametrize("file", ["rules.yml", "objects.yaml", "v2.yaml", "alertmanager.yml", "old.json"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_no_broken_text_crashes(file: str, data: some.DataObject, tmp_path: Path) -> None:
    text = (SAMPLES / file).read_text()
    at = data.draw(some.integers(0, len(text) - 1))
    length = data.draw(some.integers(0, 5))
    instead = data.draw(
        some.sampled_from(["", "\x00", "{", "]", ":", "&a *a", "\n", "\t", "'", '"', "#", "---\n", "é", "$", "|="])
    )
    mutated = tmp_path / f"mutated{Path(file).suffix}"
    mutated.write_text(text[:at] + instead + text[at + length :])
    for one in review([mutated]).diagnostics:
        assert one.located.place.line >= 1
        assert one.located.place.column >= 1


def test_a_rule_file_is_read_as_prometheus_reads_it(tmp_path: Path) -> None:
    """Without `for` an alert fires at once, which only matters where one scrape decides; older rules have a message."""
    rules = tmp_path / "rules.yml"
    rules.write_text(
        "groups:\n- name: x\n  rules:\n"
        "  - {alert: Expiry, expr: x_expires_seconds < 86400, annotations: {message: it expires}}\n"
        "  - {alert: Wrong, expr: x > 1, annotations: {message: '{{ .labels }}'}}\n"
        "  - {alert: Down, expr: up == 0, annotations: {description: it is down}}\n"
        "  - {alert: Silent, expr: x > 2}\n"
    )
    found = [(one.located.place.line, one.check) for one in review([rules]).diagnostics]
    assert found == [(5, "alert/template-field"), (6, "alert/missed-scrape"), (7, "alert/without-summary")]


def test_panels_of_one_title_may_differ_in_type(tmp_path: Path) -> None:
    board = tmp_path / "board.json"
    kinds = ("gauge", "graph", "graph")
    panels = [{"type": kind, "title": "Memory", "targets": []} for kind in kinds]
    board.write_text(json.dumps({"title": "A", "uid": "a", "panels": panels}))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"title": "A", "uid": "b", "panels": []}))
    assert [one.check for one in review([board, other]).diagnostics] == ["dashboard/duplicate-panel"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("groups: [{name: x, rules: [{alert: a, record: b, expr: c}]}]", "cannot stand beside `alert`"),
        ("groups: [{name: x, rules: [{record: b, expr: c, for: 5m}]}]", "is only for one with `alert`"),
        (
            "scrape_configs: [{job_name: x, bearer_token: a, basic_auth: {username: b}}]",
            "cannot stand beside `basic_auth`",
        ),
        (
            "scrape_configs: [{job_name: x, relabel_configs: [{action: labeldrop, regex: a, target_label: b}]}]",
            "cannot stand beside `action: labeldrop` or `action: labelkeep`",
        ),
        ("global: {slack_api_url: 'http://x', slack_api_url_file: x}", "cannot stand beside `slack_api_url`"),
    ],
)
def test_what_is_refused_for_what_stands_beside_it(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_text(text)
    found = [one.message for one in review([tmp_path / "file.yml"]).diagnostics if one.check == "file/shape"]
    assert any(message.endswith(expected) for message in found), found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("groups: [{name: x, rules: [{record: 'a{b}', expr: c}]}]", ["`a{b}` cannot be the name of a metric"]),
        (
            "{route: {receiver: a}, receivers: [{name: a, email_configs: [{to: x@example.com, from: y@example.com}]}]}",
            ["`receivers.0.email_configs.0` has no `smarthost`"],
        ),
        (
            "{global: {smtp_smarthost: 'x:25', smtp_from: y@example.com}, route: {receiver: a},"
            " receivers: [{name: a, email_configs: [{to: x@example.com}]}]}",
            [],
        ),
        (
            "{route: {receiver: a}, receivers: [{name: a, slack_configs: [{channel: '#a'}, {app_token_file: x}]}]}",
            ["`receivers.0.slack_configs.0` has no `api_url_file`"],
        ),
        (
            "{global: {slack_api_url_file: x}, route: {receiver: a},"
            " receivers: [{name: a, slack_configs: [{channel: '#a'}]}]}",
            [],
        ),
    ],
)
def test_what_a_program_would_refuse_is_told_once(text: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_text(text)
    assert [one.message for one in review([tmp_path / "file.yml"]).diagnostics] == expected


def test_no_secret_is_shown(tmp_path: Path) -> None:
    secret = "hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop"
    rule = f"{{alert: A, expr: 'up{{{{', for: 1m, annotations: {{summary: x, url: 'https://{secret}'}}}}"
    (tmp_path / "rules.yml").write_text(f"groups:\n- name: x\n  rules:\n  - {rule}\n")
    found = review([tmp_path / "rules.yml"]).diagnostics
    assert {"secret/literal", "promql/syntax"} <= {one.check for one in found}
    assert all("•••" in one.located.line and secret not in one.located.line for one in found)


RULE = "groups:\n- name: x\n  rules:\n  - {alert: A, expr: up == 0, annotations: {summary: x}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{RULE}  # aimon: ignore[alert/missed-scrape] once is enough\n", []),
        (f"{RULE}  # aimon: ignore[alert/missed-scrape]\n", ["alert/missed-scrape", "ignore/malformed"]),
        (f"{RULE}  # aimon: ignore[alert/no-such] why\n", ["alert/missed-scrape", "ignore/unknown-check"]),
        (f"{RULE}  # aimon: ignore[promql/syntax] why\n", ["alert/missed-scrape", "ignore/unused"]),
        # Nobody asks this of files of others, so nobody knows whether it would be found.
        (f"{RULE}  # aimon: ignore[alert/without-action, alert/missed-scrape] why\n", []),
        # Every document of a file is looked at, and its comments are read once.
        (f"{RULE}\n---\n{RULE}  # aimon: ignore[alert/missed-scrape] once\n", ["alert/missed-scrape"]),
        ("route: {receiver: x, fro: y}  # aimon: ignore[file/shape] we patched it\nreceivers: [{name: x}]\n", []),
        ("scrape_configs: [{job_name: x, fro: y}]  # aimon: ignore[file/shape] we patched it\n", []),
        (
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - name: x\n    rules:\n"
            "    # aimon: ignore[alert/missed-scrape] once is enough\n"
            "    - {alert: A, expr: up == 0, annotations: {summary: x}}\n",
            [],
        ),
    ],
)
def test_comments_accept_findings(text: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_text(text)
    assert [one.check for one in review([tmp_path / "file.yml"]).diagnostics] == expected


def test_a_comment_is_for_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(f"{RULE}  # aimon: ignore[alert/missed-scrape] once is enough\n")
    (tmp_path / "b.yml").write_text(RULE)
    assert [Path(one.located.path).name for one in review([tmp_path]).diagnostics] == ["b.yml"]


@pytest.mark.parametrize("text", ["groups: [", '{"panels": [', "route:\n  receiver: [\n", "apiVersion: v1\nspec: {\n"])
def test_a_broken_file_is_no_spec_for_being_broken(text: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text(text)
    assert is_foreign(tmp_path / "broken.yml")
    assert [one.check for one in review([tmp_path / "broken.yml"]).diagnostics] == ["file/unreadable"]
    (tmp_path / "spec.yml").write_text("services:\n  api: {")
    assert not is_foreign(tmp_path / "spec.yml")


def test_names_in_quotes_are_fine_since_prometheus_3(tmp_path: Path) -> None:
    rule = "{record: http.requests, expr: sum(up), labels: {ins-tance: x}}"
    (tmp_path / "rules.yml").write_text(f"groups:\n- name: x\n  rules:\n  - {rule}\n")
    assert not review([tmp_path / "rules.yml"]).diagnostics
    (tmp_path / "rules.yml").write_text("groups:\n- name: x\n  rules:\n  - {record: 'a{b=\"c\"}', expr: sum(up)}\n")
    assert {one.check for one in review([tmp_path / "rules.yml"]).diagnostics} == {"metric/invalid-name"}
