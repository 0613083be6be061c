"""What is proven of an alert as plain values: for a test file, for promtool, and to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

USUAL_STEP = 60.0


class Test(TypedDict):
    """One test of promtool; ``kinds`` says what each of its moments is for."""

    name: str
    interval: str
    external_labels: Mapping[str, str]
    series: Mapping[str, str]
    alerts: list[Mapping[str, Any]]
    queries: list[Mapping[str, Any]]
    fires_at: float | None
    silent_at: float | None
    bound: float | None
    kinds: list[str]


class Entry(TypedDict):
    """An alert with its tests, or the reason why it has none.

    ``rules`` are the recording rules that it reads, as `rule_id` calls them.
    """

    alert: str
    step: float
    rules: list[str]
    reason: str | None
    tests: list[Test]


def promtool_form(test: Test) -> dict[str, Any]:
    """The test as promtool reads it."""
    alerts = [
        {
            "eval_time": moment["at"],
            "alertname": moment["alert"],
            "exp_alerts": [
                {"exp_labels": one["labels"], "exp_annotations": one["annotations"]} for one in moment["firing"]
            ],
        }
        for moment in test["alerts"]
    ]
    queries = [
        {
            "eval_time": moment["at"],
            "expr": moment["expr"],
            "exp_samples": [{"labels": sample, "value": 1} for sample in moment["samples"]],
        }
        for moment in test["queries"]
    ]
    return {
        "name": test["name"],
        "interval": test["interval"],
        "external_labels": dict(test["external_labels"]),
        "input_series": [{"series": name, "values": values} for name, values in test["series"].items()],
        "alert_rule_test": alerts,
        "promql_expr_test": queries,
    }
