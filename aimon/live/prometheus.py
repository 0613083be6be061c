"""A running Prometheus → the files that it would have been started with: its configuration, its rules, its flags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from aimon.document import parse_yaml
from aimon.live.api import mapping, rows
from aimon.live.http import LiveError, Server

_RETENTION = "storage.tsdb.retention."


class Loaded(NamedTuple):
    """Files as path → text, how long samples are kept, and which alerts are pending or firing.

    ``groups`` are the rule groups as Prometheus tells of them, with the health of each rule.
    """

    files: dict[str, str]
    flags: dict[str, str]
    active: dict[str, str]
    groups: tuple[Mapping[str, Any], ...] = ()


def is_prometheus(server: Server) -> bool:
    """Whether it answers as a Prometheus does. Raises `LiveError` where nobody answers."""
    try:
        return bool(mapping(server, "/api/v1/status/config").get("yaml"))
    except LiveError as error:
        if error.status in (0, 401, 403) and "JSON" not in str(error):
            raise
        return False


def loaded(server: Server) -> Loaded:
    """What a Prometheus has loaded. Raises `LiveError`."""
    flags = {name: str(said) for name, said in mapping(server, "/api/v1/status/flags").items()}
    folder = str(PurePosixPath(flags.get("config.file", "")).parent)
    groups = tuple(rows(mapping(server, "/api/v1/rules").get("groups")))
    config = parse_yaml(str(mapping(server, "/api/v1/status/config").get("yaml"))).value
    files = {"prometheus.yml": json.dumps(_relative(config, folder))}
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for group in groups:
        by_file.setdefault(_below(str(group.get("file")), folder), []).append(group)
    for path, members in by_file.items():
        files[path] = json.dumps({"groups": list(map(_group, members))})
    kept = {name.removeprefix(_RETENTION): said for name, said in flags.items() if name.startswith(_RETENTION)}
    return Loaded(files, kept, _active(groups), groups)


def _active(groups: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The alerts that are not idle, each with the worst of its states."""
    rules = [rule for group in groups for rule in group.get("rules") or ()]
    return {str(rule["name"]): state for rule in rules if (state := str(rule.get("state"))) in ("pending", "firing")}


def _below(path: str, folder: str) -> str:
    """The path of a rule file from the folder of prometheus.yml, as its own configuration names it."""
    found = PurePosixPath(path)
    return str(found.relative_to(folder)) if found.is_relative_to(folder) else path.lstrip("/")


def _relative(value: Any, folder: str) -> Any:
    """The configuration with its paths as they were written: Prometheus prints them from the root."""
    if isinstance(value, dict):
        return {key: _relative(entry, folder) for key, entry in value.items()}
    if isinstance(value, list):
        return [_relative(entry, folder) for entry in value]
    return value.removeprefix(f"{folder}/") if isinstance(value, str) and folder.startswith("/") else value


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    """A group as a file would hold it; Prometheus fills its interval in where it has none of its own."""
    rules = [dict(_rule(rule)) for rule in group.get("rules") or ()]
    said = {"name": group.get("name"), "interval": f"{group.get('interval', 0):g}s", "rules": rules}
    return said | ({"limit": group["limit"]} if group.get("limit") else {})


def _rule(rule: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield ("alert" if rule.get("type") == "alerting" else "record"), rule.get("name")
    yield "expr", rule.get("query")
    yield "labels", rule.get("labels") or {}
    yield "annotations", rule.get("annotations") or {}
    for ours, theirs in (("for", "duration"), ("keep_firing_for", "keepFiringFor")):
        if rule.get(theirs):
            yield ours, f"{round(float(rule[theirs]) * 1000)}ms"
