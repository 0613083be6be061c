"""What a monitoring consists of, thing by thing: the same nouns for a spec, a folder, a git revision and a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from aimon.catalogue import Catalogue
from aimon.document import Address
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.tree import Node
from aimon.spec import NOTHING
from aimon.units import Unit

Key: TypeAlias = tuple[str, str]  # the kind of a thing, a word for people, and its name

ALERT, RECORDING, GROUP = "alert", "recording rule", "rule group"
METRIC, SLO = "metric", "slo"
SERVER, JOB, STORAGE = "prometheus", "scrape job", "storage"
ROUTE, RECEIVER, INHIBITION, MUTE_TIME = "route", "receiver", "inhibition", "mute time"
DASHBOARD, PANEL, VARIABLE, DATA_SOURCE = "dashboard", "panel", "variable", "data source"
CONTAINER, FILE = "container", "file"

SECRET = "<secret>"  # what a server prints in a secret's place

# What a reviewer wants to hear of first.
KINDS = (
    ALERT, RECORDING, METRIC, SLO, SERVER, JOB, STORAGE, ROUTE, RECEIVER, INHIBITION, MUTE_TIME,
    DASHBOARD, PANEL, VARIABLE, DATA_SOURCE, CONTAINER, GROUP, FILE,
)  # fmt: skip


class Query(NamedTuple):
    """An expression as it was written; ``grafana`` allows Grafana's variables."""

    text: str
    grafana: bool = False

    @property
    def tree(self) -> Node | None:
        """Its tree, or None where nobody can read it."""
        try:
            return parse(self.text, grafana=self.grafana)
        except SyntaxProblem:
            return None


class Thing:
    """One thing: what kind of thing, which one, and ``said``, what is known of it: attribute → canonical value.

    ``id`` is what it keeps when it gets another title; ``raw`` is enough to see at once that nothing differs.
    """

    def __init__(
        self,
        kind: str,
        id: str,
        raw: Any,
        read: Callable[[Any], dict[str, Any]],
        at: Address = (),
        name: str | None = None,
        queries: Sequence[Query] = (),
    ) -> None:
        self.kind, self.id, self.raw, self.at, self.queries = kind, id, raw, at, queries
        self.name = id if name is None else name
        self._read = read

    @cached_property
    def said(self) -> dict[str, Any]:
        """What is known of it; equal meaning is an equal value."""
        return self._read(self.raw)

    @property
    def series(self) -> str:
        """The name of what a recording rule makes; several rules may share it, and a label tells them apart."""
        return self.id.partition("{")[0]

    @property
    def key(self) -> Key:
        """What to call it."""
        return self.kind, self.name


class Branch(NamedTuple):
    """A node of Alertmanager's routing tree; ``options`` are its grouping and timing, those above it merged in."""

    receiver: str
    matchers: tuple[str, ...]
    continues: bool
    options: Mapping[str, Any]
    branches: tuple[Branch, ...] = ()


class Monitoring:
    """One side of a comparison. ``tells`` are the kinds of things that it can tell of: no others are missing in it."""

    def __init__(
        self,
        things: Iterable[Thing],
        tells: Iterable[str] = KINDS,
        catalogue: Catalogue | None = None,
        routing: Branch | None = None,
        units: Mapping[str, Unit | None] = NOTHING,
        active: Mapping[str, str] = NOTHING,
    ) -> None:
        self.things = list(things)
        self._by_id: dict[tuple[str, str], list[Thing]] = {}
        for thing in self.things:
            self._by_id.setdefault((thing.kind, thing.id), []).append(thing)
        self.tells = frozenset(tells)
        self.catalogue = Catalogue({}) if catalogue is None else catalogue
        self.routing = routing
        self.active = active  # the alerts that are pending or firing, where somebody asked a server
        self.units = units  # in which the threshold of each alert counts, where that is known

    def of(self, *kinds: str) -> Iterator[Thing]:
        """The things of these kinds, in order."""
        return (thing for thing in self.things if thing.kind in kinds)

    def called(self, kind: str, id: str) -> Sequence[Thing]:
        """The things of a kind that have this id."""
        return self._by_id.get((kind, id), ())
