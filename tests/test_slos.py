"""SLOs: the arithmetic of their alerts, and rules that do what they say where promtool evaluates them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from aimon.build import build
from aimon.checks import checks_for
from aimon.compare import compare
from aimon.inventory import inventory, monitoring
from aimon.parse import parse
from aimon.promql.tree import selectors
from aimon.render import render
from aimon.report.explain import alert_life
from aimon.stack import Alert, Recording, Slo, Stack
from aimon.units import RATIO
from aimon.usage import Usage

SERVICES = """
services:
  api:
    targets: ["api:8080"]
    metrics:
      http_requests_total: {type: counter, help: Requests, labels: {status: 12, method: [GET, POST]}}
      request_seconds: {type: histogram, help: Time, labels: {method: [GET, POST]}, buckets: [0.1, 1, 10]}
      native_seconds: {type: native_histogram, help: Time, labels: {method: [GET, POST]}}
      reachable: {type: gauge, help: The share of probes that succeed, range: [0, 1], unit: ratio}
notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""
EVENTS = "errors: 'http_requests_total{status=~\"5..\"}', total: http_requests_total"
FORMS = {
    "errors": EVENTS,
    "good": "good: 'http_requests_total{status!~\"5..\"}', total: http_requests_total",
    "latency": "latency: {metric: request_seconds, below: 1s}",
    "native": "latency: {metric: native_seconds, below: 250ms}",
    "ratio": "ratio: 1 - avg(reachable)",
}


def stack_of(*slos: str, more: str = "") -> Stack:
    """The stack of SLOs, each `name: {…}`, over the services above."""
    lines = "\n".join(f"  {slo}" for slo in slos)
    return build(parse(yaml.safe_load(f"{SERVICES}\nslos:\n{lines}\n{more}")))


def found(stack: Stack) -> list[tuple[str, str, str | None]]:
    return [(each.check, each.message, each.help) for check in checks_for(stack) for each in check.run(stack)]


def slo_of(stack: Stack) -> Slo:
    return stack.slos[0]


# --- arithmetic ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "factors", "budgets"),
    [
        ("30d", ["14.4", "6", "3", "1"], ["0.02", "0.05", "0.1", "0.1"]),
        ("28d", ["13.44", "5.6", "2.8", "0.933333"], ["0.02", "0.05", "0.1", "0.1"]),
        ("90d", ["43.2", "18", "9", "3"], ["0.02", "0.05", "0.1", "0.1"]),
        # A tenth of a week's budget in three days is less than its due: there the share follows the window.
        ("7d", ["3.36", "1.4", "0.98", "0.98"], ["0.02", "0.05", "0.14", "0.42"]),
        ("1d", ["0.96", "1"], ["0.04", "0.25"]),
    ],
)
def test_factors_follow_from_the_share_and_the_windows(window: str, factors: list[str], budgets: list[str]) -> None:
    slo = slo_of(stack_of(f"it: {{objective: 99.9%, window: {window}, {EVENTS}}}"))
    assert [round(burn.factor, 6).normalize() for burn in slo.burns] == [Decimal(each) for each in factors]
    assert [burn.budget for burn in slo.burns] == [Decimal(each) for each in budgets]


def test_no_number_has_noise() -> None:
    """99.9 % as a float makes 0.9990000000000001, and 14.4 times the rest 0.014399999999999999."""
    text = "\n".join(
        rule.expression.text
        for objective in ("99.9%", "99.95%", "97.3%", "0.7")
        for group in stack_of(f"it: {{objective: {objective}, {EVENTS}}}").groups
        for rule in group.rules
    )
    assert all(len(number) <= 10 for number in re.findall(r"\d+\.\d+", text))
    assert "> 0.0144" in text
    assert "> 0.0072" in text


# --- what is recorded ----------------------------------------------------------------------------------------------


