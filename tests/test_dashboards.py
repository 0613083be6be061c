"""Dashboards are whole: full lines, stable ids, known units and variables, telling legends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from aimon.build import build
from aimon.build.dashboards import COLUMNS, SMALL, lay_out
from aimon.build.titles import words, words_of_alert, words_of_service
from aimon.expressions import result_type
from aimon.inputs import SPEC_FILE
from aimon.parse import parse
from aimon.pipeline import Options, compile_spec
from aimon.render import render
from aimon.sources import load
from aimon.stack import Panel, Stack
from aimon.units import is_grafana_unit

ROOT = Path(__file__).parent.parent
EVERY_PANEL = Path(__file__).parent / "grafana" / "every-panel.yaml"
SPECS = [*sorted(ROOT.glob(f"examples/*/{SPEC_FILE}")), EVERY_PANEL]
SPEC_SCHEMA = json.loads((ROOT / "aimon" / "schemas" / "spec.schema.json").read_text(encoding="utf-8"))

Json = dict[str, Any]

# What Grafana itself defines: https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
BUILT_IN = {"__rate_interval", "__interval", "__interval_ms", "__range", "__range_s", "__from", "__to"}


def stack_of(spec: Mapping[str, Any]) -> Stack:
    return build(parse(spec))


def files_of(stack: Stack) -> dict[str, Json]:
    """Every dashboard file, by path."""
    found = {artifact.path: artifact.text for artifact in render(stack)}
    return {path: json.loads(text) for path, text in found.items() if path.endswith(".json") and "dashboard" in path}


def board_of(spec: Mapping[str, Any], name: str = "main") -> Json:
    return files_of(stack_of(spec))[f"grafana/dashboards/{name}.json"]


def panels_of(board: Json) -> list[Json]:
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def compiled(path: Path) -> Stack:
    stack = compile_spec(path, Options(judged=False)).stack
    assert stack is not None
    return stack


STACKS = {f"{path.parent.name}/{path.stem}": compiled(path) for path in SPECS}
BOARDS = {f"{name}: {path}": board for name, stack in STACKS.items() for path, board in files_of(stack).items()}

every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS.keys())
every_stack = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS.keys())


# Places and names.


@every_board
def test_every_line_is_full_and_nothing_overlaps(board: Json) -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in board["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]
    height = max(y for _, y in taken) + 1
    assert len(taken) == COLUMNS * height, "there are holes"


@every_board
def test_ids_are_unique_and_fit_a_url(board: Json) -> None:
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    assert all(0 < number < 2**31 for number in ids)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", board["uid"])


@every_stack
def test_uids_and_titles_differ_within_a_stack(stack: Stack) -> None:
    assert len({board.uid for board in stack.dashboards}) == len(stack.dashboards)
    assert len({board.title for board in stack.dashboards}) == len(stack.dashboards)


@every_board
def test_every_variable_is_defined(board: Json) -> None:
    defined = {variable["name"] for variable in board["templating"]["list"]} | BUILT_IN
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(board["panels"])))
    assert used <= defined


@every_board
def test_every_unit_is_grafanas(board: Json) -> None:
    units = {panel["title"]: panel["fieldConfig"]["defaults"].get("unit", "none") for panel in panels_of(board)}
    assert {title: unit for title, unit in units.items() if not is_grafana_unit(unit)} == {}


@every_board
def test_queries_have_references_of_their_own(board: Json) -> None:
    for panel in panels_of(board):
        references = [target["refId"] for target in panel["targets"]]
        assert len(set(references)) == len(references)


@every_stack
def test_only_the_file_for_import_asks_for_the_data_source(stack: Stack) -> None:
    files = files_of(stack)
    imported, provisioned = files["grafana-dashboard.json"], files["grafana/dashboards/main.json"]
    assert [wanted["name"] for wanted in imported["__inputs"]] == ["datasource"]
    assert {panel["type"] for panel in panels_of(imported)} == {
        wanted["id"] for wanted in imported["__requires"] if wanted["type"] == "panel"
    }
    assert not any(key.startswith("__") for path in files if path.startswith("grafana/") for key in files[path])
    only_there = {"__inputs", "__elements", "__requires", "editable"}
    rest = {key: value for key, value in imported.items() if key not in only_there}
    assert rest == {key: value for key, value in provisioned.items() if key != "editable"}
    assert imported["editable"] is True
    assert provisioned["editable"] is False


# Panel ids: alerts link to them, so they may depend on names only.


def _ids(board: Json) -> dict[tuple[str, str], int]:
    """Panel ids by the titles of row and panel; a row's own by an empty panel title."""
    row, found = "", {}
    for panel in board["panels"]:
        row = panel["title"] if panel["type"] == "row" else row
        found[row, "" if panel["type"] == "row" else panel["title"]] = panel["id"]
    return found


