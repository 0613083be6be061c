"""The variables of a dashboard: those that list the values of a label, and for all others a value in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aimon import spec
from aimon.document import Document, value_at
from aimon.draft.notes import Notes
from aimon.draft.values import without_nothing
from aimon.foreign.files import Files
from aimon.foreign.loose import listed, mapping, text
from aimon.foreign.panels import Board
from aimon.promql.tree import selectors

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_USE = r"\$\{%s(?::[^}]*)?\}|\$%s\b|\[\[%s(?::\w+)?\]\]"
_EVERYTHING = ".*"
_AUTOMATIC = "$__rate_interval"  # what Grafana makes of an interval that it may choose


class Variables:
    """What becomes of the variables of one dashboard."""

    def __init__(self, board: Board, files: Files, notes: Notes) -> None:
        self.carried: dict[str, Any] = {}
        self._values: dict[str, str] = {}
        for variable in filter(lambda each: each.name, board.spec.variables):
            raw, kind = _written(variable, files)
            listing = _listing(variable, board) if kind != "datasource" and _NAME.fullmatch(variable.name) else None
            if listing is not None:
                self.carried[variable.name] = without_nothing({**listing, "title": variable.title})
                self.carried[variable.name] |= {} if _is_multiple(raw) else {"multi": False}
                _tell_lost(variable, raw, listing, notes)
            elif kind == "datasource":
                notes.tell(variable.at, f"`${variable.name}` is left out: the stack has one data source")
            else:
                self._values[variable.name] = value = _value(raw, kind)
                notes.lose(variable.at, f"`${variable.name}` is left out: `{value}` stands in its place")

    def filled(self, text: str) -> str:
        """The text with values for the variables that are left out."""
        for name, value in self._values.items() if "$" in text or "[[" in text else ():
            text = re.sub(_USE % ((re.escape(name),) * 3), lambda _, value=value: value, text)  # type: ignore[misc]
        return text


def _written(variable: spec.Variable, files: Files) -> tuple[dict[str, Any], str]:
    """What was written of a variable, and its kind in one word."""
    source, local = files.sources[str(variable.at[0])], variable.at[1:]
    if not isinstance(source, Document):
        return {}, ""
    raw = mapping(value_at(source.value, local))
    new = text(mapping(value_at(source.value, local[:-1])), "kind")
    return raw, (new.removesuffix("Variable").lower() if new else text(raw, "type"))


def _listing(variable: spec.Variable, board: Board) -> dict[str, str] | None:
    """The label and the metric whose values it may list: as it says, or else as the queries use it."""
    if variable.label and variable.of:
        return {"label": variable.label, "of": variable.of}
    return next(_uses(variable.name, board), None)


def _uses(name: str, board: Board) -> Iterator[dict[str, str]]:
    """Every label that a query compares with the variable alone, and the metric that has it."""
    use = re.compile(_USE % ((re.escape(name),) * 3))
    for panel in board.stack.panels():
        for target in panel.targets:
            for found in selectors(target.expression.tree) if target.expression.tree is not None else ():
                for matcher in found.matchers:
                    if found.name and "$" not in found.name and use.fullmatch(matcher.value):
                        yield {"label": matcher.label, "of": found.name}


def _is_multiple(raw: dict[str, Any]) -> bool:
    return raw.get("multi") is True or raw.get("includeAll") is True


def _tell_lost(variable: spec.Variable, raw: dict[str, Any], listing: dict[str, str], notes: Notes) -> None:
    asked = raw.get("query")
    question = " ".join((text(asked, "query") if isinstance(asked, dict) else text(asked)).split())
    simple = f"label_values({listing['of']}, {listing['label']})"
    if question.replace(" ", "") != simple.replace(" ", "") and not isinstance(mapping(asked).get("spec"), dict):
        notes.tell(variable.at, f"`${variable.name}` becomes the values of {simple}")
    if text(raw, "regex"):
        notes.lose((*variable.at, "regex"), f"`regex` is left out: `${variable.name}` lists every value")


def _value(raw: dict[str, Any], kind: str) -> str:
    """What stands for a variable: its value when the dashboard was saved, or else the first that it can have."""
    chosen = mapping(raw, "current").get("value")
    options = [mapping(option).get("value") for option in listed(raw, "options")]
    words = text(raw, "query").split(",") if kind in ("custom", "interval", "constant", "textbox") else []
    for said in (chosen[0] if isinstance(chosen, list) and chosen else chosen, *options, *words):
        value = text(said).strip()
        if value.startswith(("$__auto", "auto")) and kind == "interval":
            return _AUTOMATIC
        if value and not value.startswith("$__"):
            return value
    return text(raw, "allValue") or _EVERYTHING
