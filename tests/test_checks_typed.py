"""The checks over typed expressions: each defect is found by its check alone, at the right characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimon.checks import INFO
from aimon.diagnostic import Diagnostic
from aimon.pipeline import Options, compile_spec

SERVICES = """
services:
  gateway:
    targets: ['gateway:8080', 'gateway2:8080']
    scrape_interval: 15s
    metrics:
      ai_requests_total: {type: counter, labels: {model: [opus, haiku], team: [web, data], status: [ok, error]}}
      ai_tokens_total: {type: counter, unit: tok, labels: {model: [opus, haiku], team: [web, data]}}
      ai_cost_usd_total: {type: counter, unit: USD, labels: {model: [opus, haiku], team: [web, data]}}
      ai_budget_usd: {type: gauge, unit: USD, labels: {team: [web, data]}, range: [0, 10000]}
      ai_active_sessions: {type: gauge, labels: {model: [opus, haiku]}}
      ai_queue_wait: {type: gauge, unit: ms}
      ai_acceptance_ratio: {type: gauge, range: [0, 1]}
      ai_request_duration_seconds: {type: histogram, labels: {model: [opus, haiku]}, buckets: [0.5, 1, 5, 30]}
      ai_model_info: {type: info, labels: {model: [opus, haiku], version: 20}}
