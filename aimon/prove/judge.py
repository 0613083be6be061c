"""What decides whether an alert fires: the comparison that holds with one setting and not with another."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from aimon.promql.floats import holds
from aimon.promql.tree import COMPARISONS, Binary, walk
from aimon.prove.dials import Settings
from aimon.prove.scene import Outcome, Scene
from aimon.prove.solution import Border

_NEAREST = 1e-6


class Edge(NamedTuple):
    """Two settings that differ in one dial: with one the alert fires, with the other it is silent."""

    dial: int
    fires: Settings
    silent: Settings
    decider: int | None = None  # the identity of the comparison that decides
    border: Border | None = None

    @property
    def takes_away(self) -> bool:
        """Whether the two differ in something being there at all."""
        return self.fires[self.dial] is None or self.silent[self.dial] is None


class Judge:
    """Looks at a scene, and counts how often; ``looks`` is what that has cost."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.looks = 0

    def fires(self, settings: Settings) -> bool:
        """Whether the alert fires with these settings."""
        self.looks += 1
        return self.scene.look(settings).fires

    def is_clear(self, fires: Settings, silent: Settings) -> bool:
        """Whether one fires and the other does not, and no rounding could make it otherwise."""
        if not self.fires(fires) or self.fires(silent):
            return False
        one, other = self.scene.look(fires), self.scene.look(silent)
        return all(
            min(_distance(one, key), _distance(other, key)) > _NEAREST
            for key, op in self.operators.items()
            if passes(op, one, key) != passes(op, other, key)
        )

    def explained(self, edge: Edge) -> Edge:
        """The edge with the comparison that holds on one side only, the outermost of several that is close."""
        fires, silent = self.scene.look(edge.fires), self.scene.look(edge.silent)
        best: tuple[float, int] | None = None
        turning = [key for key, op in self.operators.items() if passes(op, fires, key) != passes(op, silent, key)]
        # What sees nothing on one side follows from another comparison, where there is one.
        for key in [key for key in turning if silent.compared.get(key) and fires.compared.get(key)] or turning:
            distance = _distance(fires, key) + _distance(silent, key)
            if best is None or distance < best[0] * 0.5:
                best = (distance, key)
        if best is None:
            return edge
        key = best[1]
        return edge._replace(decider=key, border=_border(self.operators[key], fires, silent, key))

    @cached_property
    def operators(self) -> dict[int, str]:
        """The operators of all comparisons by their identities, the outermost first."""
        return {
            id(node): node.op
            for tree in self.scene.question.trees()
            for node in walk(tree)
            if isinstance(node, Binary) and node.op in COMPARISONS
        }


def passes(op: str, outcome: Outcome, key: int) -> bool:
    return any(holds(op, left, right) for left, right in outcome.compared.get(key, ()))


def _distance(outcome: Outcome, key: int) -> float:
    pairs = outcome.compared.get(key, ())
    return min((abs(left - right) / max(abs(left), abs(right), 1e-9) for left, right in pairs), default=1.0)


def _border(op: str, fires: Outcome, silent: Outcome, key: int) -> Border:
    above, below = closest(fires, key), closest(silent, key)
    bound = (above or below or (0.0, None))[1]
    return Border(op, above[0] if above else None, below[0] if below else None, bound)


def closest(outcome: Outcome, key: int) -> tuple[float, float] | None:
    pairs = outcome.compared.get(key)
    return min(pairs, key=lambda pair: abs(pair[0] - pair[1])) if pairs else None