def test_ids_stay_when_a_panel_or_a_row_comes_before() -> None:
    spec = load(EVERY_PANEL).value
    grown = deepcopy(spec)
    rows = grown["dashboards"]["main"]["rows"]
    rows["By metric"].insert(0, {"metric": "up", "title": "New"})
    grown["dashboards"]["main"]["rows"] = {"First": [{"expr": "up", "title": "Newer"}], **rows}
    before, after = _ids(board_of(spec)), _ids(board_of(grown))
    assert after.keys() - before.keys() == {("First", ""), ("First", "Newer"), ("By metric", "New")}
    assert {key: after[key] for key in before} == before


def test_ids_stay_when_panels_change_places() -> None:
    spec = load(EVERY_PANEL).value
    turned = deepcopy(spec)
    rows = turned["dashboards"]["main"]["rows"]
    turned["dashboards"]["main"]["rows"] = {title: panels[::-1] for title, panels in reversed(rows.items())}
    assert _ids(board_of(turned)) == _ids(board_of(spec))


# The language.


def test_every_panel_type_of_the_language_is_drawn() -> None:
    types = {panel["type"] for panel in panels_of(board_of(load(EVERY_PANEL).value))}
    assert types == set(SPEC_SCHEMA["$defs"]["panel"]["properties"]["type"]["enum"])


def test_what_has_no_data_has_no_queries() -> None:
    for panel in panels_of(board_of(load(EVERY_PANEL).value)):
        assert bool(panel["targets"]) == (panel["type"] not in ("text", "alertlist"))
        assert all(target["instant"] != target["range"] for target in panel["targets"])


@every_stack
def test_legends_use_labels_that_the_result_has(stack: Stack) -> None:
    for board in stack.dashboards:
        for panel in board.panels():
            for target in panel.targets:
                tree = target.expression.tree
                labels = result_type(tree, stack.catalogue).labels if tree is not None else None
                used = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", target.legend))
                assert labels is None or used <= labels, f"{panel.title}: {target.legend}"


@every_stack
def test_no_line_is_called_by_its_query(stack: Stack) -> None:
    """`__auto` is Grafana's last resort: it shows all labels, or the query where there are none."""
    for board in stack.dashboards:
        for panel in board.panels():
            told = [result_type(target.expression.tree, stack.catalogue).labels for target in panel.targets
                    if target.legend == "__auto" and target.expression.tree is not None]  # fmt: skip
            assert len(panel.targets) > 1 or all(labels is None for labels in told), panel.title


def test_the_derived_dashboard_shows_health_every_service_and_every_alert() -> None:
    board = board_of(load(ROOT / "examples" / "02-minimal" / SPEC_FILE).value)
    assert list(_ids(board)) == [
        ("Health", ""),
        ("Health", "Targets"),
        ("API", ""),
        ("API", "HTTP requests per second"),
        ("API", "HTTP request duration"),
        ("Alerts", ""),
        ("Alerts", "High error rate"),
    ]


# Panels.


def _panel(written: Json, targets: int = 1, metric: Json | None = None, alert: Json | None = None) -> Json:
    """The only panel of a dashboard, over the metric `m` of a job with so many targets."""
    declared = metric or {"type": "gauge", "help": "A measure"}
    service = {"targets": [f"job-{number}:1" for number in range(targets)], "metrics": {"m": declared}}
    spec: Json = {"aimon": 1, "services": {"job": service}, "dashboards": {"main": {"rows": {"Row": [written]}}}}
    if alert is not None:
        spec["alerts"] = {"A": {"for": "5m", "severity": "info", "summary": "It is", "action": "Look", **alert}}
    return panels_of(board_of(spec))[0]


def _legend(panel: Json) -> str:
    return str(panel["targets"][0]["legendFormat"])


