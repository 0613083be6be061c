"""Alerts are solved backwards, on a table of conditions as people write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from aimon.build import build
from aimon.parse import parse
from aimon.prove import Solution, Unproven, memory, solve
from aimon.prove.notation import labelled
from aimon.stack import Stack

METRICS: dict[str, Any] = {
    "http_requests_total": {"type": "counter", "labels": {"status": ["200", "404", "500"], "route": 10}},
    "jobs_failed_total": {"type": "counter"},
    "jobs_total": {"type": "counter"},
    "latency_seconds": {"type": "histogram", "buckets": [0.1, 0.5, 1, 5], "labels": {"route": 10}},
    "queue_depth": {"type": "gauge", "range": [0, None], "labels": {"queue": 5}},
    "queue_limit": {"type": "gauge", "range": [0, None], "labels": {"queue": 5}},
    "temperature": {"type": "gauge"},
    "cache_hit_ratio": {"type": "gauge", "range": [0, 1]},
    "db_up": {"type": "gauge", "range": [0, 1]},
    "disk_free_bytes": {"type": "gauge", "range": [0, None], "labels": {"mountpoint": 5, "fstype": 5}},
    "backup_last_success_timestamp_seconds": {"type": "gauge"},
    "heap_bytes": {"type": "gauge"},
    "build_info": {"type": "info", "labels": {"version": 3}},
}
RECORDED = {
    "job:failed:ratio5m": {"expr": "sum by (job) (rate(jobs_failed_total[5m])) / sum by (job) (rate(jobs_total[5m]))"}
}

# Conditions with the value near which they must turn; None where there is no such value.
SOLVABLE = [
    ("queue_depth > 100", 100),
    ("queue_depth < 3", 3),
    ("temperature < -5", -5),
    ("cache_hit_ratio < 0.8", 0.8),
    ("db_up == 0", 0),
    ("db_up != 1", 1),
    ("queue_depth >= 0.9 * queue_limit", None),
    ("100 * queue_depth / (queue_limit > 0) > 90", 90),
    ("queue_depth / on (job, instance, queue) group_left (version) (queue_limit > 0) > 0.5", 0.5),
    ("rate(jobs_failed_total[5m]) > 0.1", 0.1),
    ("increase(jobs_failed_total[10m]) > 5", 5),
    ("increase(jobs_failed_total[1h]) > 0", None),
    ("irate(jobs_total[5m]) < 1", 1),
    ("sum by (job) (rate(jobs_total[5m])) == 0", 0),
    ('sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05', 0.05),
    ('1 - sum(rate(http_requests_total{status!~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.01', 0.01),
    ("job:failed:ratio5m > 0.2", 0.2),
    ("avg_over_time(job:failed:ratio5m[30m]) > 0.2", 0.2),
    ("rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m]) > 2", 2),
    ("histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 1", 1),
    ('sum(rate(latency_seconds_bucket{le="0.5"}[5m])) / sum(rate(latency_seconds_count[5m])) < 0.9', 0.9),
    ("job:failed:ratio5m > 0.2 and on (job) sum by (job) (rate(jobs_total[5m])) > 1", None),
    ("queue_depth > 100 unless on (job) temperature > 50", None),
    ("queue_depth > 100 or temperature > 50", None),
    ("predict_linear(disk_free_bytes[6h], 4 * 3600) < 0", 0),
    ("deriv(queue_depth[30m]) > 1", 1),
    ("delta(temperature[1h]) > 10", 10),
    ("absent(db_up)", None),
    ('absent_over_time(db_up{job="app"}[10m])', None),
    ("queue_depth unless on (queue) queue_limit", None),
    ("time() - backup_last_success_timestamp_seconds > 86400", 86400),
    ("changes(temperature[30m]) > 3", None),
    ("resets(jobs_total[1h]) > 2", None),
    ("max_over_time(queue_depth[10m]) > 7", 7),
    ("avg_over_time(cache_hit_ratio[10m]) < 0.5", 0.5),
    ("vector(scalar(sum(queue_depth)) > bool 3) == 1", None),
    ("vector(scalar(sum(queue_depth))) > 3", 3),
    ('disk_free_bytes{fstype!~"tmpfs|overlay",mountpoint=~"/.+"} < 1e9', 1e9),
    ("queue_depth", None),
    ("count(queue_depth > 10) > 12", 12),
    ("count by (job) (db_up == 1) < 8", 8),
    ("queue_depth / queue_limit < 0.03 and queue_limit > 500 unless on (job) temperature == 1 unless db_up == 1", None),
    ("abs(temperature) > 40", 40),
    ("temperature > 10 and temperature < 20", None),
]

# What compares one time with another: the past is shown first, and no steady series make it fire.
COMPARING = [
    "sum(rate(jobs_total[1h])) / (sum(rate(jobs_total[1d] offset 1h)) > 0) > 3 and sum(increase(jobs_total[1h])) > 2",
    "sum(rate(jobs_total[5m])) < 0.5 * sum(rate(jobs_total[5m] offset 1w))",
    "abs(job:failed:ratio5m - job:failed:ratio5m offset 1d) > 0.3",
    "queue_depth - queue_depth offset 1h > 100",
    "absent(db_up) and on () (db_up offset 1h)",
    "build_info offset 1h unless build_info",
]


def stack_of(condition: str, **more: Any) -> Stack:
    """A stack with one alert."""
    return build(
        parse(
            {
                "services": {"app": {"targets": ["app:8080"], "metrics": METRICS}},
                "recording_rules": RECORDED,
                "alerts": {"A": {"expr": condition, **more}},
                "self_monitoring": False,
            }
        )
    )


@pytest.mark.parametrize(("condition", "bound"), SOLVABLE)
def test_what_can_be_solved_is(condition: str, bound: float | None) -> None:
    stack = stack_of(condition)
    found = solve(next(stack.alerts()), stack)
    assert isinstance(found, Solution), found
    assert found.fires != found.silent or found.absent
    if bound is not None:
        assert found.border is not None
        assert found.border.bound == pytest.approx(bound)
        for value in (found.border.fires_at, found.border.silent_at):
            assert value == pytest.approx(bound, rel=0.06, abs=1.01)


@pytest.mark.parametrize(("condition", "silent"), [("queue_depth == 2", 1), ("queue_limit == 0", 1), ("db_up == 1", 0)])
def test_what_fires_at_one_number_is_silent_at_the_next(condition: str, silent: float) -> None:
    found = solve(next(stack_of(condition).alerts()), stack_of(condition))
    assert isinstance(found, Solution)
    assert found.border is not None
    assert found.border.silent_at == silent


@pytest.mark.parametrize("condition", COMPARING)
def test_what_compares_times_is_proven_though_it_cannot_be_driven(condition: str) -> None:
    stack = stack_of(condition, **{"for": "10m"})
    (entry,) = memory.entries(stack)
    assert {"silent", "not yet", "fires", "recovers"} <= set(entry["tests"][0]["kinds"]), entry["reason"]
    assert isinstance(solve(next(stack.alerts()), stack), Unproven)


BACK_TOO_SOON = "queue_depth > 2 * queue_depth offset 10m"


def test_what_sees_its_own_beginning_before_it_may_fire_is_not_proven() -> None:
    (soon,) = memory.entries(stack_of(BACK_TOO_SOON, **{"for": "15m"}))
    assert "one time with another" in (soon["reason"] or "")
    (later,) = memory.entries(stack_of(BACK_TOO_SOON, **{"for": "5m"}))
    assert later["reason"] is None


@pytest.mark.parametrize("condition", ["queue_depth > 3 and queue_depth < 2", "hour() > 25"])
def test_what_cannot_be_solved_is_said(condition: str) -> None:
    stack = stack_of(condition)
    assert isinstance(solve(next(stack.alerts()), stack), Unproven)


def test_what_must_be_missing_is_named() -> None:
    stack = stack_of("absent(db_up)")
    found = solve(next(stack.alerts()), stack)
    assert isinstance(found, Solution)
    assert found.absent == ("db_up",)
    assert [one.name for one in found.silent] == ["db_up"]


def test_there_is_never_less_than_no_byte() -> None:
    stack = stack_of("heap_bytes < 0.2 and predict_linear(heap_bytes[1h], 3600) < 0")
    found = solve(next(stack.alerts()), stack)
    assert isinstance(found, Solution)
    assert min(one.start for one in (*found.fires, *found.silent)) >= 0


PRICES = {"small": {"input": 2, "output": 10, "cache_read": 1}, "large": {"input": 4, "output": 20, "cache_read": 2}}


def stack_with_prices() -> Stack:
    """Two models with prices for each kind of token, and alerts on what they cost."""
    labels = {"model": list(PRICES), "type": ["input", "output", "cache_read"], "provider": ["one"]}
    metrics = {"tokens_total": {"type": "counter", "labels": labels}}
    costs = {"tokens": "tokens_total", "prices": PRICES, "budget": {"hour": "$20", "day": "$200"}}
    spec = {"services": {"app": {"targets": ["app:80"], "metrics": metrics}}, "llm_costs": {"chat": costs}}
    return build(parse({**spec, "self_monitoring": False}))


def test_what_costs_money_meets_a_price_and_what_has_none_is_of_another_model() -> None:
    stack = stack_with_prices()
    found = {alert.name: solve(alert, stack) for alert in stack.alerts() if alert.name.startswith("Chat")}
    models = {name: {one.labels["model"] for one in of.fires} for name, of in found.items() if isinstance(of, Solution)}
    assert models == {
        "ChatSpendingFast": {"small"},
        "ChatDailyBudgetNearlySpent": {"small"},
        "ChatDailyBudgetSpent": {"small"},
        "ChatTokensWithoutPrice": {"model-1"},
    }


def test_what_is_remembered_takes_no_more_room_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(memory, "_MOST_BYTES", 6000)
    proofs = tmp_path / "aimon" / "proofs"
    for bound in range(8):
        found = list(memory.entries(stack_of(f"queue_depth > {bound + 1}")))
        (newest,) = (one for one in proofs.iterdir() if orjson.loads(one.read_bytes()) == found[0])
        os.utime(newest, (bound, bound))
        assert sum(one.stat().st_size for one in proofs.iterdir()) <= 6000
    assert 1 < len(list(proofs.iterdir())) < 8
    assert list(memory.entries(stack_of("queue_depth > 8"))) == found


def test_names_that_only_prometheus_3_takes_are_quoted_in_a_series() -> None:
    assert labelled("http.requests_total", {"http.route": '"a"'}) == '{"http.requests_total", "http.route"="\\"a\\""}'
    assert labelled("up", {"job": "app"}) == 'up{job="app"}'
