"""Panels of Grafana as those of a spec: queries, title, unit, and of their looks what the language has words for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from aimon import spec
from aimon.document import Address, value_at
from aimon.draft.looks import looks, place, steps
from aimon.draft.notes import Notes
from aimon.draft.values import without_nothing
from aimon.draft.variables import Variables
from aimon.foreign.loose import mapping, text
from aimon.promql.parse import SyntaxProblem, Unsupported, parse
from aimon.stack import Panel, Target

# The visualisations of a spec, by what Grafana calls them or once did.
_TYPES = {
    **{name: name for name in ("timeseries", "stat", "gauge", "bargauge", "table", "heatmap", "piechart")},
    **{name: name for name in ("state-timeline", "text", "alertlist")},
    "graph": "timeseries",
    "singlestat": "stat",
    "table-old": "table",
    "grafana-piechart-panel": "piechart",
    "heatmap-new": "heatmap",
}
_WITHOUT_QUERIES = frozenset({"text", "alertlist"})
_AUTOMATIC = "__auto"  # the legend that Grafana makes itself
# What changes the meaning of a panel, in either form.
_MATTERS: tuple[Address, ...] = (
    *((key,) for key in ("transformations", "repeat", "timeFrom", "timeShift", "links")),
    *(
        ("data", "spec", *rest)
        for rest in (("transformations",), ("queryOptions", "timeFrom"), ("queryOptions", "timeShift"))
    ),
)

Raw = Callable[[Address], dict[str, Any]]


def panels(
    placed: Iterable[tuple[Panel, spec.Panel]], variables: Variables, raw: Raw, notes: Notes
) -> list[dict[str, Any]]:
    """The panels of a row that a spec can have; ``raw`` is what was written at an address."""
    made = (_panel(panel, said, variables, raw, notes) for panel, said in placed)
    return [panel for panel in made if panel is not None]


def _panel(panel: Panel, said: spec.Panel, variables: Variables, raw: Raw, notes: Notes) -> dict[str, Any] | None:
    """The panel; None where nothing of it can be shown."""
    written, title = raw(panel.at), variables.filled(panel.title)
    kind = _TYPES.get(panel.type)
    asks = kind not in _WITHOUT_QUERIES
    queries = list(_queries(panel.targets, variables, raw, notes)) if asks else []
    content = _content(written) if kind == "text" else ""
    if (asks and not queries) or (kind == "text" and not content.strip()):
        lacking = "query that a spec can have" if asks else "text"
        notes.lose(panel.at, f"the panel `{title}` is left out: it has no {lacking}")
        return None
    if kind is None:
        notes.lose((*panel.at, "type"), f"`{panel.type}` is left out: `{title}` is drawn as suits its query")
    _lose(panel.at, written, notes)
    width, height = panel.grid[2:]
    return without_nothing(
        {
            "expr": queries[0]["expr"] if len(queries) == 1 else None,
            "queries": queries if len(queries) > 1 else None,
            "title": title,
            "description": panel.description,
            "type": kind,
            "unit": said.unit,
            "legend": queries[0].get("legend") if len(queries) == 1 else None,
            **steps((*panel.at, *place(written)), looks(written), kind or "", notes),
            "width": width if 1 <= width <= 24 else None,
            "height": height if 2 <= height <= 40 else None,
            "content": content,
        }
    )


def _content(written: dict[str, Any]) -> str:
    return text(written, "content") or text(looks(written), "options", "content")


def _queries(targets: Iterable[Target], variables: Variables, raw: Raw, notes: Notes) -> Iterator[dict[str, str]]:
    """The queries that are shown and are PromQL."""
    for target in targets:
        at = target.expression.at
        expr = variables.filled(target.expression.text.strip())
        problem = _problem(expr)
        if raw(at[:-1]).get("hide") is True or raw(at[:-3]).get("hidden") is True:
            notes.lose(at, "this query is left out: it is hidden")
        elif problem is not None:
            notes.lose(at, f"this query is left out: it is no PromQL: {problem}")
        else:
            legend = variables.filled(target.legend)
            yield {"expr": expr} | ({"legend": legend} if legend and legend != _AUTOMATIC else {})


def _problem(expr: str) -> str | None:
    """Why an expression is none; None where only promtool could tell."""
    try:
        parse(expr, grafana=True)
    except Unsupported:
        return None
    except SyntaxProblem as problem:
        return problem.message
    return None


def _lose(at: Address, written: dict[str, Any], notes: Notes) -> None:
    """What changes the meaning of a panel and has no word."""
    for where in _MATTERS:
        if value_at(written, where):
            notes.lose((*at, *where), f"`{where[-1]}` is left out: a spec has no word for it")
    if mapping(looks(written), "fieldConfig").get("overrides"):
        here = (*at, *place(written), "fieldConfig", "overrides")
        notes.lose(here, "`overrides` are left out: a spec has no word for them")
