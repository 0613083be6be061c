"""A panel: a picture with its title, its unit, its bounds and its colours, as they were said or as they follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from aimon import spec
from aimon.build.context import Context
from aimon.build.numbers import bound_value, declared_unit, quantity_of
from aimon.build.shapes import Picture, picture_of
from aimon.build.titles import AUTOMATIC, legend_of
from aimon.document import Address
from aimon.expressions import expression
from aimon.stack import Expression, Panel, Target
from aimon.units import Unit, grafana_unit, is_grafana_unit

# Visualisations that show one moment rather than a course of time.
INSTANT = frozenset({"bargauge", "gauge", "piechart", "stat", "table"})

_RED, _GREEN = "red", "green"


def panel(written: spec.Panel, context: Context, identity: int) -> Panel | None:
    """The panel at the top left corner; None where it names something that does not exist."""
    picture = picture_of(written, context)
    if picture is None:
        return None
    kind = written.type or picture.type
    targets = _targets(written, picture, kind, context)
    meaning = picture.unit or next((target.expression.unit for target in targets if target.expression.unit), None)
    unit = _unit(written.unit, meaning)
    steps = _thresholds(written, picture, declared_unit(written.unit) or meaning, kind)
    return Panel(
        at=written.at,
        id=identity,
        type=kind,
        title=written.title or picture.title,
        description=written.description or picture.description,
        grid=(0, 0, written.width or 0, written.height or 0),
        targets=targets,
        unit=unit,
        thresholds=steps,
        draws_threshold=len(steps) > 1,
        minimum=_lowest(written, kind),
        maximum=_highest(written, unit, kind),
        decimals=written.decimals,
        stacked=bool(written.stack),
        mappings=written.mappings or {},
        content=written.content or "",
        metric=written.metric,
        alert=written.alert,
        slo=written.slo,
    )


def title_of(written: spec.Panel, context: Context) -> str:
    """The title, as it identifies the panel within its row."""
    picture = picture_of(written, context)
    return written.title or (picture.title if picture else "")


def _targets(written: spec.Panel, picture: Picture, kind: str, context: Context) -> tuple[Target, ...]:
    form = "table" if kind == "table" else picture.format
    targets = []
    for index, ((query, legend), at) in enumerate(zip(picture.queries, _places(written, picture), strict=True)):
        meant = expression(query, at, context.catalogue, grafana=True)
        said = written.legend or legend or _legend(meant, written.title or picture.title, picture, context)
        targets.append(Target(_reference(index), meant, said, kind in INSTANT, form))
    return tuple(targets)


def _legend(query: Expression, title: str, picture: Picture, context: Context) -> str:
    """What the lines of a query are called that nobody has named: by their labels, or a single line by the title."""
    told = legend_of(query.tree, context.catalogue, context.single)
    if told is None or (not told and len(picture.queries) > 1):
        return AUTOMATIC
    return told or title


def _places(written: spec.Panel, picture: Picture) -> Iterable[Address]:
    if written.queries:
        return (query.at for query in written.queries)
    key = "metric" if written.metric is not None else "alert"
    return ((*written.at, key) for _ in picture.queries)


def _reference(index: int) -> str:
    return chr(ord("A") + index % 26) + ("" if index < 26 else str(index // 26))


def _unit(said: str | None, meaning: Unit | None) -> str:
    if said is None:
        return grafana_unit(meaning)
    if is_grafana_unit(said):
        return said
    return grafana_unit(declared_unit(said))


def _thresholds(written: spec.Panel, picture: Picture, unit: Unit | None, kind: str) -> tuple[Mapping[str, Any], ...]:
    """Colour steps from the lowest value up; the first has no value, as Grafana wants it."""
    if written.thresholds:
        base = next((step["color"] for step in written.thresholds if "value" not in step), _GREEN)
        read = [(quantity_of(step["value"]), step["color"]) for step in written.thresholds if "value" in step]
        above = [(bound_value(value, unit), color) for value, color in read if value is not None]
        return ({"color": base, "value": None}, *({"color": color, "value": float(value)} for value, color in above))
    if picture.bound is None:
        return ({"color": _GREEN, "value": None},)
    return _steps_of(*picture.bound, kind)


def _steps_of(operator: str, bound: Decimal, kind: str) -> tuple[Mapping[str, Any], ...]:
    """Green and red on either side of a bound; a line has the colour of the step above it, and has to be red."""
    if operator == "==" and not bound:
        return ({"color": _RED, "value": None}, {"color": _GREEN, "value": 1.0})
    larger = operator not in ("<", "<=") or kind == "timeseries"
    below, above = (_GREEN, _RED) if larger else (_RED, _GREEN)
    return ({"color": below, "value": None}, {"color": above, "value": float(bound)})


def _lowest(written: spec.Panel, kind: str) -> float | None:
    if written.min is not None or written.slo or kind not in ("timeseries", "gauge", "bargauge"):
        return written.min
    return 0.0


def _highest(written: spec.Panel, unit: str, kind: str) -> float | None:
    if written.max is not None or kind not in ("gauge", "bargauge"):
        return written.max
    return {"percentunit": 1.0, "percent": 100.0}.get(unit)
