"""Grafana's dashboards of the second form: elements, and a layout that names them.

Source: https://grafana.com/docs/grafana/latest/observability-as-code/schema-v2/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

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


class Placed(NamedTuple):
    """A row: where it is, its title, and where its elements are."""

    at: Address
    title: str
    grids: dict[str, Grid]


def dashboard(part: Part, world: World) -> Board:
    """The dashboard that a part holds."""
    value = mapping(part.value)
    sources = DataSources(value)
    elements = (*part.at, "elements")
    made = [_row(row, mapping(value, "elements"), elements, sources, world) for row in rows(value, part.at)]
    return board(part.at, value, str(part.at[0]), made, list(_variables(value, part.at)))


def rows(value: dict[str, Any], at: Address) -> list[Placed]:
    """The rows of a dashboard with those of its elements that it holds itself; last those that no layout names."""
    elements = mapping(value, "elements")
    own = dict.fromkeys(name for name in elements if text(elements, name, "kind") != "LibraryPanel")
    found = [
        Placed(row.at, row.title, {name: grid for name, grid in row.grids.items() if name in own})
        for row in _rows(mapping(value, "layout"), (*at, "layout"), "", 0)
    ]
    placed = {name for row in found for name in row.grids}
    rest: dict[str, Grid] = {name: (0, 0, 0, 0) for name in own if name not in placed}
    return [*found, Placed((*at, "elements"), "", rest)] if rest else found


def _rows(layout: dict[str, Any], at: Address, title: str, depth: int) -> Iterator[Placed]:
    """Every part of a layout that holds elements; rows and tabs hold layouts of their own."""
    inside, place = mapping(layout, "spec"), (*at, "spec")
    grids = {
        text(item, "spec", "element", "name"): _grid(mapping(item, "spec"))
        for _, item in entries(inside, place, "items")
        if text(item, "spec", "element", "name")
    }
    if grids:
        yield Placed(at, title, grids)
    for key in ("rows", "tabs") if depth < _MOST_DEPTH else ():
        for here, part in entries(inside, place, key):
            below = mapping(part, "spec", "layout")
            yield from _rows(below, (*here, "spec", "layout"), text(part, "spec", "title"), depth + 1)


def _grid(item: dict[str, Any]) -> Grid:
    return number(item, "x"), number(item, "y"), number(item, "width"), number(item, "height")


def _row(
    row: Placed, elements: dict[str, Any], at: Address, sources: DataSources, world: World
) -> tuple[Row, tuple[spec.Panel, ...]]:
    panels = [
        (
            _panel((*at, name, "spec"), mapping(elements, name, "spec"), grid, sources, world),
            _unit(mapping(elements, name)),
        )
        for name, grid in row.grids.items()
    ]
    return Row(row.at, 0, row.title, 0, tuple(panel for panel, _ in panels)), tuple(spec_panel(*one) for one in panels)


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
