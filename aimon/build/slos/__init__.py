"""The rules of SLOs: recordings that stay cheap on long windows, and alerts that tell how fast the budget burns.

Long windows sum the recorded rates of errors and of events, so that a busy hour counts for more than an idle one: an
average of ratios would not. Their rules run once a minute, so that a window of 30 days is 43,200 samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aimon import conventions, spec
from aimon.build.alerts import alert_rule
from aimon.build.numbers import number
from aimon.build.recordings import record
from aimon.build.scrape import duration
from aimon.build.slos.alerts import alerts
from aimon.build.slos.burn import burn_alerts, share_of
from aimon.build.slos.indicators import Indicator, indicator, own, parts, ratio_name
from aimon.build.slos.sloth import sloth_recordings
from aimon.catalogue import Catalogue, Metric
from aimon.overrides import overridden_alert
from aimon.stack import Duration, Group, Slo
from aimon.units import format_duration

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_MINUTE = 60.0


class Made(NamedTuple):
    """The SLOs of a spec, their rules, and the catalogue that has their recordings too."""

    slos: tuple[Slo, ...]
    groups: tuple[Group, ...]
    known: Catalogue


def slos(written: spec.Spec, known: Catalogue, evaluated: Duration) -> Made:
    """The SLOs and what follows from them; ``evaluated`` says how often other rules are."""
    every = _seldom(evaluated)
    made: list[Slo] = []
    groups: list[Group] = []
    recorded: list[Metric] = []
    for said in written.slos:
        slo = _slo(said, known)
        found = indicator(said, known)
        if slo is not None:
            made.append(slo)
        if slo is not None and found is not None:
            group, results = _group(said, slo, found, written, known, every)
            groups.append(group)
            recorded += results
    return Made(tuple(made), tuple(groups), known.with_metrics(recorded))


def _seldom(evaluated: Duration) -> Duration:
    """A quarter as often as other rules, but once a minute unless those are evaluated more seldom still."""
    seconds = max(evaluated.seconds, min(4 * evaluated.seconds, _MINUTE))
    return Duration(format_duration(seconds), seconds)


def _slo(said: spec.Slo, known: Catalogue) -> Slo | None:
    """The objective; None where it is none, which `slo/objective` reports."""
    objective = share_of(said.objective)
    if objective is None or not 0 < objective < 1:
        return None
    window = duration(said.window or conventions.DEFAULT_SLO_WINDOW)
    return Slo(
        at=said.at,
        name=said.name,
        description=said.description or "",
        objective=objective,
        window=window,
        by=tuple(said.by or ()),
        parts=parts(said, known),
        counts=_counts(said),
        burns=burn_alerts(said, objective, window),
    )


def _counts(said: spec.Slo) -> dict[str, str]:
    if said.latency is not None:
        return {f"events, good if they took at most {said.latency.below}": said.latency.metric}
    words = {"errors": "errors", "good": "good events", "total": "all events", "ratio": "share of errors"}
    return {word: text for key, word in words.items() if (text := getattr(said, key)) is not None}


def _group(
    said: spec.Slo, slo: Slo, found: Indicator, written: spec.Spec, known: Catalogue, every: Duration
) -> tuple[Group, list[Metric]]:
    metrics = dict(known.metrics)
    growing = known._replace(metrics=metrics)
    written_out = [*_recordings(said, slo, found)]
    if said.names == "sloth":
        written_out += sloth_recordings(said, slo, _windows(slo), written.name or conventions.DEFAULT_NAME)
    rules = [record(rule, metrics, growing, every.seconds) for rule in written_out]
    wanted = (overridden_alert(one, written.overrides.alerts.get(one.name) or {}) for one in alerts(said, slo))
    firing = [alert_rule(alert, written, growing) for alert in wanted if alert.enabled is not False]
    group = Group(conventions.SLO_RULES, conventions.slo_group(slo.name), (*rules, *firing), every)
    return group, [metrics[rule.name][-1] for rule in rules]


def _recordings(said: spec.Slo, slo: Slo, found: Indicator) -> Iterator[spec.RecordingRule]:
    """The rules in the order in which they read each other."""
    windows, period = list(_windows(slo)), ratio_name(slo.window.text)
    named = [*found.recorded, *((ratio_name(window), found.ratio(window)) for window in windows)]
    budget = number(slo.budget)
    named += [
        ("slo:objective:ratio", f"vector({number(slo.objective)})"),
        ("slo:error_budget:ratio", f"vector({budget})"),
        ("slo:error_budget_remaining:ratio", f"1 - {own(period, slo.name)} / {budget}"),
    ]
    if "1h" in windows:
        named.append(("slo:burn_rate:rate1h", f"{own(ratio_name('1h'), slo.name)} / {budget}"))
    for name, query in named:
        yield spec.RecordingRule(
            at=said.at,
            name=name,
            expr=query,
            labels={"slo": slo.name},
            description=_MEANINGS.get(name, f"The share of errors in {name.rpartition('rate')[2]}"),
            unit=_unit(name),
        )


def _unit(name: str) -> str | None:
    """A burn rate is a number; what is counted a second has the unit of the counter."""
    return "ratio" if ":ratio" in name else "none" if "burn_rate" in name else None


def _windows(slo: Slo) -> Iterator[str]:
    """The windows of the alerts, and last the one of the objective itself."""
    yield from (window for window in WINDOWS if duration(window).seconds < slo.window.seconds)
    yield slo.window.text


_MEANINGS = {
    "slo:events:rate5m": "Events a second",
    "slo:errors:rate5m": "Errors a second",
    "slo:errors:ratio": "The share of errors now",
    "slo:objective:ratio": "The share of events that must be good",
    "slo:error_budget:ratio": "The share of events that may be bad",
    "slo:error_budget_remaining:ratio": "What is left of the error budget; less than nothing where it is overspent",
    "slo:burn_rate:rate1h": "How many times faster than the objective allows the budget burned in the last hour",
}
