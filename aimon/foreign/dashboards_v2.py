"""Grafana's dashboards of the second form: elements, and a layout that names them.

Source: https://grafana.com/docs/grafana/latest/observability-as-code/schema-v2/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aimon import spec
from aimon.document import Address
from aimon.foreign.dashboards import variable
from aimon.foreign.loose import entries, mapping, number, text
from aimon.foreign.panels import Board, Query, board, spec_panel, target
from aimon.foreign.part import Part
from aimon.foreign.sources import DataSources
from aimon.foreign.world import World
from aimon.stack import Panel, Row

_MOST_DEPTH = 20
Grid = tuple[int, int, int, int]
Placed = tuple[Address, str, dict[str, Grid]]  # a row: where it is, its title, and where its elements are


def dashboard(part: Part, world: World) -> Board:
    """The dashboard that a part holds."""
    value = mapping(part.value)
    sources = DataSources(value)
    elements = {name: element for name, element in mapping(value, "elements").items() if isinstance(element, dict)}
    rows = list(_rows(mapping(value, "layout"), (*part.at, "layout"), "", 0))
    placed = {name for _, _, grids in rows for name in grids}
    rest: dict[str, Grid] = {name: (0, 0, 0, 0) for name in elements if name not in placed}
    if rest:
        rows.append(((*part.at, "elements"), "", rest))
    at = (*part.at, "elements")
    made = [_row(row, elements, at, sources, world) for row in rows]
    return board(part.at, value, str(part.at[0]), made, list(_variables(value, part.at)))


def _rows(layout: dict[str, Any], at: Address, title: str, depth: int) -> Iterator[Placed]:
    """Every part of a layout that holds elements; rows and tabs hold layouts of their own."""
    inside, place = mapping(layout, "spec"), (*at, "spec")
    grids = {
        text(item, "spec", "element", "name"): _grid(mapping(item, "spec"))
        for _, item in entries(inside, place, "items")
        if text(item, "spec", "element", "name")
    }
    if grids:
        yield at, title, grids
    for key in ("rows", "tabs") if depth < _MOST_DEPTH else ():
        for here, part in entries(inside, place, key):
            below = mapping(part, "spec", "layout")
            yield from _rows(below, (*here, "spec", "layout"), text(part, "spec", "title"), depth + 1)


def _grid(item: dict[str, Any]) -> Grid:
    return number(item, "x"), number(item, "y"), number(item, "width"), number(item, "height")


def _row(
    row: Placed, elements: dict[str, dict[str, Any]], at: Address, sources: DataSources, world: World
) -> tuple[Row, tuple[spec.Panel, ...]]:
    place, title, grids = row
    panels = [
        (_panel((*at, name, "spec"), mapping(elements[name], "spec"), grid, sources, world), _unit(elements[name]))
        for name, grid in grids.items()
        if name in elements and elements[name].get("kind") != "LibraryPanel"
    ]
    return Row(place, 0, title, 0, tuple(panel for panel, _ in panels)), tuple(spec_panel(*one) for one in panels)


def _panel(at: Address, panel: dict[str, Any], grid: Grid, sources: DataSources, world: World) -> Panel:
    drawn = mapping(panel, "vizConfig")
    queries = _queries(panel, at, sources)
    return Panel(
        at=at,
        id=number(panel, "id"),
        type=text(drawn, "group") or text(drawn, "kind"),
        title=text(panel, "title"),
        description=text(panel, "description"),
        grid=grid,
        targets=tuple(made for query in queries if (made := target(query, world))),
        unit=_unit({"spec": panel}) or "short",
    )


def _unit(element: dict[str, Any]) -> str:
    return text(element, "spec", "vizConfig", "spec", "fieldConfig", "defaults", "unit")


def _queries(panel: dict[str, Any], at: Address, sources: DataSources) -> Iterator[Query]:
    group, place = mapping(panel, "data", "spec"), (*at, "data", "spec")
    for here, query in entries(group, place, "queries"):
        asked = mapping(query, "spec", "query")
        yield Query(
            (*here, "spec", "query", "spec"),
            mapping(asked, "spec"),
            _plugin(query, asked, sources),
            text(query, "spec", "refId"),
        )


def _plugin(query: dict[str, Any], asked: dict[str, Any], sources: DataSources) -> str:
    """The plugin is the group of a DataQuery; in the alpha form it is the kind itself."""
    said = text(asked, "group") or text(asked, "kind")
    return (
        said
        if said and said != "DataQuery"
        else sources.plugin(mapping(query, "spec", "datasource"), asked.get("datasource"))
    )


def _variables(value: dict[str, Any], at: Address) -> Iterator[spec.Variable]:
    for place, entry in entries(value, at, "variables"):
        said = mapping(entry, "spec")
        asked = mapping(said, "query", "spec") if entry.get("kind") == "QueryVariable" else {}
        question = text(asked, "query") or text(asked, "__legacyStringValue") or text(asked, "expr")
        yield variable((*place, "spec"), text(said, "name"), text(said, "label"), question, said.get("multi") is True)