def test_a_single_line_is_called_by_the_title_and_has_no_legend() -> None:
    panel = _panel({"metric": "m", "title": "Measure"})
    assert _legend(panel) == "Measure"
    assert panel["options"]["legend"]["showLegend"] is False


def test_several_targets_are_told_apart() -> None:
    panel = _panel({"metric": "m"}, targets=2)
    assert _legend(panel) == "{{instance}}"
    assert panel["options"]["legend"]["showLegend"] is True


@pytest.mark.parametrize(
    ("labels", "legend"),
    [({"queue": 5}, "{{queue}}"), ({"a": 2, "b": 2}, "{{a}} {{b}}"), ({"id": 9, "image": 9, "name": 9}, "{{name}}")],
)
def test_an_alert_is_told_apart_by_its_own_labels(labels: Json, legend: str) -> None:
    metric = {"type": "gauge", "help": "A measure", "labels": labels}
    assert _legend(_panel({"alert": "A"}, metric=metric, alert={"expr": "m", "above": 3})) == legend


def test_a_legend_that_is_written_stays() -> None:
    assert _legend(_panel({"expr": "sum(m)", "title": "T", "legend": "all of it"})) == "all of it"


def test_one_quantile_by_a_label_is_called_by_the_label() -> None:
    metric = {"type": "histogram", "help": "Time", "buckets": [1, 2], "labels": {"route": 3}}
    assert _legend(_panel({"metric": "m", "by": ["route"], "quantiles": [0.9]}, metric=metric)) == "{{route}}"
    assert _legend(_panel({"metric": "m", "by": ["route"]}, metric=metric)) == "p50 {{route}}"
    assert _legend(_panel({"metric": "m", "quantiles": [0.9]}, metric=metric)) == "p90"


@pytest.mark.parametrize("bound", ["above", "below"])
def test_the_line_of_a_bound_is_red_and_in_sight(bound: str) -> None:
    panel = _panel({"alert": "A"}, alert={"expr": "m", bound: 3})
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["thresholds"]["steps"] == [{"color": "green", "value": None}, {"color": "red", "value": 3}]
    assert defaults["custom"]["thresholdsStyle"] == {"mode": "dashed"}
    assert defaults["custom"]["axisSoftMax"] == 3


def test_a_number_below_its_bound_is_red() -> None:
    panel = _panel({"alert": "A", "type": "stat"}, alert={"expr": "m", "below": 3})
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["color"] for step in steps] == ["red", "green"]


@pytest.mark.parametrize(
    ("bound", "steps"),
    [(0, [("red", None), ("green", 1)]), (2, [("green", None), ("red", 2)])],
)
def test_what_must_not_equal_a_number_is_a_state(bound: int, steps: list[tuple[str, float | None]]) -> None:
    panel = _panel({"alert": "A"}, alert={"expr": "m", "equals": bound})
    assert panel["type"] == "state-timeline"
    assert [(step["color"], step["value"]) for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]] == steps


def test_good_and_bad_news_have_their_colours() -> None:
    metric = {"type": "counter", "help": "Requests", "labels": {"status": ["200", "404", "500"]}}
    overrides = _panel({"metric": "m"}, metric=metric)["fieldConfig"]["overrides"]
    colors = {
        value: override["properties"][0]["value"]["fixedColor"]
        for value in ("200", "302", "404", "503", "success", "error")
        for override in overrides
        if re.search(override["matcher"]["options"].strip("/"), value)
    }
    assert colors == {"200": "green", "302": "blue", "404": "orange", "503": "red", "success": "green", "error": "red"}


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (words("http_requests_total"), "HTTP requests"),
        (words("nodejs_eventloop_lag_p99_seconds"), "Node.js eventloop lag p99"),
        (words("total"), "Total"),
        (words_of_alert("HighAICallRate"), "High AI call rate"),
        (words_of_alert("lower"), "lower"),
        (words(""), ""),
        (words_of_service("order-api"), "Order API"),
        (words_of_service("-"), "-"),
    ],
)
def test_names_become_titles(said: str, title: str) -> None:
    assert said == title


# Layout.

types = some.sampled_from(["timeseries", "stat", "gauge", "bargauge", "table", "heatmap", "text", "alertlist"])
widths = some.one_of(some.just(0), some.integers(1, COLUMNS))
heights = some.one_of(some.just(0), some.integers(1, 20))