"""
BUCKETS = "ai_request_duration_seconds_bucket[5m]"
P95 = f"histogram_quantile(0.95, sum by (le) (rate({BUCKETS})))"


def found(folder: Path, rules: str) -> list[tuple[str, str]]:
    """The checks above info, each with the text under its caret."""
    (folder / "aimon.yaml").write_text(f"{SERVICES}{rules}", encoding="utf-8")
    diagnostics = compile_spec(folder / "aimon.yaml", Options(judged=False)).diagnostics
    return [(each.check, marked(each)) for each in diagnostics if each.level != INFO]


def marked(diagnostic: Diagnostic) -> str:
    place = diagnostic.located.place
    end = place.end_column - 1 if place.line == place.end_line else None
    return diagnostic.located.line[place.column - 1 : end]


def recording(expr: str) -> str:
    """A recording rule of an expression, whose name promises nothing."""
    return f"recording_rules:\n  job:ai:mixed:\n    expr: |\n      {expr}\n"


def alert(expr: str, rest: str = "") -> str:
    """An alert that lacks nothing."""
    return f"alerts:\n  Odd:\n    expr: |\n      {expr}\n    for: 5m\n    summary: Odd\n    action: Look\n{rest}"


@pytest.mark.parametrize(
    ("expr", "check", "text"),
    [
        ('rate(ai_requests_total{env="prod"}[5m])', "unknown-label", "env"),
        ("sum by (model, env) (rate(ai_requests_total[5m]))", "unknown-label", "env"),
        ("sum(rate(ai_requests_total[5m])) without (env)", "unknown-label", "env"),
        ("sum by (team) (sum by (model) (rate(ai_requests_total[5m])))", "unknown-label", "team"),
        ("rate(ai_tokens_total[5m]) * ignoring (env, team) group_left () ai_active_sessions", "unknown-label", "env"),
        (
            "ai_active_sessions * on (instance, model) group_left (region) ai_model_info",
            "unknown-label",
            "region",
        ),
        ('rate(ai_requests_total{status="500"}[5m])', "unknown-value", 'status="500"'),
        ('rate(ai_requests_total{status!="ok", model=~"gpt.*"}[5m])', "unknown-value", 'model=~"gpt.*"'),
        ("rate(ai_active_sessions[5m])", "rate-of-gauge", "rate"),
        ("increase(rate(ai_requests_total[5m])[10m:])", "rate-of-gauge", "increase"),
        ("sum(ai_requests_total)", "raw-counter", "ai_requests_total"),
        ("max_over_time(ai_tokens_total[5m])", "raw-counter", "ai_tokens_total"),
        (f"histogram_quantile(0.95, sum by (le) ({BUCKETS[:-4]}))", "raw-counter", BUCKETS[:-4]),
        ("rate(sum(ai_requests_total)[5m:])", "rate-of-sum", "rate"),
        ("delta(ai_tokens_total[5m])", "delta-of-counter", "delta"),
        (f"histogram_quantile(0.95, sum by (model) (rate({BUCKETS})))", "le-lost", "sum"),
        ("histogram_quantile(0.95, rate(ai_requests_total[5m]))", "le-lost", "ai_requests_total"),
        (f"histogram_quantile(95, sum by (le) (rate({BUCKETS})))", "quantile-range", "95"),
        ("quantile(-1, ai_active_sessions)", "quantile-range", "-1"),
        ("sum by (model) (rate(ai_cost_usd_total[5m])) / on (team) ai_budget_usd", "join-labels", "team"),
        ("ai_active_sessions / ai_acceptance_ratio", "join-labels", "/"),
        ("rate(ai_tokens_total[5m]) / on (team, instance) ai_budget_usd", "missing-group-left", "/"),
        (
            "sum(rate(ai_requests_total[5m])) or sum(rate(ai_tokens_total[5m]))",
            "or-hides",
            "sum(rate(ai_tokens_total[5m]))",
        ),
        (f"ai_queue_wait > on () group_left () {P95}", "unit-mismatch", ">"),
        ("sum(ai_budget_usd) - sum(increase(ai_tokens_total[1h]))", "unit-mismatch", "-"),
        ("ai_acceptance_ratio > 30", "empty", ">"),
        # One cause is told once: what is joined on a label that does not exist, and a second time by the same name.
        ("rate(ai_requests_total[5m]) / on (env) rate(ai_tokens_total[5m])", "unknown-label", "env"),
        ("sum by (model) (ai_budget_usd) / on (model) sum by (model) (ai_active_sessions)", "unknown-label", "model"),
        ("sum by (env) (ai_active_sessions) / sum by (model) (ai_active_sessions)", "unknown-label", "env"),
        ("ai_budget_usd / on (env) sum by (env) (ai_active_sessions)", "unknown-label", "env"),
        ("topk(0, ai_active_sessions)", "empty", "topk(0, ai_active_sessions)"),
    ],
)
def test_each_defect_is_found_once(expr: str, check: str, text: str, tmp_path: Path) -> None:
    assert found(tmp_path, recording(expr)) == [(f"promql/{check}", text)]


@pytest.mark.parametrize(
    ("rules", "check", "text"),
    [
        (alert(f"{P95} > 60"), "never-fires", ">"),
        (alert(P95, "    above: 60s\n"), "never-fires", "60s"),
        (alert("count(ai_active_sessions) < 1"), "never-fires", "<"),
        (alert("ai_acceptance_ratio > 1"), "never-fires", ">"),
        (alert("ai_acceptance_ratio < 30"), "always-fires", "<"),
        (alert("sum(rate(ai_requests_total[5m])) >= 0"), "always-fires", ">="),
    ],
)
def test_each_alert_that_cannot_change_is_found(rules: str, check: str, text: str, tmp_path: Path) -> None:
    assert found(tmp_path, rules) == [(f"alert/{check}", text)]


@pytest.mark.parametrize(
    "expr",
    [
        'sum by (model) (rate(ai_requests_total{status=~"error|failed"}[5m]))',
        "sum by (team) (increase(ai_cost_usd_total[1h])) > on (team) sum by (team) (ai_budget_usd) * 0.8",
        P95,
        f"histogram_quantile(0.95, sum without (instance) (rate({BUCKETS})))",
        "rate(ai_request_duration_seconds_sum[5m]) / rate(ai_request_duration_seconds_count[5m])",
        "ai_active_sessions * on (instance, model) group_left (version) ai_model_info",
        "absent(ai_requests_total) or changes(ai_tokens_total[1h]) > 5",
        "ai_active_sessions unless on (instance, model) ai_requests_total",
        "sum(rate(ai_requests_total[5m])) or vector(0)",
        "(sum(ai_active_sessions) and count(up) < 3) or sum(ai_budget_usd)",
        "ai_queue_wait / 1000 > on () group_left () " + P95,
        'rate(ai_requests_total{model="$model"}[5m])',
        "deriv(ai_active_sessions[10m]) > 0",
        "count by (team) (ai_requests_total)",
        "predict_linear(ai_budget_usd[1h], 3600) < 0",
    ],
)
def test_good_expressions_are_left_alone(expr: str, tmp_path: Path) -> None:
    assert found(tmp_path, recording(expr)) == []


@pytest.mark.parametrize(
    "expr", ["count(ai_active_sessions > 5) > 0", "absent(ai_active_sessions) == 1", "ai_model_info == 1"]
)
def test_an_alert_on_what_is_there_is_left_alone(expr: str, tmp_path: Path) -> None:
    assert found(tmp_path, alert(expr)) == []


def test_an_unknown_metric_is_only_that(tmp_path: Path) -> None:
    expr = 'rate(ai_request_total{env="prod"}[5m]) / on (team) ai_budgt'
    assert {check for check, _ in found(tmp_path, recording(expr))} == {"promql/unknown-metric"}
