"""What the panels of both forms of dashboards have in common: the queries, and in which language they are."""

from __future__ import annotations

from typing import Any, NamedTuple

from aimon import spec
from aimon.document import Address
from aimon.foreign.languages import LANGUAGES
from aimon.foreign.loose import text
from aimon.foreign.world import World
from aimon.stack import Dashboard, Duration, Panel, Row, Target, Variable

_DEFAULT_TIME, _DEFAULT_REFRESH = Duration("6h", 21_600.0), Duration("0s", 0.0)


class Board(NamedTuple):
    """A dashboard as the stack has it, and as a spec would."""

    stack: Dashboard
    spec: spec.Dashboard


class Query(NamedTuple):
    """A query as it was written: the mapping that holds ``expr``, and the plugin that it goes to."""

    at: Address
    value: dict[str, Any]
    plugin: str
    ref: str


def target(query: Query, world: World) -> Target | None:
    """The query of a panel; None where it is not PromQL, or there is none."""
    language = LANGUAGES.get(query.plugin, query.plugin and f"the language of {query.plugin}")
    text_ = text(query.value, "expr")
    if language not in ("PromQL", ""):
        if language is not None and _is_asked(query.value):
            world.skip(query.at, language)
        return None
    at = (*query.at, "expr")
    if not text_.strip():
        return None
    made = world.expression(text_, at, grafana=True)
    if made is None:
        return None
    instant = query.value.get("instant") is True
    return Target(
        query.ref, made, text(query.value, "legendFormat"), instant, text(query.value, "format") or "time_series"
    )


def _is_asked(value: dict[str, Any]) -> bool:
    return any(
        text(value, key).strip() for key in ("expr", "query", "rawSql", "target", "rawQuery", "queryText", "expression")
    ) or bool(value)


def spec_panel(panel: Panel, unit: str) -> spec.Panel:
    """The panel as a spec would have it."""
    queries = tuple(
        spec.Query(target.expression.at, target.expression.text, target.legend or None) for target in panel.targets
    )
    return spec.Panel(panel.at, queries=queries, title=panel.title, type=panel.type, unit=unit or None)


def board(
    at: Address,
    said: dict[str, Any],
    uid: str,
    rows: list[tuple[Row, tuple[spec.Panel, ...]]],
    variables: list[spec.Variable],
) -> Board:
    """A dashboard of rows."""
    title, description = text(said, "title"), text(said, "description")
    tags = (
        tuple(tag for tag in said.get("tags") or () if isinstance(tag, str))
        if isinstance(said.get("tags"), list)
        else ()
    )
    shown = tuple(
        Variable(one.at, one.name, one.title or one.name, one.label, one.of, bool(one.multi)) for one in variables
    )
    whole = Dashboard(
        at=at,
        name=title or str(at[0]),
        uid=uid,
        title=title,
        description=description,
        tags=tags,
        time=_DEFAULT_TIME,
        refresh=_DEFAULT_REFRESH,
        variables=shown,
        rows=tuple(row for row, _ in rows),
    )
    written = tuple(spec.Row(row.at, row.title, panels) for row, panels in rows)
    return Board(
        whole, spec.Dashboard(at, whole.name, written, title, description, list(tags), variables=tuple(variables))
    )
