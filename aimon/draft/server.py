"""The server of a prometheus.yml as the section ``prometheus`` of a spec, with the defaults of Prometheus spelt out."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Sequence
from pathlib import PurePath
from typing import Any

from aimon.document import Address
from aimon.draft.notes import Notes
from aimon.draft.values import length, without_nothing, words
from aimon.foreign.loose import mapping, text, texts
from aimon.foreign.part import Part

_GLOBAL = frozenset({"scrape_interval", "scrape_timeout", "evaluation_interval", "external_labels"})
_KNOWN = frozenset({"global", "scrape_configs", "rule_files", "storage", "alerting"})
_UNSAID = "1m"  # what Prometheus takes where its file says no interval, and aimon does not


def prometheus(parts: Sequence[Part], named: Collection[str], notes: Notes) -> dict[str, Any]:
    """What the first of the files says; of others only jobs are taken. ``named`` are the paths of rule files."""
    for part in parts:
        _lose(part, named, notes)
    for part in parts[1:]:
        notes.lose((*part.at, "global"), "`global` is left out: the one of another prometheus.yml holds")
    return _server(parts[0], notes) if parts else {}


def _server(part: Part, notes: Notes) -> dict[str, Any]:
    said, at = mapping(part.value, "global"), (*part.at, "global")
    notes.lose_rest(at, said, _GLOBAL)
    return without_nothing(
        {
            "scrape_interval": length(said, at, "scrape_interval", notes) or _UNSAID,
            "scrape_timeout": length(said, at, "scrape_timeout", notes),
            "evaluation_interval": length(said, at, "evaluation_interval", notes) or _UNSAID,
            "external_labels": words(said, at, "external_labels", notes),
            **_storage(mapping(part.value, "storage"), (*part.at, "storage"), notes),
        }
    )


def _storage(said: dict[str, Any], at: Address, notes: Notes) -> dict[str, Any]:
    """What is kept, and how late a sample may come."""
    tsdb, place = mapping(said, "tsdb"), (*at, "tsdb")
    kept, where = mapping(tsdb, "retention"), (*place, "retention")
    notes.lose_rest(at, said, ("tsdb",))
    notes.lose_rest(place, tsdb, ("retention", "out_of_order_time_window"))
    notes.lose_rest(where, kept, ("time", "size"))
    retention = without_nothing({"time": length(kept, where, "time", notes), "size": text(kept, "size")})
    return {"retention": retention, "out_of_order_time_window": length(tsdb, place, "out_of_order_time_window", notes)}


def _lose(part: Part, named: Collection[str], notes: Notes) -> None:
    """What no spec has, and the rule files that nobody named."""
    notes.lose_rest(part.at, mapping(part.value), _KNOWN)
    if mapping(part.value, "alerting"):
        notes.lose((*part.at, "alerting"), "`alerting` is left out: alerts go to the Alertmanager that aimon sets up")
    names = [PurePath(path.partition("#")[0]).name for path in named]
    for index, pattern in enumerate(texts(part.value, "rule_files")):
        if not fnmatch.filter(names, PurePath(pattern).name):
            notes.lose((*part.at, "rule_files", index), f"`{pattern}` is left out: import it together with this file")
