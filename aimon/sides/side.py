"""One side of a diff, and what keeps it from being one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from aimon import spec
from aimon.diagnostic import Diagnostic
from aimon.document import Address, Place
from aimon.sources import Sources
from aimon.spec import BOUNDS
from aimon.stack import Stack
from aimon.thing import ALERT, GROUP, RECORDING, Monitoring

# What a spec calls the attributes that it has another word for: the first of these that is there.
_BOUNDS: tuple[Address, ...] = (*((bound,) for bound in BOUNDS), ("expr",))
_WRITTEN_AS: dict[str, tuple[Address, ...]] = {
    "threshold": _BOUNDS,
    "operator": _BOUNDS,
    **dict.fromkeys(
        ("expression", "window", "selector", "quantile", "condition", "guard", "metric", "logic"), (("expr",),)
    ),
    **dict.fromkeys(("label", "value", "cardinality"), (("labels",),)),
    "annotations": (("annotations",), ()),
    "interval": (("scrape_interval",),),
    "timeout": (("scrape_timeout",),),
    "retention_time": (("retention", "time"),),
    "retention_size": (("retention", "size"),),
    "query": (("expr",), ("queries",), ("metric",), ("alert",)),
}


class SideError(Exception):
    """A side that cannot be had; ``diagnostics`` say what is wrong with a spec."""

    def __init__(self, message: str, cure: str | None = None, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.cure, self.diagnostics = cure, diagnostics


class Side(NamedTuple):
    """A monitoring, and where it comes from.

    ``holds`` are the kinds of things in files of others, which do not say what they leave out; None for anything that
    does. ``notes`` are what somebody should know of it.
    """

    monitoring: Monitoring
    holds: frozenset[str] | None = None
    sources: Sources | None = None
    stack: Stack | None = None
    is_server: bool = False
    notes: tuple[str, ...] = ()

    @property
    def policy(self) -> spec.Changes:
        """How changes are judged, as far as a spec says it."""
        return self.stack.spec.changes if self.stack else spec.Changes()

    def telling(self, kinds: Iterable[str]) -> Side:
        """The same side, which is asked for these kinds too: it has none of them."""
        side = self.monitoring
        return self._replace(monitoring=Monitoring(side.things, kinds, side.catalogue, side.routing, side.units))

    def name_files_as(self, other: Side) -> None:
        """Call rule files as the other side does, where the ends of their paths say that they are the same."""
        theirs = {_file(thing.id) for thing in other.monitoring.of(GROUP)}
        mine = {_file(thing.id) for thing in self.monitoring.of(GROUP)}
        names = {path: _same(path, mine, theirs) for path in mine}
        for thing in self.monitoring.of(ALERT, RECORDING):
            thing.raw = thing.raw._replace(file=names[thing.raw.file])
        for thing in self.monitoring.of(GROUP):
            path, semicolon, group = thing.id.partition(";")
            thing.id = f"{names[path]}{semicolon}{group}"

    def where(self, at: Address, attribute: str = "") -> tuple[str, Place] | None:
        """The file and the place in it where the spec says an attribute of what is at an address, or all of it."""
        if self.sources is None or not at:
            return None
        head, _, name = attribute.partition(".")
        said = [(*at, *step) for step in _WRITTEN_AS.get(head, ((head,),))]
        closest = next((place for place in said if self.sources.existing(place) == place), at)
        deeper = (*closest, name)
        document, local = self.sources.locate(deeper if self.sources.existing(deeper) == deeper else closest)
        return document.path, document.where(local, key=True)


def _file(id: str) -> str:
    return id.partition(";")[0]


def _same(path: str, mine: set[str], theirs: set[str]) -> str:
    if path in theirs:
        return path
    ends = [other for other in theirs if path.endswith(f"/{other}") or other.endswith(f"/{path}")]
    if len(mine) == len(theirs) == 1:
        ends = list(theirs)
    return ends[0] if len(ends) == 1 else path
