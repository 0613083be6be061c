"""Dashboards of Grafana → the dashboard by its uid, its variables, and its panels; data sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aimon.document import Address
from aimon.foreign.loose import entries, listed, mapping, number, text
from aimon.inventory.plain import expression, flat
from aimon.thing import DASHBOARD, DATA_SOURCE, PANEL, VARIABLE, Query, Thing

# What Grafana counts or fills in itself.
_SHOWN = ("uid", "title", "description", "tags", "refresh", "time", "timezone", "links")


class Placed(NamedTuple):
    """A panel and the row that it is in."""

    panel: Mapping[str, Any]
    row: str
    uid: str


def dashboard(value: Any, at: Address = ()) -> Iterator[Thing]:
    """A dashboard with all that is on it; its title stands for a uid that it does not have."""
    board, title = mapping(value), text(value, "title")
    uid = text(board, "uid") or title
    yield board_of(board, at, uid)
    for place, entry in entries(mapping(board, "templating"), (*at, "templating"), "list"):
        yield variable(entry, place, uid, title)
    for place, panel, row in _panels(board, at):
        yield panel_of(Placed(panel, row, uid), place, title)


def board_of(board: Mapping[str, Any], at: Address, uid: str) -> Thing:
    """The dashboard itself."""
    return Thing(DASHBOARD, uid, board, _dashboard, at, text(board, "title"))


def variable(entry: Mapping[str, Any], at: Address, uid: str, title: str) -> Thing:
    """A variable of a dashboard."""
    name = text(entry, "name")
    return Thing(VARIABLE, f"{uid}/{name}", entry, _variable, at, f"{title} / ${name}", _asked(entry))


def panel_of(placed: Placed, at: Address, title: str) -> Thing:
    """A panel of a dashboard."""
    panel = placed.panel
    shown = " / ".join(part for part in (title, placed.row, text(panel, "title")) if part)
    queries = [Query(text(mapping(target), "expr"), True) for target in listed(panel, "targets")]
    return Thing(PANEL, f"{placed.uid}/{text(panel, 'title')}", placed, _panel, at, shown, queries)


def _panels(board: dict[str, Any], at: Address) -> Iterator[tuple[Address, dict[str, Any], str]]:
    """Every panel with the title of its row: behind a row, inside a collapsed one, or in the rows of old."""
    row = ""
    for place, panel in entries(board, at, "panels"):
        if panel.get("type") != "row":
            yield place, panel, row
            continue
        row = text(panel, "title")
        yield from ((here, inner, row) for here, inner in entries(panel, place, "panels"))
    for place, old in entries(board, at, "rows"):
        yield from ((here, panel, text(old, "title")) for here, panel in entries(old, place, "panels"))


def _dashboard(board: Mapping[str, Any]) -> dict[str, Any]:
    return {key: board[key] for key in _SHOWN if board.get(key) not in (None, "", [], {})}


def _asked(entry: Mapping[str, Any]) -> list[Query]:
    """What the variable's list is made of, as far as it is an expression: the first argument of ``label_values``."""
    asked = _question(entry)
    inside = asked.partition("label_values(")[2].rpartition(",")[0]
    return [Query(inside, True)] if inside else []


def _question(entry: Mapping[str, Any]) -> str:
    asked = entry.get("query")
    return text(asked, "query") if isinstance(asked, dict) else text(entry, "query") or text(entry, "definition")


def _variable(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "query": _question(entry),
        "type": text(entry, "type"),
        "label": text(entry, "label"),
        "regex": text(entry, "regex"),
        "multi": entry.get("multi") is True,
        "all": entry.get("includeAll") is True,
    }


def _panel(placed: Placed) -> dict[str, Any]:
    panel = placed.panel
    defaults, position = mapping(panel, "fieldConfig", "defaults"), mapping(panel, "gridPos")
    targets = [mapping(target) for target in listed(panel, "targets")]
    queries = {text(one, "refId"): expression(text(one, "expr"), True) for one in targets if text(one, "expr")}
    others = {text(one, "refId"): _other(one) for one in targets if not text(one, "expr")}
    legends = {text(one, "refId"): text(one, "legendFormat") for one in targets}
    return {
        "title": text(panel, "title"),
        **flat({"query": queries}),
        **{f"source_query.{name}": said for name, said in others.items() if said},
        **flat({"legend": {name: legend for name, legend in legends.items() if legend}}),
        "type": text(panel, "type"),
        "unit": text(defaults, "unit"),
        "thresholds": [_step(mapping(step)) for step in listed(defaults, "thresholds", "steps")],
        "description": text(panel, "description"),
        "row": placed.row,
        "position": [number(position, key) for key in "xywh"],
        **flat({"options": panel.get("options") or {}}),
        **{f"bound.{key}": defaults[key] for key in ("min", "max", "decimals") if defaults.get(key) is not None},
        "mappings": listed(defaults, "mappings"),
        "id": number(panel, "id"),
    }


def _other(target: Mapping[str, Any]) -> str:
    """A query in another language."""
    found = (text(target, key) for key in ("rawSql", "query", "target", "rawQuery", "queryText", "expression"))
    return next((" ".join(one.split()) for one in found if one), "")


def _step(step: Mapping[str, Any]) -> str:
    value = step.get("value")
    return text(step, "color") if value is None else f"{text(step, 'color')} from {value:g}"


def data_sources(value: Any, at: Address = ()) -> Iterator[Thing]:
    """Where Grafana asks."""
    for place, source in entries(value, at, "datasources"):
        yield Thing(DATA_SOURCE, text(source, "name"), source, _source, place)


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    return flat({key: entry for key, entry in source.items() if key not in ("name", "version", "editable")})
