"""Files → Monitoring: every kind of file read into the same things, whoever wrote it and wherever it was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from types import NoneType
from typing import Any

from aimon.document import Address, Document, DocumentError, parse_yaml, parse_yaml_stream
from aimon.foreign.loose import mapping
from aimon.foreign.part import ALERTMANAGER, DASHBOARD, DASHBOARD_V2, PROMETHEUS, RULES, parts
from aimon.inventory.alertmanager import alertmanager, routing
from aimon.inventory.compose import compose, retention
from aimon.inventory.dashboards import dashboard, data_sources
from aimon.inventory.dashboards_v2 import dashboard_v2
from aimon.inventory.declared import declared
from aimon.inventory.prometheus import prometheus, storage
from aimon.inventory.rules import rules
from aimon.thing import (
    ALERT,
    CONTAINER,
    DATA_SOURCE,
    FILE,
    GROUP,
    INHIBITION,
    JOB,
    KINDS,
    METRIC,
    MUTE_TIME,
    PANEL,
    RECEIVER,
    RECORDING,
    ROUTE,
    SERVER,
    SLO,
    STORAGE,
    VARIABLE,
    Branch,
    Monitoring,
    Thing,
)
from aimon.thing import (
    DASHBOARD as BOARD,
)

__all__ = ["DECLARED", "OF_FILES", "OF_GRAFANA", "OF_PROMETHEUS", "Found", "declared", "inventory", "monitoring"]

# The kinds of things that each kind of file holds.
_HOLDS: dict[str, tuple[str, ...]] = {
    RULES: (ALERT, RECORDING, GROUP),
    PROMETHEUS: (SERVER, JOB),
    ALERTMANAGER: (ROUTE, RECEIVER, INHIBITION, MUTE_TIME),
    DASHBOARD: (BOARD, PANEL, VARIABLE),
    DASHBOARD_V2: (BOARD, PANEL, VARIABLE),
}
DECLARED = (METRIC, SLO)
OF_FILES = tuple(kind for kind in KINDS if kind not in DECLARED)
OF_PROMETHEUS = (*_HOLDS[RULES], *_HOLDS[PROMETHEUS], STORAGE)
OF_GRAFANA = _HOLDS[DASHBOARD]

_READERS: dict[str, Callable[[Any, Address], Iterator[Thing]]] = {
    PROMETHEUS: prometheus,
    ALERTMANAGER: alertmanager,
    DASHBOARD: dashboard,
    DASHBOARD_V2: dashboard_v2,
}
_COMPOSE = frozenset({"docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"})
_NOT_SHOWN = ("docs/", "grafana-dashboard.json")  # pages and a copy, which follow from the rest


class Found:
    """What some files hold, while they are read one after the other."""

    def __init__(self, flags: Mapping[str, str] | None = None) -> None:
        """``flags`` say how long Prometheus keeps samples, where no file does."""
        self.things: list[Thing] = []
        self.kinds: set[str] = set()
        self.routing: Branch | None = None
        self._flags = dict(flags or {})
        self._server: tuple[Any, Address] | None = None
        self._keeps = flags is not None

    def add(self, path: str, text: str) -> None:
        """Read a file; addresses of its things start with its path. Raises `DocumentError`."""
        for document in _documents(path, text):
            _check(path, document.value)
            if PurePosixPath(path).name in _COMPOSE:
                self._take((CONTAINER,), compose(document.value, (path,)))
                self._flags, self._keeps = retention(document.value), True
            elif "datasources" in mapping(document.value):
                self._take((DATA_SOURCE,), data_sources(document.value, (path,)))
            else:
                self._parts(path, document.value)

    def add_text(self, path: str, text: str) -> None:
        """Take a file of which only the text counts."""
        if not path.startswith(_NOT_SHOWN):
            self._take((FILE,), [Thing(FILE, path, text, lambda said: {"text": said}, (path,))])

    def _parts(self, path: str, value: Any) -> None:
        for part in parts(value, (path,)):
            if part.kind == RULES:
                self._take(_HOLDS[RULES], rules(path, part.value, part.at))
            elif part.kind in _READERS:
                self._take(_HOLDS[part.kind], _READERS[part.kind](part.value, part.at))
            if part.kind == PROMETHEUS:
                self._server, self._keeps = (part.value, part.at), True
            elif part.kind == ALERTMANAGER:
                self.routing = self.routing or routing(part.value)

    def _take(self, kinds: tuple[str, ...], things: Any) -> None:
        self.kinds.update(kinds)
        self.things.extend(things)

    def finish(self) -> None:
        """Say how long samples are kept, for which two files are needed."""
        if self._keeps:
            value, at = self._server or (None, ())
            self._take((STORAGE,), [storage(self._flags, value, at)])


def inventory(files: Mapping[str, str], flags: Mapping[str, str] | None = None) -> Found:
    """Everything in the files, each given as path → text. Raises `DocumentError` for what cannot be read."""
    found = Found(flags)
    for path in sorted(files):
        if path.startswith(_NOT_SHOWN) or path.endswith(".test.yml"):  # tests only follow from the rules
            continue
        if PurePosixPath(path).suffix in (".yml", ".yaml", ".json", ".rules"):
            found.add(path, files[path])
        else:
            found.add_text(path, files[path])
    found.finish()
    return found


# What a part of a file is where it is there at all; anything else would read as if nothing were in it.
_SHAPES = {"groups": list, "scrape_configs": list, "route": dict, "receivers": list, "panels": list, "services": dict}


def _check(path: str, value: Any) -> None:
    for key, shape in _SHAPES.items():
        if not isinstance(mapping(value).get(key, shape()), shape | NoneType):
            raise DocumentError("this is not what such a file holds", path=path, help=f"`{key}` is something else")


def _documents(path: str, text: str) -> list[Document]:
    try:
        return [parse_yaml(text, path)] if path.endswith(".json") else parse_yaml_stream(text, path)
    except DocumentError as error:
        raise DocumentError(error.message, error.place, error.help, path) from error


def monitoring(found: Found, tells: Iterable[str] | None = None) -> Monitoring:
    """The things of some files by themselves; where they stand in files is nothing that a spec knows."""
    for thing in found.things:
        thing.at = ()
    return Monitoring(found.things, found.kinds if tells is None else tells, routing=found.routing)
