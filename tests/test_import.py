"""`aimon import`: what becomes of each kind of file, what is said of the rest, and that the draft means the same."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aimon.build import build
from aimon.compare import compare
from aimon.draft.bounds import condition
from aimon.draft.monitoring import Monitoring, monitoring
from aimon.draft.page import page
from aimon.draft.reading import read
from aimon.expand import expand
from aimon.gates import check_shape
from aimon.inventory import inventory
from aimon.inventory import monitoring as things_of
from aimon.parse import parse
from aimon.pipeline import Options, validate_spec
from aimon.render import render
from aimon.thing import ALERT, RECORDING

EXAMPLES = sorted(path.parent for path in (Path(__file__).parent.parent / "examples").glob("*/aimon.yaml"))


def imported(here: Path, **files: str) -> Monitoring:
    """What is drafted from files; ``__`` in a name is a dot, and the text may be indented."""
    for name, text in files.items():
        (here / name.replace("__", ".")).write_text(textwrap.dedent(text))
    return monitoring(read([here / name.replace("__", ".") for name in files]))


def said(drafted: Monitoring, here: Path) -> list[str]:
    return [note.removeprefix(f"{here}/") for note in drafted.notes]


def errors(draft: dict[str, Any], here: Path) -> list[str]:
    """What `aimon validate` has against a draft."""
    spec = here / "aimon.yaml"
    spec.write_text(page(draft))
    return [str(one) for one in validate_spec(spec, Options(judged=False)).diagnostics if one.level == "error"]


def generated(draft: dict[str, Any], pattern: str) -> dict[str, str]:
    """The outputs of a draft by their paths."""
    return {made.path: made.text for made in render(build(expand(parse(draft))), None, pattern)}


# --- a draft means the same ----------------------------------------------------------------------------------------


def differing(before: dict[str, str], draft: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What differs in rules between files and what a draft renders: kind, name and attribute."""
    kinds = (ALERT, RECORDING)
    sides = (things_of(inventory(texts), kinds) for texts in (before, generated(draft, "rules/*.yml")))
    for change in compare(*sides).changes:
        if change.attribute not in ("file", "group") and "dashboard_url" not in change.attribute:
            yield change.kind, re.split(r"[ {]", change.name)[0], change.attribute or change.how


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_rules_of_an_example_come_back(example: Path, tmp_path: Path) -> None:
    """Everything that aimon generates, read as the files of others: no more differs than was said."""
    shutil.copytree(example / "monitoring", tmp_path / "monitoring")
    drafted = monitoring(read([tmp_path / "monitoring"]))
    rules = {path.name: path.read_text() for path in (tmp_path / "monitoring/rules").rglob("*.yml")}
    unsaid = {name for _, name, _ in differing(rules, drafted.spec)}
    assert not [name for name in unsaid if not any(f"`{name}`" in note for note in drafted.notes)]
    assert errors(drafted.spec, tmp_path) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_dashboards_of_an_example_come_back(example: Path, tmp_path: Path) -> None:
    for path in (example / "monitoring/grafana/dashboards").glob("*.json"):
        drafted = monitoring(read([path])).spec
        (board,) = drafted["dashboards"].values()
        original = json.loads(path.read_text())
        titles = [panel["title"] for panel in original["panels"] if panel["type"] == "row"]
        assert [*board["rows"]] == titles
        made = json.loads(next(iter(generated(drafted, "grafana/dashboards/*.json").values())))
        assert list(map(drawn, made["panels"])) == list(map(drawn, original["panels"]))


def drawn(panel: dict[str, Any]) -> Any:
    """What of a panel has to come back."""
    queries = [(target["expr"], target.get("legendFormat")) for target in panel.get("targets", ())]
    return panel["type"], panel.get("title"), queries, panel.get("fieldConfig", {}).get("defaults", {}).get("unit")


