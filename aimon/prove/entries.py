"""Turns what was proven of an alert into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aimon.promql.names import quoted
from aimon.promql.print import duration
from aimon.prove.entry import USUAL_STEP, Entry, Test
from aimon.prove.notation import labelled, notation
from aimon.prove.proofs import Moment, Proof, Proven
from aimon.stack import Alert, AlertTest, Stack


def entry_of(proven: Proven, stack: Stack) -> Entry:
    """What was proven, as plain values."""
    step = proven.pace.step if proven.pace else USUAL_STEP
    return Entry(
        alert=proven.alert.name,
        step=step,
        rules=sorted(proven.rules),
        reason=proven.reason,
        tests=[
            *(_test(proven, proof, stack) for proof in proven.proofs),
            *(_by_hand(proven.alert, number, test) for number, test in enumerate(proven.alert.tests, 1)),
        ],
    )


def _by_hand(alert: Alert, number: int, test: AlertTest) -> Test:
    """A test that the user wrote, which says nothing of the labels."""
    kind = "fires" if test.fires else "silent"
    firing = f'group(ALERTS{{alertname={quoted(alert.name)},alertstate="firing"}})'
    asked = {"expr": firing, "at": test.moment.text, "kind": kind, "samples": ["{}"] * test.fires}
    return Test(
        name=f"{alert.name} by hand, test {number}: {kind}",
        interval=test.every.text,
        external_labels={},
        series=test.series,
        alerts=[],
        queries=[asked],
        fires_at=None,
        silent_at=None,
        bound=None,
        kinds=[kind],
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
    """A question about the alert that asks for no annotations.

    In ``ALERTS`` a label whose template gives nothing stands with its template: ``sample`` in rules/alerting.go.
    """
    own = {"alertname": alert.name, "alertstate": "firing"}
    return {
        "expr": f'ALERTS{{alertname={quoted(alert.name)},alertstate="firing"}}',
        "at": duration(moment.at),
        "kind": moment.kind,
        "samples": [labelled("ALERTS", {**alert.labels, **firing.labels, **own}) for firing in moment.firing],
    }