def test_recordings_are_in_the_catalogue() -> None:
    known = stack_of(
        f"it: {{objective: 99.9%, by: [method], {EVENTS}}}", f"other: {{objective: 99%, {EVENTS}}}"
    ).catalogue
    first, second = known.metrics["slo:errors:ratio_rate30d"]
    assert first.unit == second.unit == RATIO
    assert set(first.labels) == {"slo", "method"}
    assert set(second.labels) == {"slo"}
    assert [each.labels["slo"].values for each in (first, second)] == [("it",), ("other",)]


@pytest.mark.parametrize("window", ["5m", "30m", "1h", "90m", "24h", "3d", "1w"])
def test_every_recording_of_any_window_reads_what_is_recorded(window: str) -> None:
    board = "dashboards: {main: {rows: {SLOs: [{slo: it}]}}}"
    stack = stack_of(f"it: {{objective: 99.9%, names: sloth, window: {window}, {EVENTS}}}", more=board)
    read = {selector.name for query in stack.expressions() if query.tree for selector in selectors(query.tree)}
    assert {name for name in read if name and not stack.catalogue.knows(name)} == set()
    names = [(rule.name, tuple(rule.labels.items())) for rule in stack.recordings()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("more", ["", "names: sloth", "by: [method]"])
def test_rules_of_ours_stand_every_check(form: str, more: str) -> None:
    """Written into a spec by hand they are as clean as they are from us."""
    if form == "ratio" and "by" in more:
        return
    stack = stack_of(f"it: {{objective: 99.9%, {FORMS[form]}, {more}}}")
    assert not found(stack)
    rules = [rule for group in stack.groups if group.path == "rules/slos.yml" for rule in group.rules]
    recordings = {
        rule.name: {"expr": rule.expression.text, "labels": dict(rule.labels)}
        for rule in rules
        if isinstance(rule, Recording)
    }
    alerts = {rule.name: _written(rule) for rule in rules if isinstance(rule, Alert)}
    spec = yaml.safe_load(SERVICES) | {"recording_rules": recordings, "alerts": alerts}
    if "sloth" in more:  # a spec has one rule of each name
        spec["recording_rules"] = {name: rule for name, rule in recordings.items() if "sloth" not in str(rule)}
    again = [each for each in found(build(parse(spec))) if not each[0].startswith("metric/unused")]
    assert not again


def _written(alert: Alert) -> dict[str, Any]:
    said = {key: alert.annotations[key] for key in ("summary", "description", "action")}
    labels = {key: text for key, text in alert.labels.items() if key != "severity"}
    wait = {"for": alert.wait.text if alert.wait else "0s"}
    return {"expr": alert.expression.text, "severity": alert.severity, "labels": labels, **said, **wait}


def test_sloth_names() -> None:
    stack = stack_of(f"it: {{objective: 99.9%, names: sloth, {EVENTS}}}", more="name: shop")
    named = {rule.name: rule.labels for rule in stack.recordings() if "sloth_slo" in rule.labels}
    assert named["slo:sli_error:ratio_rate30d"] == {
        "sloth_id": "shop-it", "sloth_service": "shop", "sloth_slo": "it", "sloth_window": "30d",
    }  # fmt: skip
    assert {"slo:objective:ratio", "slo:current_burn_rate:ratio", "slo:period_error_budget_remaining:ratio"} <= set(
        named
    )


# --- alerts --------------------------------------------------------------------------------------------------------


def test_alerts_say_which_window_fired() -> None:
    alerts = {
        alert.name: alert for alert in stack_of(f"api-reads: {{objective: 99.9%, owner: core, {EVENTS}}}").alerts()
    }
    fast, slow = alerts["ApiReadsBudgetBurn1h"], alerts["ApiReadsBudgetBurn3d"]
    assert fast.labels == {"severity": "critical", "slo": "api-reads", "window": "1h", "owner": "core"}
    assert slow.labels["severity"] == "warning"
    assert fast.annotations["summary"] == "api-reads: 2% of the error budget went in 1h"
    assert "within 2d2h" in fast.annotations["description"]
    assert alerts["ApiReadsNoEvents"].wait is not None


def test_alerts_can_be_changed() -> None:
    said = "alerts: {1h: {budget: 5%, severity: page, labels: {team: core}}, 3d: false, no_events: {enabled: false}}"
    alerts = {alert.name: alert for alert in stack_of(f"it: {{objective: 99%, {EVENTS}, {said}}}").alerts()}
    assert alerts.keys() - {"TargetDown"} == {"ItBudgetBurn1h", "ItBudgetBurn6h", "ItBudgetBurn1d"}
    assert alerts["ItBudgetBurn1h"].severity == "page"
    assert alerts["ItBudgetBurn1h"].labels["team"] == "core"
    assert "> 0.36" in alerts["ItBudgetBurn1h"].condition
    assert not [
        each for each in stack_of(f"it: {{objective: 99%, {EVENTS}, alerts: false}}").alerts() if each.at[0] == "slos"
    ]


def test_names_of_alerts_clash() -> None:
    again = "alerts: {ItBudgetBurn1h: {expr: sum(up), below: 1, for: 5m, summary: Down, action: Look}}"
    stack = stack_of(f"it: {{objective: 99%, {EVENTS}}}", more=again)
    assert [check for check, _, _ in found(stack)] == ["rule/duplicate"]
    stack = stack_of(f"a-1: {{objective: 99%, {EVENTS}}}", f"a1: {{objective: 99%, {EVENTS}}}")
    assert [check for check, _, _ in found(stack)] == ["rule/duplicate"]


# --- who reads what ------------------------------------------------------------------------------------------------


def test_what_an_slo_reads_is_told_apart_from_others() -> None:
    """All SLOs record under the same names; only their label says whose metrics are behind."""
    stack = stack_of(f"it: {{objective: 99%, {EVENTS}}}", f"fast: {{objective: 95%, {FORMS['latency']}}}")
    usage = Usage(stack)
    names = ["BudgetBurn1h", "BudgetBurn6h", "BudgetBurn1d", "BudgetBurn3d", "NoEvents"]
    assert usage.alerts_on("http_requests_total") == [f"It{name}" for name in names]
    assert usage.alerts_on("request_seconds") == [f"Fast{name}" for name in names]
    life = "\n".join("".join(text for text, _ in line) for line in alert_life(stack, "ItBudgetBurn1h", str))
    assert "http_requests_total" in life
    assert "request_seconds" not in life
    assert "looked at every 1m" in life


def test_slos_are_compared_by_name() -> None:
    """One SLO before another changes nothing of the other."""
    first, second = (f"{name}: {{objective: 99%, {EVENTS}}}" for name in ("alpha", "beta"))
    rules = [
        {artifact.path: artifact.text for artifact in render(stack, only="rules/slos.yml")}
        for stack in (stack_of(second), stack_of(first, second))
    ]
    changes = compare(*(monitoring(inventory(files)) for files in rules)).changes
    assert changes
    assert not [change for change in changes if "beta" in str(change).casefold()]


# --- pages ---------------------------------------------------------------------------------------------------------


def test_the_page_about_slos_holds_a_spec_that_works() -> None:
    page = (Path(__file__).parent.parent / "docs" / "slos.md").read_text(encoding="utf-8")
    sample = page.split("```yaml\n")[1].split("```")[0]
    stack = build(parse(yaml.safe_load(sample)))
    assert not found(stack)
    assert len([panel for panel in stack.main_dashboard.panels() if panel.slo]) == 12
    recorded = {rule.name for rule in stack.recordings()}
    assert set(re.findall(r"`(slo:[a-z_]+:[a-z0-9_]+)`", page)) - {"slo:sli_error:ratio_rate1h"} <= recorded
    assert set(re.findall(r"`(ApiAvailability\w+)`", page)) <= {alert.name for alert in stack.alerts()}