RULES = """
    groups:
      - name: node rules
        interval: 30s
        rules:
          - record: instance:load:ratio
            expr: node_load1 / 4
          - alert: Busy
            expr: |
              (
                instance:load:ratio{mode="user"}
              ) > 0.9
            for: 10m
            labels: {severity: warning, team: nodes}
            annotations: {summary: Busy, runbook_url: 'https://runbooks.example.org/busy', dashboard: x}
          - alert: Busy
            expr: instance:load:ratio >= 1
            labels: {severity: critical}
          - alert: busy
            expr: absent(node_load1)
            keep_firing_for: 5m
"""


def test_rules(tmp_path: Path) -> None:
    drafted = imported(tmp_path, rules__yml=RULES)
    assert drafted.spec == {
        "aimon": 1,
        "self_monitoring": False,
        "external": ["node_load1"],
        "recording_rules": {"instance:load:ratio": {"expr": "node_load1 / 4", "group": "node-rules"}},
        "alerts": {
            "Busy": {
                "expr": 'instance:load:ratio{mode="user"}',
                "above": 0.9,
                "for": "10m",
                "severity": "warning",
                "summary": "Busy",
                "labels": {"team": "nodes"},
                "annotations": {"dashboard": "x"},
                "runbook_url": "https://runbooks.example.org/busy",
                "group": "node-rules",
            },
            "BusyCritical": {
                "expr": "instance:load:ratio",
                "at_least": 1,
                "severity": "critical",
                "group": "node-rules",
            },
            "busy2": {"expr": "absent(node_load1)", "keep_firing_for": "5m", "group": "node-rules"},
        },
    }
    assert said(drafted, tmp_path) == [
        "rules.yml:3:5: the group `node rules` becomes `node-rules`",
        "rules.yml:4:5: `interval` is left out: a spec has no word for it",
        "rules.yml:16:9: another alert is called `Busy`: this one becomes `BusyCritical`",
        "rules.yml:19:9: `busy` has no severity: aimon gives it the label `severity: warning`",
        "rules.yml:19:9: another alert is called `busy`: this one becomes `busy2`",
    ]
    assert drafted.has_lost
    assert errors(drafted.spec, tmp_path) == []
    renamed = {name for _, name, _ in differing({"rules.yml": textwrap.dedent(RULES)}, drafted.spec)}
    assert renamed == {"Busy", "BusyCritical", "busy", "busy2"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up == 0", {"expr": "up", "equals": 0}),
        ("(up) != (1)", {"expr": "up", "not_equals": 1}),
        ("a - b < -1.5", {"expr": "a - b", "below": -1.5}),
        ("a <= 1e3", {"expr": "a", "at_most": 1000}),
        ("a > 0x1F", {"expr": "a", "above": 31}),
        ("(a > b) > 3", {"expr": "a > b", "above": 3}),
        ("(a or b) >= 0.05", {"expr": "a or b", "at_least": 0.05}),
        ("a # why\n> 5 # because", {"expr": "a", "above": 5}),
        ("(\n    a\n  / # what\n    b\n) > 5", {"expr": "a\n/ # what\n  b", "above": 5}),
    ],
)
def test_a_comparison_with_a_number_is_a_bound(text: str, expected: dict[str, Any]) -> None:
    assert condition(text) == expected


@pytest.mark.parametrize(
    "text",
    ["absent(up)", "a > b", "5 < a", "a > bool 5", "1 > bool 0", "a > 5 and b", "a > 5 * 2", "a > Inf", "a > NaN",
     "a > 1234567890.123456", "a >", "a > on () 5"],
)  # fmt: skip
def test_any_other_condition_stays_whole(text: str) -> None:
    assert condition(text) == {"expr": text}