@some.composite
def _lists_of_panels(draw: some.DrawFn) -> list[Panel]:
    sizes = draw(some.lists(some.tuples(types, widths, heights), max_size=30))
    return [_empty(number, kind, width, height) for number, (kind, width, height) in enumerate(sizes)]


def _empty(number: int, kind: str, width: int = 0, height: int = 0) -> Panel:
    """A panel that shows nothing; a size of 0 is left to the layout."""
    return Panel(at=(), id=number, type=kind, title=str(number), description="", grid=(0, 0, width, height))


def _lines(panels: tuple[Panel, ...]) -> Iterator[list[Panel]]:
    for y in sorted({panel.grid[1] for panel in panels}):
        yield [panel for panel in panels if panel.grid[1] == y]


@given(panels=_lists_of_panels(), top=some.integers(0, 100))
def test_any_panels_fill_their_lines(panels: list[Panel], top: int) -> None:
    placed, below = lay_out(panels, top)
    assert [panel.id for panel in placed] == [panel.id for panel in panels]
    for line in _lines(placed):
        assert all(left.grid[0] + left.grid[2] == right.grid[0] for left, right in pairwise(line))
        assert line[0].grid[0] == 0
        assert sum(panel.grid[2] for panel in line) == COLUMNS
        assert {(panel.grid[1], panel.grid[3]) for panel in line} == {(top, line[0].grid[3])}
        assert all(panel.grid[2] > 0 and panel.grid[3] > 0 for panel in line)
        top += line[0].grid[3]
    assert below == top


@given(panels=_lists_of_panels())
def test_a_width_is_kept_but_for_the_last_of_a_line(panels: list[Panel]) -> None:
    placed, _ = lay_out(panels, 0)
    wanted = {panel.id: panel.grid[2] for panel in panels if panel.grid[2]}
    for line in _lines(placed):
        for panel in line[:-1]:
            assert panel.grid[2] == wanted.get(panel.id, panel.grid[2])


def test_few_small_panels_stand_beside_large_ones() -> None:
    kinds = ["stat", "stat", "state-timeline", "alertlist"]
    placed, below = lay_out([_empty(number, kind) for number, kind in enumerate(kinds)], 0)
    assert [panel.grid for panel in placed] == [(0, 0, 4, 8), (4, 0, 4, 8), (8, 0, 8, 8), (16, 0, 8, 8)]
    assert below == 8


def test_many_small_panels_have_a_line_of_their_own() -> None:
    assert {"stat", "gauge"} == SMALL
    placed, below = lay_out([*(_empty(number, "stat") for number in range(3)), _empty(3, "timeseries")], 0)
    assert [panel.grid for panel in placed] == [(0, 0, 8, 4), (8, 0, 8, 4), (16, 0, 8, 4), (0, 4, 24, 8)]
    assert below == 12


UNPLACED = """
services:
  api:
    targets: ["api:8080"]
    metrics:
      requests_total: {type: counter, help: Requests, labels: {code: ["200", "500"]}}
      queue_length: {type: gauge, help: Jobs that wait}
      llm_usd_total: {type: counter, help: Money, unit: USD, labels: {model: 5}}
alerts:
  QueueTooLong: {expr: sum(queue_length), above: 100, for: 5m, summary: Too many jobs wait, action: Add a worker}
slos:
  availability: {objective: 99%, errors: 'requests_total{code="500"}', total: requests_total}
llm_costs:
  chat: {cost: llm_usd_total, budget: {day: $10}}
notifications: {receivers: {team: {webhook: {url: "http://pager:8080/"}}}}
"""


def unplaced(tmp_path: Path, dashboards: str) -> Stack:
    (tmp_path / "aimon.yaml").write_text(UNPLACED + dashboards)
    stack = compile_spec(tmp_path / "aimon.yaml", Options(judged=False)).stack
    assert stack is not None
    assert all(alert.panels for alert in stack.alerts())
    return stack


@pytest.mark.parametrize(
    "dashboards",
    ["", "dashboards: {other: {rows: {R: [{metric: up}]}}, main: {rows: {R: [{metric: requests_total}]}}}"],
)
def test_what_nobody_placed_is_on_the_main_dashboard(tmp_path: Path, dashboards: str) -> None:
    stack = unplaced(tmp_path, dashboards)
    rows = {row.title: [panel.alert or panel.title for panel in row.panels] for row in stack.main_dashboard.rows}
    assert "Availability: budget left" in rows["SLOs"]
    assert rows["Cost of chat"] == ["ChatSpendingFast", "ChatDailyBudgetSpent", "Spend per hour"]
    assert rows["Alerts"] == ["QueueTooLong"]


