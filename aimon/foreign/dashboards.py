"""Classic dashboards: panels with rows between them, panels inside collapsed rows, and the rows of Grafana 4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aimon import spec
from aimon.document import Address
from aimon.foreign.loose import entries, listed, mapping, number, text
from aimon.foreign.panels import Board, Query, board, spec_panel, target
from aimon.foreign.part import Part
from aimon.foreign.sources import DataSources
from aimon.foreign.world import World
from aimon.stack import Panel, Row

_LABEL_VALUES = re.compile(
    r"\s*label_values\s*\(\s*(?:(?P<metric>[A-Za-z_:][\w:]*)?.*,)?\s*(?P<label>\w+)\s*\)\s*", re.ASCII | re.DOTALL
)


def dashboard(part: Part, world: World) -> Board:
    """The dashboard that a part holds."""
    value = mapping(part.value)
    sources = DataSources(value)
    rows = [_row(at, row, panels, sources, world) for at, row, panels in _rows(value, part.at)]
    variables = [
        variable(at, text(entry, "name"), text(entry, "label"), _question(entry), entry.get("multi") is True)
        for at, entry in entries(mapping(value, "templating"), (*part.at, "templating"), "list")
    ]
    return board(part.at, value, text(value, "uid") or str(part.at[0]), rows, variables)


Placed = tuple[Address, dict[str, Any]]


def _rows(value: dict[str, Any], at: Address) -> Iterator[tuple[Address, dict[str, Any], list[Placed]]]:
    """Every row with its panels; those above the first row are in one without a title."""
    for place, row in entries(value, at, "rows"):
        yield place, row, list(entries(row, place, "panels"))
    place, row = at, dict[str, Any]()
    panels: list[Placed] = []
    for here, panel in entries(value, at, "panels"):
        if panel.get("type") != "row":
            panels.append((here, panel))
            continue
        if panels or row:
            yield place, row, panels
        place, row, panels = here, panel, list(entries(panel, here, "panels"))
    if panels or row:
        yield place, row, panels
    elements = mapping(value, "__elements")
    if elements:
        yield (*at, "__elements"), {"title": "Library panels"}, list(_elements(elements, (*at, "__elements")))


def _elements(elements: dict[str, Any], at: Address) -> Iterator[Placed]:
    """The library panels that an export brings along."""
    for name, element in elements.items():
        if isinstance(mapping(element).get("model"), dict):
            yield (*at, name, "model"), element["model"]


def _row(
    at: Address, row: dict[str, Any], placed: list[Placed], sources: DataSources, world: World
) -> tuple[Row, tuple[spec.Panel, ...]]:
    panels = [(_panel(place, panel, sources, world), _unit(panel)) for place, panel in placed]
    made = Row(
        at, number(row, "id"), text(row, "title"), number(mapping(row, "gridPos"), "y"), tuple(one for one, _ in panels)
    )
    return made, tuple(spec_panel(panel, unit) for panel, unit in panels)


def _panel(at: Address, panel: dict[str, Any], sources: DataSources, world: World) -> Panel:
    grid = mapping(panel, "gridPos")
    queries = (
        Query(place, query, sources.plugin(query.get("datasource"), panel.get("datasource")), text(query, "refId"))
        for place, query in entries(panel, at, "targets")
    )
    return Panel(
        at=at,
        id=number(panel, "id"),
        type=text(panel, "type"),
        title=text(panel, "title"),
        description=text(panel, "description"),
        grid=(number(grid, "x"), number(grid, "y"), number(grid, "w"), number(grid, "h")),
        targets=tuple(made for query in queries if (made := target(query, world))),
        unit=_unit(panel) or "short",
    )


def _unit(panel: dict[str, Any]) -> str:
    """The unit, where older panels have it too: in the left axis of a graph, in the format of a single value."""
    unit = text(panel, "fieldConfig", "defaults", "unit")
    if not unit and panel.get("type") == "graph":
        unit = text((listed(panel, "yaxes") or [None])[0], "format")
    return unit or (text(panel, "format") if panel.get("type") == "singlestat" else "")


def _question(entry: dict[str, Any]) -> str:
    """The query of a variable, in the form of either age."""
    asked = entry.get("query")
    return (text(asked, "query") if isinstance(asked, dict) else text(asked)) if entry.get("type") == "query" else ""


def variable(at: Address, name: str, title: str, question: str, multi: bool) -> spec.Variable:
    """A variable; one that is not filled by ``label_values`` of a metric has neither label nor metric."""
    found = _LABEL_VALUES.fullmatch(question)
    label, metric = (found["label"], found["metric"] or "") if found else ("", "")
    return spec.Variable(at, name, label, metric, title or None, multi)