def test_a_new_name_is_nobody_elses(tmp_path: Path) -> None:
    rules = [
        {"alert": name, "expr": expr, "labels": {"severity": "page"}} for name, expr in zip("AAA", "abc", strict=True)
    ]
    text = yaml.safe_dump({"groups": [{"name": "g", "rules": [*rules, {**rules[0], "alert": "APage", "expr": "d"}]}]})
    alerts = imported(tmp_path, rules__yml=text).spec["alerts"]
    assert {name: alert["expr"] for name, alert in alerts.items()} == {"A": "a", "A2": "b", "A3": "c", "APage": "d"}


def test_rules_of_one_name_are_joined(tmp_path: Path) -> None:
    drafted = imported(
        tmp_path,
        rules__yml="""
        groups:
          - name: recording
            rules:
              - {record: job:x:rate5m, expr: 'rate(a[5m]) # of a', labels: {verb: read, team: web}}
              - {record: job:x:rate5m, expr: 'rate(b[5m])', labels: {verb: 'w$1"', team: web}}
              - {record: job:x:rate5m, expr: 'rate(b[5m])', labels: {verb: 'w$1"', team: web}}
              - {record: job:y:rate5m, expr: a}
              - {record: job:y:rate5m, expr: b}
        """,
    )
    assert drafted.spec["recording_rules"] == {
        "job:x:rate5m": {
            "expr": 'label_replace(\nrate(a[5m]) # of a\n, "verb", "read", "", "")\nor\n'
            'label_replace(rate(b[5m]), "verb", "w$$1\\"", "", "")',
            "labels": {"team": "web"},
        },
        "job:y:rate5m": {"expr": "(a)\nor\n(b)"},
    }
    assert [note.partition(": ")[2] for note in said(drafted, tmp_path)] == [
        "a spec has one rule `job:x:rate5m`: these 2 are joined with `or`",
        "`job:x:rate5m` is there already, word for word",
        "a spec has one rule `job:y:rate5m`: these 2 are joined with `or`",
    ]
    assert not drafted.has_lost
    assert errors(drafted.spec, tmp_path) == []


def test_what_is_no_rule_is_said(tmp_path: Path) -> None:
    drafted = imported(
        tmp_path,
        rules__yml="""
        groups:
          - name: a
            partial_response_strategy: warn
            rules:
              - {alert: Logs, expr: 'sum(rate({app="x"} |= "error" [5m])) > 1', labels: {severity: info}}
              - {alert: Broken, expr: 'up ==', labels: {severity: info}}
              - {alert: Odd, expr: up, for: soon, labels: {severity: info, of: [a]}, note: x}
              - {expr: up}
              - just a text
        """,
    )
    assert drafted.spec["alerts"] == {"Odd": {"expr": "up", "severity": "info", "group": "a"}}
    assert said(drafted, tmp_path) == [
        "rules.yml:4:5: `partial_response_strategy` is left out: a spec has no word for it",
        "rules.yml:6:23: `Logs` is left out: this is LogQL",
        "rules.yml:7:25: `Broken` is left out: this is no PromQL: an operand is missing after `==`",
        "rules.yml:8:32: `for` is left out: it is no duration",
        "rules.yml:8:68: `of` is left out: it is no text",
        "rules.yml:8:78: `note` is left out: a spec has no word for it",
        "rules.yml:9:10: this rule is left out: it has no name or no expression",
        "rules.yml:10:9: this rule is left out: it has no name or no expression",
    ]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    drafted = imported(tmp_path, chart__yml="groups: {{ .Values.groups }}\n", rules__yml=RULES)
    assert "Busy" in drafted.spec["alerts"]
    assert said(drafted, tmp_path)[0].startswith("chart.yml:1:")
    assert "this file is left out" in drafted.notes[0]
    assert drafted.has_lost


def test_queries_decide_the_version(tmp_path: Path) -> None:
    template = "groups: [{{name: a, rules: [{{record: 'a:b:c', expr: '{}'}}]}}]"
    for expr, needed in (("first_over_time(x[5m])", "3.7"), ("holt_winters(x[5m], 0.1, 0.1)", "2.55"), ("x", None)):
        drafted = imported(tmp_path, rules__yml=template.format(expr))
        assert drafted.spec.get("prometheus", {}).get("version") == needed
        assert errors(drafted.spec, tmp_path) == []


