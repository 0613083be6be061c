"""Which dashboards there are: one from the catalogue where the spec has none, and rows for what nobody placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon import conventions, spec
from aimon.build.context import Context
from aimon.build.titles import words_of_service

MOST_PANELS_OF_A_SERVICE = 8
_AT = ("dashboards",)


def boards(written: spec.Spec, context: Context) -> list[spec.Dashboard]:
    """The dashboards of the spec, then those of its packs; every SLO and every cost is on one of them."""
    own = list(written.own_dashboards) or [_derived(written, context)]
    packs = [board for board in written.dashboards if board.pack is not None]
    main = next((index for index, board in enumerate(own) if board.name == conventions.MAIN_DASHBOARD), 0)
    own[main] = own[main]._replace(rows=(*own[main].rows, *_missing(written, own, context)))
    return [*own, *packs]


def _missing(written: spec.Spec, boards: Sequence[spec.Dashboard], context: Context) -> Iterator[spec.Row]:
    """Rows of what no dashboard shows."""
    panels = [panel for board in boards for panel in board.panels()]
    slos, costs = {panel.slo for panel in panels}, {panel.llm_cost for panel in panels}
    yield from _slo_rows([slo for slo in written.slos if slo.name not in slos])
    yield from (_cost_row(cost) for cost in context.costs.values() if cost.name not in costs)


def _slo_rows(slos: Sequence[spec.Slo]) -> list[spec.Row]:
    panels = tuple(spec.Panel(at=slo.at, slo=slo.name) for slo in slos)
    return [spec.Row((*_AT, "SLOs"), "SLOs", panels)] if panels else []


def _cost_row(cost: spec.LLMCost) -> spec.Row:
    return spec.Row(cost.at, f"Cost of {cost.name}", (spec.Panel(at=cost.at, llm_cost=cost.name),))


def _derived(written: spec.Spec, context: Context) -> spec.Dashboard:
    """A dashboard of what the spec declares: health, SLOs, every service's first metrics, every alert."""
    rows = [spec.Row((*_AT, "Health"), "Health", (_targets_up(context),)), *_slo_rows(written.slos)]
    for service in written.services:
        shown = [metric for metric in service.own_metrics if metric.type != "info"][:MOST_PANELS_OF_A_SERVICE]
        panels = tuple(spec.Panel(at=metric.at, metric=metric.name) for metric in shown)
        if panels:
            rows.append(spec.Row(service.at, words_of_service(service.name), panels))
    own = tuple(spec.Panel(at=alert.at, alert=alert.name) for alert in written.alerts if alert.at[0] == "alerts")
    if own:
        rows.append(spec.Row((*_AT, "Alerts"), "Alerts", own))
    title = written.description or (written.name or conventions.DEFAULT_NAME).replace("-", " ").capitalize()
    return spec.Dashboard(at=_AT, name=conventions.MAIN_DASHBOARD, rows=tuple(rows), title=title)


def _targets_up(context: Context) -> spec.Panel:
    """The health of all targets, and the picture of the alert on it where there is one."""
    watched = conventions.TARGET_DOWN in context.alerts
    return spec.Panel(
        at=("services",),
        alert=conventions.TARGET_DOWN if watched else None,
        queries=() if watched else (spec.Query(("services",), "up"),),
        title="Targets",
        description="1 while Prometheus can scrape the target",
        type="stat",
        legend="{{job}} {{instance}}",
        mappings={"0": "down", "1": "up"},
        thresholds=[{"color": "red"}, {"value": 1, "color": "green"}],
        unit="none",
    )
