"""OpenSLO: what becomes an SLO of ours, what is lost and where, and a file that a spec includes."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from aimon.cli import command_line
from aimon.document import parse_yaml_stream
from aimon.gates import check_shape
from aimon.openslo import Carried, carry
from aimon.pipeline import Options, compile_spec

SERVICE = """
aimon: 1
services:
  api:
    targets: ["api:8080"]
    metrics:
      requests_total: {type: counter, help: Requests, labels: {code: 12, zone: 3}}
      request_seconds: {type: histogram, help: Time, buckets: [0.1, 1, 10]}
notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""


def slo(indicator: str, objective: str = "target: 0.999", more: str = "", labels: str = "{}") -> str:
    return textwrap.dedent(f"""
        apiVersion: openslo/v1
        kind: SLO
        metadata: {{name: API Requests, displayName: The API answers, labels: {labels}}}
        spec:
          service: shop
          timeWindow: [{{duration: 28d, isRolling: true}}]
          budgetingMethod: Occurrences
          {indicator}
          objectives: [{{{objective}}}]
          {more}
        """)


def ratio(good: str, total: str, kind: str = "good", more: str = "") -> str:
    sources = (
        f"{key}: {{metricSource: {{type: Prometheus, spec: {{query: '{query}'}}}}}}"
        for key, query in ((kind, good), ("total", total))
    )
    return f"indicator: {{spec: {{ratioMetric: {{{more}{', '.join(sources)}}}}}}}"


EVENTS = ratio('requests_total{code=~"5.."}', "requests_total", "bad", "counter: true, ")


def carried(*texts: str) -> Carried:
    return carry(parse_yaml_stream("\n---\n".join(texts), "slo.yaml"))


def only(*texts: str) -> dict[str, Any]:
    result = carried(*texts)
    assert [str(note) for note in result.notes] == []
    (made,) = result.slos.values()
    return made


# --- indicators ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "counter", "by"),
    [
        ("requests_total", "requests_total", None),
        ("sum(requests_total)", "requests_total", None),
        ("sum(rate(requests_total[5m]))", "requests_total", None),
        ("sum(rate(requests_total[{{.window}}]))", "requests_total", None),
        ("sum(increase(requests_total{zone=\"a\"}[$window]))", 'requests_total{zone="a"}', None),
        ("sum by (zone) (rate(requests_total[1m]))", "requests_total", ["zone"]),
    ],
)  # fmt: skip
def test_counters_lose_their_rates_and_windows(query: str, counter: str, by: list[str] | None) -> None:
    made = only(slo(ratio(query, query)))
    assert (made["good"], made["total"], made.get("by")) == (counter, counter, by)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("rate(a[5m]) + rate(b[5m])", "more than one counter"),
        ("sum without (zone) (rate(a[5m]))", "more than one counter"),
    ],
)
def test_other_queries_become_a_ratio(query: str, note: str) -> None:
    result = carried(slo(ratio(query, "sum(rate(a[5m]))")))
    assert result.slos["api-requests"]["ratio"] == f"1 - ({query}) / (sum(rate(a[5m])))"
    assert note in str(result.notes[0])


@pytest.mark.parametrize(
    ("indicator", "objective", "expected"),
    [
        ("raw: {metricSource: {spec: {query: good_ratio}}}, rawType: success", "target: 0.9", "1 - (good_ratio)"),
        ("raw: {metricSource: {spec: {query: bad_ratio}}}, rawType: failure", "target: 0.9", "bad_ratio"),
    ],
)
def test_raw_ratios(indicator: str, objective: str, expected: str) -> None:
    assert only(slo(f"indicator: {{spec: {{ratioMetric: {{{indicator}}}}}}}", objective))["ratio"] == expected


@pytest.mark.parametrize(("op", "bad"), [("lte", ">"), ("lt", ">="), ("gte", "<"), ("gt", "<=")])
def test_a_threshold_is_broken_or_not(op: str, bad: str) -> None:
    indicator = "indicator: {spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: load}}}}}"
    assert only(slo(indicator, f"target: 0.95, op: {op}, value: 0.5"))["ratio"] == f"(load) {bad} bool 0.5"


