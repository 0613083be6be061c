"""What the rules of SLOs compute, by promtool: alerts at the documented burn rates, silence on idle traffic."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from test_slos import EVENTS, FORMS, stack_of

from aimon.render import render
from aimon.stack import Slo, Stack

pytestmark = pytest.mark.servers

RATE = 6000  # events a minute


class Traffic(NamedTuple):
    """So many minutes with so many events each, and the share of errors among them."""

    minutes: int
    errors: float
    events: float = RATE


def series(traffic: Iterable[Traffic], **labels: str) -> list[dict[str, str]]:
    """The two counters of a service, a sample a minute."""
    good, bad = ["0"], ["0"]
    totals = [0.0, 0.0]
    for minutes, share, events in traffic:
        for values, number, each in ((good, 0, events * (1 - share)), (bad, 1, events * share)):
            first = totals[number] + each
            values.append(f"{first:.9g}+{each:.9g}x{minutes - 1}")
            totals[number] += each * minutes
    told = "".join(f', {name}="{text}"' for name, text in labels.items())
    named = [f'http_requests_total{{job="api", status="{status}"{told}}}' for status in ("200", "500")]
    return [{"series": name, "values": " ".join(values)} for name, values in zip(named, (good, bad), strict=True)]


def rules_of(stack: Stack) -> str:
    return next(artifact.text for artifact in render(stack, only="rules/slos.yml"))


def nothing(expressions: Iterable[str], at: str) -> list[dict[str, Any]]:
    return [{"expr": expression, "eval_time": at, "exp_samples": []} for expression in expressions]


def judge(
    folder: Path, promtool: str, rules: Mapping[str, str], tests: Sequence[Mapping[str, Any]], every: str = "1m"
) -> None:
    for name, text in rules.items():
        (folder / name).write_text(text)
    whole = {"rule_files": list(rules), "evaluation_interval": every, "tests": tests}
    (folder / "test.yml").write_text(yaml.safe_dump(whole, width=1000))
    result = subprocess.run([promtool, "test", "rules", str(folder / "test.yml")], capture_output=True, text=True)
    assert result.returncode == 0, (result.stdout + result.stderr)[:4000]


def case(traffic: Sequence[Traffic], checks: list[dict[str, Any]]) -> dict[str, Any]:
    return {"interval": "1m", "input_series": series(traffic), "promql_expr_test": checks}


@pytest.mark.parametrize("form", FORMS)
def test_promtool_accepts_the_rules_of_each_form(form: str, programs: Mapping[str, str], tmp_path: Path) -> None:
    stack = stack_of(f"it: {{objective: 99.9%, names: sloth, {FORMS[form]}}}")
    (tmp_path / "slos.yml").write_text(rules_of(stack))
    command = [programs["promtool"], "check", "rules", "--lint=all", "--lint-fatal", str(tmp_path / "slos.yml")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


# --- burning ---------------------------------------------------------------------------------------------------------

MINUTES = {"1h": 60, "6h": 360, "1d": 1440, "3d": 4320}


@pytest.mark.parametrize("window", ["7d", "28d", "30d"])
@pytest.mark.parametrize("number", range(4))
def test_each_alert_fires_at_its_burn_rate_and_not_below(
    number: int, window: str, programs: Mapping[str, str], tmp_path: Path
) -> None:
    """Out of good health: as soon as the share of the budget is gone, and never at a hair less."""
    stack = stack_of(f"it: {{objective: 99.5%, window: {window}, {EVENTS}}}")
    slo = stack.slos[0]
    burn = slo.burns[number]
    long = MINUTES[burn.long.text]
    every = 1 if long < 1000 else 15
    limit = float(burn.factor * slo.budget)
    health = Traffic(long + 60, 0)
    above = [health, Traffic(long + 3 * every + 5, limit * 1.01)]
    below = [health, Traffic(long + 3 * every + 5, limit * 0.99)]
    half, full = (f"{(long + 60 + minutes) // every * every}m" for minutes in (long // 2, long + 2 * every + 5))
    own = f'ALERTS{{alertname="{burn.name}", alertstate="firing"}}'
    fires = [{"expr": own, "eval_time": full, "exp_samples": [{"labels": _labels(own, slo, number), "value": 1}]}]
    quiet = nothing([own], half)
    tests = [case(above, [*quiet, *fires]), case(below, nothing([own], full))]
    judge(tmp_path, programs["promtool"], {"slos.yml": rules_of(stack)}, tests, f"{every}m")


def _labels(own: str, slo: Slo, number: int) -> str:
    burn = slo.burns[number]
    severity = "critical" if burn.is_page else "warning"
    told = f'severity="{severity}", slo="{slo.name}", window="{burn.long.text}"'
    return f"{own.removesuffix('}')}, {told}}}"


def test_it_stops_soon_after_the_burn_does(programs: Mapping[str, str], tmp_path: Path) -> None:
    """The short window ends a page within minutes, while the long one still remembers."""
    stack = stack_of(f"it: {{objective: 99.5%, {EVENTS}}}")
    name = stack.slos[0].burns[0].name
    own = f'count(ALERTS{{alertname="{name}", alertstate="firing"}})'
    fires = [{"expr": own, "eval_time": "130m", "exp_samples": [{"labels": "{}", "value": 1}]}]
    remembers = {"expr": "count(slo:errors:ratio_rate1h > 0.072)", "eval_time": "138m"}
    long = [{**remembers, "exp_samples": [{"labels": "{}", "value": 1}]}]
    tests = [case([Traffic(70, 0), Traffic(60, 0.2), Traffic(30, 0)], [*fires, *long, *nothing([own], "138m")])]
    judge(tmp_path, programs["promtool"], {"slos.yml": rules_of(stack)}, tests)


# --- without traffic -------------------------------------------------------------------------------------------------


def test_idle_traffic_is_no_error_and_no_nan(programs: Mapping[str, str], tmp_path: Path) -> None:
    stack = stack_of(f"it: {{objective: 99.9%, names: sloth, {EVENTS}}}")
    names = sorted({rule.name for rule in stack.recordings()})
    there = [
        {"expr": f"count({name}) > bool 0", "eval_time": "4h", "exp_samples": [{"labels": "{}", "value": 1}]}
        for name in names
    ]
    zero = [
        {"expr": f"max({name})", "eval_time": "4h", "exp_samples": [{"labels": "{}", "value": value}]}
        for name, value in {
            "slo:errors:ratio_rate5m": 0, "slo:errors:ratio_rate30d": 0,
            "slo:burn_rate:rate1h": 0, "slo:error_budget_remaining:ratio": 1,
        }.items()
    ]  # fmt: skip
    no_nan = nothing([f"{name} != {name}" for name in names], "4h")
    silent = nothing(["ALERTS"], "4h")
    idle = [Traffic(300, 0, 0)]
    busy_before = [Traffic(30, 0.0001), Traffic(270, 0, 0)]
    tests = [case(idle, [*there, *zero, *no_nan, *silent]), case(busy_before, [*there, *no_nan, *silent])]
    judge(tmp_path, programs["promtool"], {"slos.yml": rules_of(stack)}, tests)


def test_no_error_was_ever_seen(programs: Mapping[str, str], tmp_path: Path) -> None:
    """A counter of errors that nobody has raised yet does not exist; the ratio is 0 all the same."""
    stack = stack_of(f"it: {{objective: 99.9%, {EVENTS}}}")
    checks = [
        {
            "expr": "slo:errors:ratio_rate1h",
            "eval_time": "2h",
            "exp_samples": [{"labels": 'slo:errors:ratio_rate1h{slo="it"}', "value": 0}],
        }
    ]
    tests = [{"interval": "1m", "input_series": series([Traffic(130, 0)])[:1], "promql_expr_test": checks}]
    judge(tmp_path, programs["promtool"], {"slos.yml": rules_of(stack)}, tests)


def test_events_that_vanish_are_told(programs: Mapping[str, str], tmp_path: Path) -> None:
    stack = stack_of(f"it: {{objective: 99.9%, {EVENTS}}}")
    gone = 'ALERTS{alertname="ItNoEvents", alertstate="firing"}'
    told = [
        {
            "expr": gone,
            "eval_time": "100m",
            "exp_samples": [{"labels": gone.replace("}", ', severity="warning", slo="it"}'), "value": 1}],
        }
    ]
    others = nothing(['ALERTS{alertname!="ItNoEvents"}'], "100m")
    tests = [case([Traffic(60, 0)], [*nothing([gone], "60m"), *told, *others])]
    judge(tmp_path, programs["promtool"], {"slos.yml": rules_of(stack)}, tests)


# --- beside Sloth ----------------------------------------------------------------------------------------------------


def sloth_form(windows: Sequence[str]) -> str:
    """The same SLO as Sloth writes it: every window from the counters, the period as the average of ratios."""
    bad, all_events = 'http_requests_total{status=~"5.."}', "http_requests_total"
    rules: list[dict[str, Any]] = [
        {
            "record": f"slo:sli_error:ratio_rate{window}",
            "expr": f"sum(rate({bad}[{window}])) / sum(rate({all_events}[{window}]))",
            "labels": {"sloth_slo": "it", "sloth_window": window},
        }
        for window in windows
    ]
    own = 'slo:sli_error:ratio_rate5m{sloth_slo="it"}[30d]'
    period = f"sum_over_time({own}) / ignoring (sloth_window) count_over_time({own})"
    labels = {"sloth_slo": "it", "sloth_window": "30d"}
    rules.append({"record": "slo:sli_error:ratio_rate30d", "expr": period, "labels": labels})
    return yaml.safe_dump({"groups": [{"name": "sloth", "rules": rules}]})


def differ(window: str, by: float) -> str:
    """A query that returns something where the two differ by more than a share of the larger, or one is missing."""
    ours, theirs = f"slo:errors:ratio_rate{window}", f"slo:sli_error:ratio_rate{window}"
    return f"abs({ours} - on () {theirs}) > {by} * {ours} or absent({ours}) or absent({theirs})"


@pytest.mark.parametrize("share", [0.0, 0.002, 0.08])
def test_it_agrees_with_sloth_on_steady_traffic(share: float, programs: Mapping[str, str], tmp_path: Path) -> None:
    stack = stack_of(f"it: {{objective: 99.9%, {EVENTS}}}")
    windows = ("5m", "30m", "1h", "2h", "6h")
    rules = {"slos.yml": rules_of(stack), "sloth.yml": sloth_form(windows)}
    same = nothing([differ(window, 1e-6) for window in (*windows, "30d")], "400m")
    judge(tmp_path, programs["promtool"], rules, [case([Traffic(420, share)], same)])


def test_it_counts_events_where_sloth_averages_ratios(programs: Mapping[str, str], tmp_path: Path) -> None:
    """5 % of the 100 a minute at night, none of the 6,000 by day: 0.08 % of all events, and no 2.5 %."""
    stack = stack_of(f"it: {{objective: 99.9%, {EVENTS}}}")
    rules = {"slos.yml": rules_of(stack), "sloth.yml": sloth_form(("5m",))}
    truth = 200 * 100 * 0.05 / (200 * 100 + 200 * 6000)
    checks = nothing(
        [f"abs(slo:errors:ratio_rate30d - {truth}) > 0.02 * {truth}", "slo:sli_error:ratio_rate30d < 0.02"], "399m"
    )
    judge(tmp_path, programs["promtool"], rules, [case([Traffic(200, 0.05, 100), Traffic(210, 0)], checks)])


def test_a_latency_counts_what_was_too_slow(programs: Mapping[str, str], tmp_path: Path) -> None:
    """Of 100 a minute 97 take at most a second, however the bucket is spelt; a method without traffic burns nothing."""
    stack = stack_of("it: {objective: 95%, latency: {metric: request_seconds, below: 1s}, by: [method]}")
    given = [
        {"series": f'request_seconds_{part}method="{method}"}}', "values": values}
        for method, scale in (("GET", 1), ("POST", 0))
        for part, values in (
            ("count{", f"0+{100 * scale}x200"),
            ('bucket{le="0.1", ', f"0+{60 * scale}x200"),
            ('bucket{le="1.0", ', f"0+{97 * scale}x200"),
            ('bucket{le="+Inf", ', f"0+{100 * scale}x200"),
        )
    ]
    checks = [
        {
            "expr": "round(slo:errors:ratio_rate1h * 1000)",
            "eval_time": "3h",
            "exp_samples": [
                {"labels": '{slo="it", method="GET"}', "value": 30},
                {"labels": '{slo="it", method="POST"}', "value": 0},
            ],
        },
        *nothing(["ALERTS"], "3h"),
    ]
    tests = [{"interval": "1m", "input_series": given, "promql_expr_test": checks}]
    judge(tmp_path, programs["promtool"], {"slos.yml": rules_of(stack)}, tests)
