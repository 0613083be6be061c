"""What was proven of an alert as plain values, ready for a test file and to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from aimon.promql.print import duration, quoted
from aimon.prove.notation import labelled, notation
from aimon.prove.proofs import Moment, Proof, Proven
from aimon.stack import Alert, Stack

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


def entry_of(proven: Proven, stack: Stack) -> Entry:
    """What was proven, as plain values."""
    step = proven.pace.step if proven.pace else USUAL_STEP
    return Entry(
        alert=proven.alert.name,
        step=step,
        rules=sorted(proven.rules),
        reason=proven.reason,
        tests=[_test(proven, proof, stack) for proof in proven.proofs],
    )


def _test(proven: Proven, proof: Proof, stack: Stack) -> Test:
    alert, pace, border = proven.alert, proven.pace, proof.border
    texts = [*alert.labels.values(), *alert.annotations.values()]
    told = [moment for moment in proof.moments if all(firing.annotations is not None for firing in moment.firing)]
    return Test(
        name=f"{alert.name} {proof.title}",
        interval=duration(pace.sample if pace else USUAL_STEP),
        external_labels=dict(stack.server.external_labels) if any("xternalLabels" in text for text in texts) else {},
        series={labelled(series.name, series.labels): notation(series, proof.until) for series in proof.series},
        alerts=[_expected(alert, moment) for moment in told],
        queries=[_query(alert, moment) for moment in proof.moments if moment not in told],
        fires_at=border.fires_at if border else None,
        silent_at=border.silent_at if border else None,
        bound=border.bound if border else None,
        kinds=[moment.kind for moment in proof.moments],
    )


def _expected(alert: Alert, moment: Moment) -> Mapping[str, Any]:
    firing = [{"labels": one.labels, "annotations": one.annotations} for one in moment.firing]
    return {"alert": alert.name, "at": duration(moment.at), "kind": moment.kind, "firing": firing}


def _query(alert: Alert, moment: Moment) -> Mapping[str, Any]:
    """A question about the alert that asks for no annotations."""
    own = {"alertname": alert.name, "alertstate": "firing"}
    return {
        "expr": f'ALERTS{{alertname={quoted(alert.name)},alertstate="firing"}}',
        "at": duration(moment.at),
        "kind": moment.kind,
        "samples": [labelled("ALERTS", {**firing.labels, **own}) for firing in moment.firing],
    }


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
