"""Both sides of a comparison, with what is asked of them again and again: who reads what, who is told, new names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from aimon.catalogue import Catalogue
from aimon.change import Change
from aimon.compare.pairs import Pair
from aimon.compare.receivers import arrivals, reached
from aimon.compare.uses import Uses, series_names
from aimon.promql.labelling import Labelling
from aimon.thing import ALERT, METRIC, RECORDING, Key, Monitoring, Thing


class Scene:
    """What it knows is found out on the first question."""

    def __init__(self, before: Monitoring, after: Monitoring, pairs: Sequence[Pair]) -> None:
        self.before, self.after, self.pairs = before, after, pairs
        self.used, self.uses = Uses(before), Uses(after)

    def pairs_of(self, kind: str, name: str) -> Sequence[Pair]:
        """The things of that name, on either side."""
        return self._by_key.get((kind, name), ())

    @cached_property
    def _by_key(self) -> dict[Key, list[Pair]]:
        found: dict[Key, list[Pair]] = {}
        for pair in self.pairs:
            for key in {one.key for one in pair if one is not None}:
                found.setdefault(key, []).append(pair)
        return found

    def metric(self, name: str) -> Thing | None:
        """The metric as it is declared now, or else as it was."""
        return next((thing for side in (self.after, self.before) for thing in side.called(METRIC, name)), None)

    def names_of(self, metric: str) -> list[str]:
        """The series of a metric."""
        found = self.metric(metric)
        return series_names(metric, found.said["type"] if found else "counter")

    @cached_property
    def renames(self) -> dict[str, str]:
        """The new names of all series of metrics and rules that have one."""
        found: dict[str, str] = {}
        for old, new in self.pairs:
            if old is None or new is None or old.id == new.id:
                continue
            if old.kind == METRIC:
                found |= dict(zip(self.names_of(old.id), self.names_of(new.id), strict=False))
            elif old.kind == RECORDING:
                found[old.series] = new.series
        return found

    @cached_property
    def arrived(self) -> dict[int, Labelling]:
        """The labels with which each alert arrived, by the identity of its thing."""
        return arrivals(self.before, self._known(self.before, self.after))

    @cached_property
    def arrives(self) -> dict[int, Labelling]:
        """The same for the side that is to come."""
        return arrivals(self.after, self._known(self.after, self.before))

    @staticmethod
    def _known(side: Monitoring, other: Monitoring) -> Catalogue:
        """The catalogue of a side, or that of the other where it has none: what nobody declares is the same on both."""
        return side.catalogue if METRIC in side.tells else other.catalogue

    def rerouted(self) -> Iterator[Change]:
        """The alerts that reach other receivers than before."""
        old, new = self.before.routing, self.after.routing
        if old is None or new is None:
            return
        for before, after in self.pairs:
            if before is None or after is None or after.kind != ALERT:
                continue
            was, becomes = reached(old, self.arrived[id(before)]), reached(new, self.arrives[id(after)])
            if was != becomes:
                how = "lost" if set(becomes) < set(was) else "gained" if set(was) < set(becomes) else "changed"
                yield Change(ALERT, after.name, "receivers", how, list(was), list(becomes), at=after.at)