def test_a_panel_of_what_an_alert_reads_will_do(tmp_path: Path) -> None:
    """Nobody wants the same line twice."""
    stack = unplaced(tmp_path, "dashboards: {main: {rows: {R: [{metric: queue_length}, {metric: up}]}}}")
    assert "Alerts" not in [row.title for row in stack.main_dashboard.rows]
    links = {alert.name: [link.panel for link in alert.panels] for alert in stack.alerts()}
    assert links["QueueTooLong"] == ["Queue length"]
    assert links["ChatDailyBudgetNearlySpent"][0] == "Spent in a day"
    assert links["TargetDown"] == ["Up"]


def test_what_is_placed_is_not_placed_again(tmp_path: Path) -> None:
    panels = "[{alert: QueueTooLong}, {alert: TargetDown}, {slo: availability}, {llm_cost: chat}]"
    stack = unplaced(
        tmp_path, f"dashboards: {{one: {{rows: {{R: [{{metric: up}}]}}}}, two: {{rows: {{R: {panels}}}}}}}"
    )
    assert [row.title for board in stack.dashboards[:2] for row in board.rows] == ["R", "R"]


def test_names_in_quotes_are_quoted_in_queries(tmp_path: Path) -> None:
    """Since Prometheus 3 a name may be any text; queries have it in quotes, legends as it is."""
    spec = tmp_path / "aimon.yaml"
    spec.write_text(
        "prometheus: {version: '3.5'}\n"
        "services:\n  api: {targets: ['a:1'], metrics: {http.requests: {type: counter, labels: {http.status: [a, b]}}}"
        "}\n"
        "dashboards:\n  main:\n    variables: {v: {label: job, of: http.requests}}\n"
        "    rows: {Work: [{metric: http.requests}]}\n"
    )
    stack = build(parse(load(spec).value))
    (target,) = next(stack.dashboards[0].panels()).targets
    assert target.expression.text == ('sum by ("http.status") (rate({"http.requests", job="api"}[$__rate_interval]))')
    assert target.expression.tree is not None
    assert target.legend == "{{http.status}}"
    assert stack.dashboards[0].variables[0].query == 'label_values({"http.requests"}, job)'


def test_the_names_of_several_jobs_can_be_read_again(tmp_path: Path) -> None:
    """What a regular expression escapes, a string of PromQL may not: `\\-` is an unknown escape sequence."""
    spec = tmp_path / "aimon.yaml"
    metrics = "metrics: {queue_length: {type: gauge}}"
    spec.write_text(
        f"services:\n  api-a: {{targets: ['a:1'], {metrics}}}\n  b.c: {{targets: ['b:1'], {metrics}}}\n"
        "dashboards: {main: {rows: {Work: [{metric: queue_length}]}}}\n"
    )
    (target,) = next(build(parse(load(spec).value)).dashboards[0].panels()).targets
    assert target.expression.text == 'queue_length{job=~"api-a|b[.]c"}'
    assert target.expression.problem is None


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ({"api": {}}, ""),
        ({"api": {"packs": ["python"]}}, 'process_start_time_seconds{job="api"} * 1000'),
        (
            {"api": {"packs": ["python"]}, "b.c": {"packs": ["python"]}},
            'process_start_time_seconds{job=~"api|b[.]c"} * 1000',
        ),
    ],
)
def test_deployments_are_marked_where_a_process_says_when_it_started(
    tmp_path: Path, services: dict[str, dict[str, Any]], expected: str
) -> None:
    spec = {"services": {name: {"targets": [f"{name}:80"], **said} for name, said in services.items()}}
    (tmp_path / "aimon.yaml").write_text(yaml.safe_dump(spec))
    result = compile_spec(tmp_path / "aimon.yaml", Options(judged=False))
    assert result.stack is not None
    assert result.stack.deployments == expected
    boards = [json.loads(one.text) for one in result.artifacts if one.path.endswith("dashboards/main.json")]
    marks = [mark["expr"] for board in boards for mark in board["annotations"]["list"] if mark["name"] == "Deployments"]
    assert marks == [expected] * bool(expected)
