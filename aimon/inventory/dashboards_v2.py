"""Dashboards of Grafana's second form → the same things, each part as the first form has it.

Source: https://grafana.com/docs/grafana/latest/observability-as-code/schema-v2/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.foreign.dashboards_v2 import Grid, rows
from aimon.foreign.loose import entries, listed, mapping, text
from aimon.inventory.dashboards import Placed, board_of, panel_of, variable
from aimon.thing import Thing


def dashboard_v2(value: Any, at: Address = ()) -> Iterator[Thing]:
    """A dashboard with all that is on it; its title stands for its name, which is not in its specification."""
    board, title = mapping(value), text(value, "title")
    yield board_of(_settings(board), at, title)
    for place, entry in entries(board, at, "variables"):
        yield variable(_variable(entry), (*place, "spec"), title, title)
    elements = mapping(board, "elements")
    for row in rows(board, at):
        for name, grid in row.grids.items():
            panel = _panel(mapping(elements, name, "spec"), grid)
            yield panel_of(Placed(panel, row.title, title), (*at, "elements", name, "spec"), title)


def _settings(board: Mapping[str, Any]) -> dict[str, Any]:
    times = mapping(board, "timeSettings")
    span = {key: times[key] for key in ("from", "to") if key in times}
    return {**board, "refresh": text(times, "autoRefresh"), "timezone": text(times, "timezone"), "time": span}


def _variable(entry: Mapping[str, Any]) -> dict[str, Any]:
    said = mapping(entry, "spec")
    asked = mapping(said, "query", "spec")
    question = text(asked, "query") or text(asked, "__legacyStringValue") or text(asked, "expr") or text(said, "query")
    return {**said, "query": question, "type": text(entry, "kind").removesuffix("Variable").lower()}


def _panel(said: Mapping[str, Any], grid: Grid) -> dict[str, Any]:
    drawn = mapping(said, "vizConfig")
    asked = [mapping(query, "spec") for query in listed(said, "data", "spec", "queries")]
    return {
        **{key: said.get(key) for key in ("id", "title", "description")},
        "type": text(drawn, "group") or text(drawn, "kind"),
        "targets": [{**mapping(query, "query", "spec"), "refId": text(query, "refId")} for query in asked],
        "fieldConfig": mapping(drawn, "spec", "fieldConfig"),
        "options": mapping(drawn, "spec", "options"),
        "gridPos": dict(zip("xywh", grid, strict=True)),
    }