# --- prometheus.yml ------------------------------------------------------------------------------------------------


def test_jobs_become_services(tmp_path: Path) -> None:
    drafted = imported(
        tmp_path,
        prometheus__yml="""
        global:
          external_labels: {env: prod}
          query_log_file: /tmp/log
        rule_files: [elsewhere/*.yml]
        remote_write: [{url: 'http://mimir/api'}]
        storage: {tsdb: {out_of_order_time_window: 10m, retention: {time: 30d}}}
        scrape_configs:
          - job_name: api
            scrape_interval: 30s
            honor_timestamps: false
            static_configs: [{targets: ['a:80']}, {targets: ['b:80']}]
          - job_name: pods/all
            kubernetes_sd_configs: [{role: pod}]
            relabel_configs: [{action: labelmap, regex: __meta_(.+)}]
            basic_auth: {username: me, password: hunter2}
          - job_name: two
            static_configs: [{targets: ['c:80'], labels: {zone: a}}, {targets: ['d:80'], labels: {zone: b}}]
          - job_name: none
            static_configs: []
        """,
    )
    renamed = [{"target_label": "job", "replacement": "pods/all"}, {"action": "labelmap", "regex": "__meta_(.+)"}]
    http = {"basic_auth": {"username": "me", "password_file": "/run/secrets/pods_all_http_basic_auth_password"}}
    assert drafted.spec == {
        "aimon": 1,
        "prometheus": {
            "scrape_interval": "1m",
            "evaluation_interval": "1m",
            "external_labels": {"env": "prod"},
            "retention": {"time": "30d"},
            "out_of_order_time_window": "10m",
        },
        "services": {
            "api": {"targets": ["a:80", "b:80"], "scrape_interval": "30s", "http": {"honor_timestamps": False}},
            "pods-all": {"discover": {"kubernetes": {"role": "pod"}}, "http": http, "relabel": renamed},
            "two": {"targets": ["c:80"], "labels": {"zone": "a"}},
            "two2": {
                "targets": ["d:80"],
                "labels": {"zone": "b"},
                "relabel": [{"target_label": "job", "replacement": "two"}],
            },
        },
        "self_monitoring": False,
    }
    assert [note.partition(": ")[2] for note in said(drafted, tmp_path)] == [
        "`query_log_file` is left out: a spec has no word for it",
        "`elsewhere/*.yml` is left out: import it together with this file",
        "`remote_write` is left out: a spec has no word for it",
        "this is a secret: put it into a file, which the draft calls /run/secrets/pods_all_http_basic_auth_password",
        "the job `two` becomes 2 services, whose series keep its name",
        "the job `none` is left out: it has no targets",
    ]
    assert errors(drafted.spec, tmp_path) == []


SECRETS = ("hunter2", "T0/B0/xyz123456", "0123456789abcdef0123456789abcdef", "sk-proj-0123456789abcdef", "s3cr3t")


def test_no_secret_is_carried(tmp_path: Path) -> None:
    drafted = imported(
        tmp_path,
        prometheus__yml="""
        scrape_configs:
          - job_name: a
            authorization: {credentials: s3cr3t}
            http_headers: {X-Key: {secrets: [s3cr3t]}}
            params: {token: [s3cr3t], key: [sk-proj-0123456789abcdef]}
            consul_sd_configs: [{server: 'consul:8500', token: s3cr3t}]
        """,
        alertmanager__yml="""
        global: {smtp_smarthost: 'mail:25', smtp_from: a@b.c, smtp_auth_password: hunter2, smtp_auth_username: me}
        route: {receiver: team, group_by: [alertname]}
        receivers:
          - name: team
            slack_configs: [{channel: '#a', api_url: 'https://hooks.slack.com/services/T0/B0/xyz123456'}]
            email_configs: [{to: x@y.z}]
            pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]
            webhook_configs: [{url: 'https://example.org/hook/0123456789abcdef0123456789abcdef'}]
        """,
    )
    text = page(drafted.spec) + "".join(drafted.notes)
    assert [secret for secret in SECRETS if secret in text] == []
    assert errors(drafted.spec, tmp_path) == []


