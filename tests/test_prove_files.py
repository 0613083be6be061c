"""promtool agrees with every proof; tests by hand are among them, and changed rules do not go unnoticed."""

from __future__ import annotations

from typing import Any

import pytest
from test_prove import COMPARING, METRICS, RECORDED, SOLVABLE, stack_with_prices

from aimon.build import build
from aimon.mutation import trials
from aimon.parse import parse
from aimon.prove.memory import entries
from aimon.proving import FAILED, NOT_PROVEN, PROVEN, Verdict, verdicts
from aimon.render import render
from aimon.stack import Stack

pytestmark = pytest.mark.servers


def stack_of(alerts: dict[str, Any]) -> Stack:
    return build(
        parse(
            {
                "services": {"app": {"targets": ["app:8080"], "metrics": METRICS}},
                "recording_rules": RECORDED,
                "alerts": alerts,
                "self_monitoring": False,
            }
        )
    )


def judged(stack: Stack, alert: str | None = None) -> list[Verdict]:
    return verdicts(stack, render(stack, only="rules/*"), alert, lambda done, total: None)


def test_promtool_agrees_with_the_proof_of_every_condition() -> None:
    waits: list[dict[str, Any]] = [{}, {"for": "5m"}, {"for": "1m", "keep_firing_for": "10m"}]
    texts = {"description": "{{ $labels.job }} is at {{ $value | humanize }}", "labels": {"of": "{{ $labels.job }}"}}
    every = [*(condition for condition, _ in SOLVABLE), *COMPARING]
    stack = stack_of(
        {
            f"A{number}": {"expr": condition, **texts, **waits[number % len(waits)]}
            for number, condition in enumerate(every)
        }
    )
    found = judged(stack)
    assert len(found) == len(every)
    conditions = {alert.name: alert.condition for alert in stack.alerts()}
    wrong = [(conditions[one.name], one.entry["reason"], one.failures) for one in found if one.state != PROVEN]
    assert wrong == []


def test_promtool_agrees_with_the_proofs_of_what_is_spent() -> None:
    found = judged(stack_with_prices())
    assert [(one.name, one.state, one.failures) for one in found if one.state != PROVEN] == []


def test_each_alert_is_seen_at_every_turn() -> None:
    stack = stack_of({"A": {"expr": "queue_depth", "above": 3, "for": "5m", "keep_firing_for": "10m"}})
    (entry,) = entries(stack)
    assert entry["tests"][0]["kinds"] == ["silent", "not yet", "fires", "keeps firing", "recovers"]
    assert entry["tests"][1]["kinds"] == ["nothing there", "at rest"]


def test_what_could_not_be_solved_is_not_proven() -> None:
    (found,) = judged(stack_of({"A": {"expr": "queue_depth > 3 and on () hour() > 25"}}))
    assert found.state == NOT_PROVEN
    assert found.entry["reason"]


def by_hand(*tests: dict[str, Any]) -> Verdict:
    alert = {"expr": "sum(rate(jobs_failed_total[5m]))", "above": 0.05, "for": "5m", "tests": list(tests)}
    (found,) = judged(stack_of({"A": alert}))
    return found


def test_tests_by_hand_are_run() -> None:
    fires = {"series": {"jobs_failed_total": "0+6x20"}, "at": "10m", "fires": True}
    silent = {"series": {"jobs_failed_total": "0+1x20"}, "at": "10m", "fires": False}
    assert by_hand(fires, silent).state == PROVEN
    assert by_hand(fires | {"every": "30s", "at": "2m", "fires": False}).state == PROVEN


def test_only_the_test_that_fails_is_blamed() -> None:
    right = {"series": {"jobs_failed_total": "0+6x20"}, "at": "10m", "fires": True}
    found = by_hand(right, right | {"fires": False})
    assert found.state == FAILED
    assert list(found.failures) == ["A by hand, test 2: silent"]


def test_changed_rules_are_noticed() -> None:
    stack = stack_of(
        {
            "Errors": {
                "expr": 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
                "above": "5%",
                "for": "10m",
            },
            "Failed": {"expr": "job:failed:ratio5m and on (job) rate(jobs_total[5m]) > 2", "above": 0.2, "for": "5m"},
            "Enough": {
                "expr": "sum(rate(jobs_failed_total[5m])) / (sum(rate(jobs_total[5m])) > 0.01)",
                "above": 0.5,
                "for": "5m",
            },
            "Disk": {"expr": 'disk_free_bytes{fstype!~"tmpfs|overlay",job="app"}', "below": 1e9},
        }
    )
    found = trials(stack, judged(stack), lambda done, total: None)
    missed = [trial.mutant for trial in found if not trial.killed]
    assert len(found) > 15
    assert [(mutant.change, mutant.equivalent is None) for mutant in missed] == []