def test_an_indicator_may_stand_in_another_document() -> None:
    sli = (
        "apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: answers}\nspec: "
        + EVENTS.removeprefix("indicator: {spec: ")[:-1]
    )
    assert only(slo("indicatorRef: answers"), sli)["errors"] == 'requests_total{code=~"5.."}'


# --- the rest --------------------------------------------------------------------------------------------------------


def test_objective_window_and_labels() -> None:
    made = only(slo(EVENTS, "targetPercent: 99.95", labels="{tier: [gold], team: core}"))
    assert made["objective"] == "99.95%"
    assert made["window"] == "28d"
    assert made["labels"] == {"service": "shop", "tier": "gold", "team": "core"}
    assert made["description"] == "The API answers"


def test_each_objective_is_an_slo() -> None:
    result = carried(slo(EVENTS, "target: 0.99, displayName: Good}, {target: 0.999"))
    assert {name: made["objective"] for name, made in result.slos.items()} == {
        "api-requests-good": "99%",
        "api-requests-2": "99.9%",
    }


def test_policies_change_the_alerts_that_look_back_as_far() -> None:
    policy = """
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: fast}
spec:
  alertWhenNoData: false
  conditions:
    - {kind: AlertCondition, spec: {severity: page, condition: {kind: burnrate, threshold: 10, lookbackWindow: 1h}}}
    - {kind: AlertCondition, spec: {severity: page, condition: {kind: burnrate, threshold: 2, lookbackWindow: 12h}}}
"""
    result = carried(slo(EVENTS, more="alertPolicies: [{alertPolicyRef: fast}]"), policy)
    assert result.slos["api-requests"]["alerts"] == {
        "no_events": False,
        "1h": {"budget": "1.4881%", "severity": "page"},
    }
    assert [note.message for note in result.notes] == [
        "a condition that looks back 12h: alerts look back 1h, 6h, 1d or 3d"
    ]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (slo(EVENTS, "displayName: x"), "has no target"),
        (slo("indicatorRef: elsewhere"), "there is no SLI `elsewhere`"),
        (slo(EVENTS.replace("Prometheus", "Datadog")), "a query for Datadog"),
        (slo(ratio("sum(", "a")), "this is no PromQL"),
        (slo(ratio("a + b", "a", more="counter: true, ")), "more than one counter"),
        (slo("thresholdMetric: {}"), "no query"),
        (slo("description: nothing counts"), "no `ratioMetric`"),
    ],
)
def test_what_cannot_be_an_slo_is_left_out_and_said(text: str, note: str) -> None:
    result = carried(text)
    assert result.slos == {}
    assert len(result.left_out) == 1
    assert note in str(result.notes[0])
    assert str(result.notes[0]).startswith("slo.yaml:")


def test_what_is_carried_otherwise_is_said() -> None:
    text = slo(EVENTS, labels="{severity: x, not-a-label: y}").replace("isRolling: true", "isRolling: false")
    notes = [note.message for note in carried(text.replace("Occurrences", "Timeslices").replace("28d", "1M")).notes]
    assert any("calendar" in note for note in notes)
    assert any("slices" in note for note in notes)
    assert sum("label" in note for note in notes) == 2
    assert carried(text.replace("28d", "1M")).slos["api-requests"]["window"] == "30d"


def test_the_older_version_is_read_too() -> None:
    text = """
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: answers}
spec:
  service: shop
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
      ratioMetrics:
        good: {source: prometheus, queryType: promql, query: 'sum(rate(requests_total{code!~"5.."}[{{.window}}]))'}
        total: {source: prometheus, queryType: promql, query: 'sum(rate(requests_total[{{.window}}]))'}
  timeWindows: [{count: 30, unit: Day}]
"""
    made = only(text)
    assert (made["good"], made["total"], made["window"]) == ('requests_total{code!~"5.."}', "requests_total", "30d")


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 10**30), st.floats(), st.text(max_size=5), st.just([]), st.just({})
)