# --- alertmanager.yml ----------------------------------------------------------------------------------------------

ROUTES = """
    route:
      receiver: 'null'
      group_by: [job]
      routes:
        - matchers: [severity="critical"]
          receiver: pager
          group_wait: 1m
          routes:
            - {match: {team: web}, receiver: web}
            - {match_re: {team: db|cache}, receiver: db, mute_time_intervals: [nights]}
        - {matchers: ['severity!="critical"', 'severity!="warning"'], receiver: 'null'}
        - {matchers: ['team=~"web|db"', 'team="web"'], receiver: web, continue: true}
        - {matchers: [severity="warning"], receiver: chat}
    receivers:
      - name: 'null'
      - {name: pager, pagerduty_configs: [{routing_key_file: /run/secrets/key}]}
      - {name: web, webhook_configs: [{url: 'http://web/'}, {url: 'http://web-too/'}]}
      - {name: db, webhook_configs: [{url: 'http://db/'}]}
      - {name: chat, slack_configs: [{api_url_file: /run/secrets/url, channel: '#a'}]}
    inhibit_rules: [{source_match: {severity: critical}, target_match: {severity: warning}, equal: [job]}]
    time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '20:00', end_time: '24:00'}]}]}]
"""


def test_routes_take_the_same_alerts(tmp_path: Path) -> None:
    drafted = imported(tmp_path, alertmanager__yml=ROUTES)
    assert errors(drafted.spec, tmp_path) == []
    before = yaml.safe_load(textwrap.dedent(ROUTES))["route"]
    after = yaml.safe_load(generated(drafted.spec, "alertmanager.yml")["alertmanager.yml"])["route"]
    for severity, team in itertools.product(("critical", "warning", "info", ""), ("web", "db", "cache", "other", "")):
        labels = {"alertname": "A", "severity": severity, "team": team}
        told = [one for one in reached(before, labels) if one[0] != "null"]
        told = [one for name, mutes in told for one in ([("web-2", ())] if name == "web" else []) + [(name, mutes)]]
        assert [one for one in reached(after, labels) if "always" not in one[1]] == told, labels


RECEIVERS = """
    receivers:
      - name: 'null'
      - {name: a, webhook_configs: [{url: 'http://a/'}]}
      - {name: b, pagerduty_configs: [{routing_key_file: /run/secrets/key}]}
"""


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    """A tree of routes in which only those at its top continue: others have no list that means the same."""
    labels = draw(st.lists(st.sampled_from(("x", "y")), max_size=2, unique=True)) if depth else []
    values = st.sampled_from(('="1"', '!="1"', '=~"1|2"', '!~"2"', '=""', '=~".+"'))
    route = {
        "receiver": draw(st.sampled_from(("null", "a", "b"))),
        "matchers": [each + draw(values) for each in labels],
    }
    if depth == 1 and draw(st.booleans()):
        return {**route, "continue": True}
    below = draw(st.lists(trees(depth + 1), max_size=3)) if depth < 3 else []
    return {**({"receiver": route["receiver"]} if not depth else route), **({"routes": below} if below else {})}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(trees())
def test_any_tree_takes_the_same_alerts(tmp_path: Path, tree: dict[str, Any]) -> None:
    text = yaml.safe_dump({"route": tree}) + textwrap.dedent(RECEIVERS)
    drafted = imported(tmp_path, alertmanager__yml=text)
    assume(not any("only the first is kept" in note for note in drafted.notes))
    after = yaml.safe_load(generated(drafted.spec, "alertmanager.yml")["alertmanager.yml"])["route"]
    for x, y in itertools.product(("1", "2", "3", ""), repeat=2):
        labels = {"alertname": "A", "x": x, "y": y}
        told = [one for one in reached(tree, labels) if one[0] != "null"]
        assert [one for one in reached(after, labels) if "always" not in one[1]] == told, labels


