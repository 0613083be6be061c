"""The pictures of an SLO: what is left of its budget, its errors, how fast the budget burns, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from aimon import spec
from aimon.build.numbers import number
from aimon.build.scrape import duration
from aimon.build.slos.burn import shown
from aimon.build.slos.indicators import own, ratio_name
from aimon.build.titles import legend_of_labels, words_of_service
from aimon.stack import Slo
from aimon.units import RATIO, humanize

_REMAINING = "slo:error_budget_remaining:ratio"
_LOW = 0.25  # of the budget: time to be careful
# A line has the colour of what lies above it, up to the pace that pages at once.
_WARMER = ("yellow", "orange", "red", "dark-red")


def panels(written: spec.Panel, slo: Slo) -> Iterator[spec.Panel]:
    """The panels that a panel of an SLO stands for, as a user would write them."""
    title = written.title or words_of_service(slo.name)
    for name, told in (("budget left", _left), ("errors", _errors), ("burn rate", _burning), ("budget", _course)):
        yield written._replace(title=f"{title}: {name}", **told(written, slo))


def _left(written: spec.Panel, slo: Slo) -> dict[str, Any]:
    return {
        "type": "stat",
        "description": f"What is left of the error budget of {slo.window.text}; below 0 % it is overspent.",
        "queries": _queries(written, (own(_REMAINING, slo.name), legend_of_labels(slo.by))),
        "unit": "ratio",
        "decimals": 1,
        "thresholds": [{"color": "red"}, {"value": 0, "color": "orange"}, {"value": _LOW, "color": "green"}],
    }


def _errors(written: spec.Panel, slo: Slo) -> dict[str, Any]:
    windows = [window for window in ("5m", "1h") if duration(window).seconds < slo.window.seconds]
    lines = [(own(ratio_name(window), slo.name), _legend(window, slo)) for window in windows or [slo.window.text]]
    promise = f" {slo.description}" if slo.description else ""
    return {
        "description": f"The share of bad events; the line is what {humanize(slo.objective, RATIO)} allows.{promise}",
        "queries": _queries(written, *lines),
        "unit": "ratio",
        "min": 0,
        "thresholds": [{"color": "green"}, {"value": float(slo.budget), "color": "red"}],
    }


def _burning(written: spec.Panel, slo: Slo) -> dict[str, Any]:
    """A line for each alert, and one of the whole window where there are none; of many series only the fastest."""
    windows = [burn.long.text for burn in slo.burns][: 1 if slo.by else None] or [slo.window.text]
    budget = number(slo.budget)
    lines = [(f"{own(ratio_name(window), slo.name)} / {budget}", _legend(window, slo)) for window in windows]
    factors = sorted({burn.factor for burn in slo.burns} or {Decimal(1)})
    steps = [
        {"value": float(shown(factor)), "color": color}
        for factor, color in zip(factors, _WARMER[-len(factors) :], strict=True)
    ]
    return {
        "description": "How many times faster than the objective allows the budget burns, by window; the lines are "
        "where alerts fire.",
        "queries": _queries(written, *lines),
        "unit": "none",
        "min": 0,
        "thresholds": [{"color": "green"}, *steps],
    }


def _course(written: spec.Panel, slo: Slo) -> dict[str, Any]:
    return {
        "description": f"The error budget that was left of each {slo.window.text}.",
        "queries": _queries(written, (own(_REMAINING, slo.name), legend_of_labels(slo.by) or "left")),
        "unit": "ratio",
        "max": 1,
        "thresholds": [{"color": "red"}, {"value": 0, "color": "green"}],
    }


def _legend(window: str, slo: Slo) -> str:
    return f"{window} {legend_of_labels(slo.by)}".strip()


def _queries(written: spec.Panel, *lines: tuple[str, str]) -> tuple[spec.Query, ...]:
    return tuple(spec.Query((*written.at, "slo"), query, legend) for query, legend in lines)
