"""Dashboards of Grafana, of either form, as those of a spec: name → title, variables and rows of panels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aimon import conventions
from aimon.document import Address, Document, value_at
from aimon.draft.names import free, slug
from aimon.draft.notes import Notes
from aimon.draft.panels import panels
from aimon.draft.values import length, without_nothing
from aimon.draft.variables import Variables
from aimon.foreign import dashboards as classic
from aimon.foreign import dashboards_v2
from aimon.foreign.files import Files
from aimon.foreign.loose import listed, mapping, text
from aimon.foreign.panels import Board
from aimon.foreign.part import DASHBOARD, DASHBOARD_V2, Part
from aimon.foreign.world import World

READERS = {DASHBOARD: classic.dashboard, DASHBOARD_V2: dashboards_v2.dashboard}
_UNTITLED = "Overview"


def dashboards(parts: Iterable[Part], files: Files, notes: Notes) -> dict[str, Any]:
    """The dashboards, each with a name and a title that no other has."""
    made: dict[str, Any] = {}
    titles: set[str] = set()
    for part in parts:
        world = World(None, {})
        board = READERS[part.kind](part, world)
        for skipped in world.skipped:
            notes.lose(skipped.at, f"this query is left out: it is in {skipped.language}")
        title = free(board.stack.title or _UNTITLED, titles)
        drawn = _dashboard(board, title, part, files, notes)
        if not drawn["rows"]:
            notes.lose(part.at, f"the dashboard `{title}` is left out: it has no panel that a spec can have")
            continue
        titles.add(title.lower())
        name = free(slug(title, "dashboard"), made)
        _tell_uid(part.at, text(part.value, "uid"), name, notes)
        made[name] = without_nothing(drawn)
    return made


def _tell_uid(at: Address, was: str, name: str, notes: Notes) -> None:
    """A uid is part of the address of a dashboard."""
    becomes = conventions.dashboard_uid(conventions.DEFAULT_NAME, name)
    if was and was != becomes:
        notes.tell((*at, "uid"), f"the uid `{was}` becomes `{becomes}`: links to the dashboard change")


def _dashboard(board: Board, title: str, part: Part, files: Files, notes: Notes) -> dict[str, Any]:
    value = mapping(part.value)
    if title != board.stack.title:
        notes.tell((*part.at, "title"), f"another dashboard has this title, or there is none: it becomes `{title}`")
    _lose(part.at, value, notes)
    variables = Variables(board, files, notes)
    settings = mapping(value, "timeSettings")
    return {
        "title": title,
        "description": board.stack.description,
        "tags": list(board.stack.tags),
        "time": _opened(text(value, "time", "from") or text(settings, "from")),
        "refresh": _refreshed(value, part.at, notes) or _refreshed(settings, part.at, notes, "autoRefresh"),
        "variables": variables.carried,
        "rows": _rows(board, variables, files, notes),
    }


def _lose(at: Address, value: dict[str, Any], notes: Notes) -> None:
    if listed(value, "links"):
        notes.lose((*at, "links"), "`links` are left out: a spec has no word for them")
    for key in ("annotations", "layers"):
        marks = listed(value, key) if isinstance(value.get(key), list) else listed(value, key, "list")
        if any(not _is_built_in(mark) for mark in marks):
            notes.lose((*at, key), "`annotations` are left out: a spec has no word for them")


def _is_built_in(mark: Any) -> bool:
    """Whether it is the layer that every dashboard has."""
    return bool(mapping(mark).get("builtIn") or mapping(mark, "spec").get("builtIn"))


def _opened(start: str) -> str | None:
    """``now-6h`` as ``6h``; nothing else has a length."""
    return length({"time": start.removeprefix("now-")}, (), "time", Notes()) if start.startswith("now-") else None


def _refreshed(value: dict[str, Any], at: Address, notes: Notes, key: str = "refresh") -> str | None:
    return length(value, at, key, notes) if text(value, key) else None


def _rows(board: Board, variables: Variables, files: Files, notes: Notes) -> dict[str, Any]:
    """The panels by row, each row with a title of its own."""
    made: dict[str, Any] = {}
    for row, said in zip(board.stack.rows, board.spec.rows, strict=True):
        raw = _raw(row.at, files)
        if raw.get("repeat") and raw.get("type") == "row":
            notes.lose((*row.at, "repeat"), "`repeat` is left out: the row is drawn once, for all values together")
        drawn = panels(zip(row.panels, said.panels, strict=True), variables, lambda at: _raw(at, files), notes)
        if drawn:
            made[free(variables.filled(row.title).strip() or _UNTITLED, {title.lower() for title in made})] = drawn
    return made


def _raw(at: Address, files: Files) -> dict[str, Any]:
    """What was written at an address."""
    source = files.sources[str(at[0])]
    return mapping(value_at(source.value, at[1:])) if isinstance(source, Document) else {}