def reached(route: dict[str, Any], labels: dict[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The receivers as Alertmanager finds them, each with the times in which it hears nothing."""
    found = []
    for child in route.get("routes", ()):
        if all(fits(matcher, labels) for matcher in matchers(child)):
            found += reached({"receiver": route["receiver"], **child}, labels)
            if not child.get("continue"):
                break
    return found or [(route["receiver"], tuple(route.get("mute_time_intervals", ())))]


def matchers(route: dict[str, Any]) -> list[str]:
    equal = [f'{name}="{value}"' for name, value in route.get("match", {}).items()]
    return [
        *equal,
        *(f'{name}=~"{value}"' for name, value in route.get("match_re", {}).items()),
        *route.get("matchers", ()),
    ]


def fits(matcher: str, labels: dict[str, str]) -> bool:
    found = re.fullmatch(r'(\w+)(=~|!~|!=|=)"(.*)"', matcher)
    assert found is not None
    value, wanted = labels.get(found[1], ""), found[3].replace("\\\\", "\\")
    same = re.fullmatch(wanted, value) is not None if found[2].endswith("~") else value == wanted
    return same != found[2].startswith("!")


def test_what_no_list_of_routes_says(tmp_path: Path) -> None:
    drafted = imported(tmp_path, alertmanager__yml=ROUTES)
    assert [note.partition(": ")[2] for note in said(drafted, tmp_path)] == [
        "`null` tells nobody: what comes here is always mute",
        "`null` tells nobody: what comes here is always mute",
        "`pager` gets aimon's own words for what it leaves to Alertmanager: `description`, `severity`",
        "a second integration of its kind: it becomes `web-2`",
        "`chat` gets aimon's own words for what it leaves to Alertmanager: `color`, `title`, `text`",
    ]


# --- dashboards ----------------------------------------------------------------------------------------------------


def test_variables_that_are_no_lists_leave_their_values(tmp_path: Path) -> None:
    variables = [
        {"name": "instance", "type": "query", "query": {"query": "label_values(up, instance)"}, "multi": True},
        {"name": "pod", "type": "query", "query": "query_result(x)", "label": "Pod"},
        {"name": "window", "type": "interval", "current": {"value": "10m"}},
        {"name": "source", "type": "datasource", "query": "prometheus"},
        {"name": "filter", "type": "adhoc"},
    ]
    panels = [
        {"type": "graph", "title": "In $window", "targets": [{"expr": 'rate(a_total{pod="$pod"}[$window])'}]},
        {"type": "logs", "title": "Logs", "datasource": {"type": "loki"}, "targets": [{"expr": '{a="b"}'}]},
        {"type": "graph", "title": "Odd", "targets": [{"expr": "rate(a_total[$filter])"}]},
        {"type": "text", "options": {"content": "Hello"}, "gridPos": {"w": 24, "h": 3, "x": 0, "y": 0}},
        {
            "type": "geomap",
            "title": "Map",
            "targets": [{"expr": "a", "legendFormat": "__auto"}, {"expr": "b", "hide": True}],
        },
    ]
    text = json.dumps({"title": "All", "templating": {"list": variables}, "panels": panels, "time": {"from": "now-1h"}})
    drafted = imported(tmp_path, board__json=text)
    assert drafted.spec["dashboards"] == {
        "all": {
            "title": "All",
            "time": "1h",
            "variables": {
                "instance": {"label": "instance", "of": "up"},
                "pod": {"label": "pod", "of": "a_total", "title": "Pod", "multi": False},
            },
            "rows": {
                "Overview": [
                    {"expr": 'rate(a_total{pod="$pod"}[10m])', "title": "In 10m", "type": "timeseries"},
                    {"type": "text", "width": 24, "height": 3, "content": "Hello"},
                    {"expr": "a", "title": "Map"},
                ]
            },
        }
    }
    assert sorted(note.partition(": ")[2] for note in said(drafted, tmp_path)) == [
        "`$filter` is left out: `.*` stands in its place",
        "`$pod` becomes the values of label_values(a_total, pod)",
        "`$source` is left out: the stack has one data source",
        "`$window` is left out: `10m` stands in its place",
        "`geomap` is left out: `Map` is drawn as suits its query",
        "the panel `Logs` is left out: it has no query that a spec can have",
        "the panel `Odd` is left out: it has no query that a spec can have",
        "this query is left out: it is hidden",
        "this query is left out: it is in LogQL",
        "this query is left out: it is no PromQL: `.` cannot be part of a plain name",
    ]
    assert errors(drafted.spec, tmp_path) == []


def test_a_dashboard_of_the_second_form(tmp_path: Path) -> None:
    query = {"kind": "DataQuery", "group": "prometheus", "spec": {"expr": 'up{job=~"$job"}', "legendFormat": "{{job}}"}}
    looks = {
        "fieldConfig": {
            "defaults": {"unit": "bool", "min": 0.0, "mappings": [{"type": "value", "options": {"1": {"text": "up"}}}]}
        }
    }
    panel = {
        "title": "Targets",
        "data": {
            "kind": "QueryGroup",
            "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "query": query}}]},
        },
        "vizConfig": {"kind": "VizConfig", "group": "stat", "spec": looks},
    }
    item = {
        "kind": "GridLayoutItem",
        "spec": {"width": 6, "height": 4, "element": {"kind": "ElementReference", "name": "p"}},
    }
    asked = {"kind": "DataQuery", "group": "prometheus", "spec": {"query": "label_values(up, job)"}}
    spec = {
        "title": "New",
        "elements": {"p": {"kind": "Panel", "spec": panel}},
        "layout": {"kind": "GridLayout", "spec": {"items": [item]}},
        "variables": [{"kind": "QueryVariable", "spec": {"name": "job", "multi": True, "query": asked}}],
    }
    text = json.dumps({"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "spec": spec})
    drafted = imported(tmp_path, board__json=text)
    assert drafted.spec["dashboards"]["new"] == {
        "title": "New",
        "variables": {"job": {"label": "job", "of": "up"}},
        "rows": {
            "Overview": [
                {
                    "expr": 'up{job=~"$job"}',
                    "title": "Targets",
                    "type": "stat",
                    "unit": "bool",
                    "legend": "{{job}}",
                    "min": 0,
                    "mappings": {"1": "up"},
                    "width": 6,
                    "height": 4,
                }
            ]
        },
    }
    assert (said(drafted, tmp_path), drafted.has_lost) == ([], False)


# --- expositions, and all together ---------------------------------------------------------------------------------

METRICS = '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 1\n'


def test_metrics_belong_to_the_service_that_their_file_is_named_after(tmp_path: Path) -> None:
    jobs = (f"{{job_name: {name}, static_configs: [{{targets: ['{name}:80']}}]}}" for name in ("web", "work"))
    config = f"scrape_configs: [{', '.join(jobs)}]"
    rules = "groups: [{name: alerts, rules: [{alert: A, expr: 'rate(jobs_total[5m]) > 1', labels: {severity: info}}]}]"
    drafted = imported(tmp_path, prometheus__yml=config, work__txt=METRICS, rules__yml=rules)
    assert "metrics" not in drafted.spec["services"]["web"]
    assert drafted.spec["services"]["work"]["metrics"]["jobs_total"]["type"] == "counter"
    assert "external" not in drafted.spec
    assert errors(drafted.spec, tmp_path) == []


def test_queries_know_values_that_were_not_there_to_be_seen(tmp_path: Path) -> None:
    drafted = imported(
        tmp_path,
        shop__txt="""
        # HELP tokens_total Tokens
        # TYPE tokens_total counter
        tokens_total{type="input",state="on"} 1
        tokens_total{type="output",state="off"} 1
        """,
        rules__yml="""
        groups:
          - name: a
            rules:
              - {record: 'a:tokens:rate5m', expr: 'sum(rate(tokens_total{type=~"input|cached",state="on"}[5m]))'}
        """,
    )
    (service,) = drafted.spec["services"].values()
    assert service["metrics"]["tokens_total"]["labels"] == {"type": 5, "state": ["off", "on"]}
    assert errors(drafted.spec, tmp_path) == []


def test_metrics_of_nobody_have_a_service_of_their_own(tmp_path: Path) -> None:
    drafted = imported(tmp_path, shop__prom=METRICS)
    assert drafted.spec["services"]["shop"]["targets"] == ["shop:8080"]
    assert said(drafted, tmp_path) == [
        "shop.prom:1:1: nobody says where this is exposed: the draft says shop:8080; put the address in its place"
    ]


def test_queries_tell_whose_metrics_they_are(tmp_path: Path) -> None:
    """The job that selectors name; a metric that shows no series has labels that nobody knows."""
    rules = "groups: [{name: recording, rules: [{record: 'a:b:c', expr: 'jobs_total{job=\"worker\"} / idle_total'}]}]"
    drafted = imported(tmp_path, rules__yml=rules, metrics__txt=f"{METRICS}# TYPE idle_total counter\n")
    assert drafted.spec["services"]["worker"]["targets"] == ["worker:8080"]
    assert drafted.spec["services"]["worker"]["metrics"].keys() == {"jobs_total"}
    assert drafted.spec["external"] == ["idle_total"]
    assert said(drafted, tmp_path)[1:] == [
        "metrics.txt:4:1: `idle_total` is left out: it shows no series, whose labels tell"
    ]
    assert errors(drafted.spec, tmp_path) == []


def test_a_draft_is_the_same_each_time_and_has_the_shape_of_a_spec(tmp_path: Path) -> None:
    files = {"rules__yml": RULES, "alertmanager__yml": ROUTES, "shop__prom": METRICS}
    drafted = imported(tmp_path, **files)
    assert page(drafted.spec) == page(imported(tmp_path, **files).spec)
    assert list(check_shape(yaml.safe_load(page(drafted.spec)))) == []
    assert yaml.safe_load(page(drafted.spec)) == drafted.spec


def test_objectives_stand_beside_the_rest(tmp_path: Path) -> None:
    slo = """
    apiVersion: openslo/v1
    kind: SLO
    metadata: {name: api}
    spec:
      indicator: {spec: {ratioMetric: {counter: true,
        bad: {metricSource: {type: Prometheus, spec: {query: 'errors_total'}}},
        total: {metricSource: {type: Prometheus, spec: {query: 'requests_total'}}}}}}
      objectives: [{target: 0.99}]
    """
    assert imported(tmp_path, slo__yml=slo).spec.keys() == {"slos"}
    drafted = imported(tmp_path, slo__yml=slo, rules__yml=RULES)
    assert drafted.spec["slos"]["api"]["objective"] == "99%"
    assert drafted.spec["external"] == ["errors_total", "node_load1", "requests_total"]
    assert errors(drafted.spec, tmp_path) == []


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_names_sections_that_there_are() -> None:
    root = Path(__file__).parent.parent
    schema = json.loads((root / "aimon/schemas/spec.schema.json").read_text())
    known = schema["properties"].keys() | schema["$defs"]["service"]["properties"].keys()
    table = (root / "docs/import.md").read_text().split("## What is said otherwise")[0]
    named = re.findall(r"^\|.*\| `(\w+)`[^|]*\|$", table, re.MULTILINE)
    assert len(named) == 8
    assert set(named) <= known