def replaced(value: Any, steps: list[int], odd: Any) -> Any:
    """The value with something odd deep within."""
    if not steps or not isinstance(value, (dict, list)) or not value:
        return odd
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[steps[0] % len(keys)]
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(value[key], steps[1:], odd)
    return copy


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9), ODD, st.booleans())
def test_odd_objects_are_no_crash(steps: list[int], odd: Any, is_policy: bool) -> None:
    """Whatever stands where: SLOs of the right shape come out, or notes."""
    policy = "{conditions: [{spec: {condition: {kind: burnrate, threshold: 10, lookbackWindow: 1h}}}]}"
    texts = [slo(EVENTS, more=f"alertPolicies: [{{spec: {policy}}}]" if is_policy else "")]
    value = replaced(yaml.safe_load(texts[0]), steps, odd)
    documents = parse_yaml_stream(json.dumps(value, default=str), "slo.json")
    result = carry([documents[0]] if documents else [])
    assert not list(check_shape({"slos": result.slos}))
    assert result.slos or result.notes or not isinstance(value, dict) or value.get("kind") != "SLO"


# --- from the command line and from a spec ---------------------------------------------------------------------------


def test_import_prints_a_part_of_a_spec(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(slo(EVENTS, labels="{not-a-label: y}"))
    result = CliRunner().invoke(command_line(), ["import", str(tmp_path / "slo.yaml")])
    assert result.exit_code == 0
    part = yaml.safe_load(result.stdout)
    assert part["slos"]["api-requests"]["objective"] == "99.9%"
    assert "`not-a-label`" in result.stderr
    (tmp_path / "aimon.yaml").write_text(SERVICE + result.stdout)
    assert not compile_spec(tmp_path / "aimon.yaml", Options(judged=False)).diagnostics


def test_import_writes_a_file_but_over_none(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(slo(EVENTS))
    command = ["import", str(tmp_path / "slo.yaml"), "--out", str(tmp_path / "slos.yaml")]
    assert CliRunner().invoke(command_line(), command).exit_code == 0
    assert "api-requests" in (tmp_path / "slos.yaml").read_text()
    again = CliRunner().invoke(command_line(), command)
    assert (again.exit_code, "exists" in again.stderr) == (2, True)


def test_import_fails_where_an_slo_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(slo("indicatorRef: elsewhere"))
    assert CliRunner().invoke(command_line(), ["import", str(tmp_path / "slo.yaml")]).exit_code == 1
    (tmp_path / "other.yaml").write_text("a: 1\n")
    assert CliRunner().invoke(command_line(), ["import", str(tmp_path / "other.yaml")]).exit_code == 2


def test_a_spec_includes_it(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(
        slo(EVENTS) + "---\n" + slo(ratio("a", "reqests_total")).replace("API Requests", "Other")
    )
    (tmp_path / "aimon.yaml").write_text("include: [slo.yaml]\n" + SERVICE)
    result = compile_spec(tmp_path / "aimon.yaml", Options(judged=False))
    assert result.stack is not None
    assert [each.name for each in result.stack.slos] == ["api-requests", "other"]
    unknown = {
        each.message.split("`")[1]: each.located for each in result.diagnostics if each.check == "promql/unknown-metric"
    }
    assert unknown.keys() == {"a", "reqests_total"}
    assert all(place.path.endswith("slo.yaml") for place in unknown.values())
    line = (tmp_path / "slo.yaml").read_text().splitlines()[unknown["a"].place.line - 1]
    assert "query: 'a'" in line


def test_a_spec_does_not_lose_an_slo_silently(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(slo("indicatorRef: elsewhere"))
    (tmp_path / "aimon.yaml").write_text("include: [slo.yaml]\n" + SERVICE)
    (found,) = compile_spec(tmp_path / "aimon.yaml", Options(judged=False)).diagnostics
    assert (found.check, found.message) == ("spec/unreadable", "there is no SLI `elsewhere` in these files")
    assert found.located.path.endswith("slo.yaml")


def test_a_spec_that_includes_it_says_what_is_lost(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(slo(EVENTS, labels="{not-a-label: y}"))
    (tmp_path / "aimon.yaml").write_text("include: [slo.yaml]\n" + SERVICE)
    assert any("`not-a-label`" in note for note in compile_spec(tmp_path / "aimon.yaml", Options(judged=False)).notes)
