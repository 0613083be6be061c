"""Finds settings with which an alert fires where several conditions must hold: one condition after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from aimon.promql.tree import COMPARISONS, Binary, Call, Node, bare, children
from aimon.prove.dials import Settings
from aimon.prove.scene import Scene


class Goal(NamedTuple):
    """A part of the condition that has to return something, or nothing."""

    node: Node
    something: bool


def goals(node: Node) -> Iterator[Goal]:
    """What has to hold for an expression to return something, the innermost first; of an ``or`` that it holds."""
    node = bare(node)
    if isinstance(node, Binary) and node.op == "unless":
        yield from goals(node.left)
        yield Goal(node.right, False)
    elif isinstance(node, Call) and node.function == "absent":
        yield Goal(node.args[0], False)
    elif isinstance(node, Binary) and node.op == "or":
        yield Goal(node, True)
    else:
        for child in children(node):
            yield from goals(child)
        if isinstance(node, Binary) and node.op in COMPARISONS and not node.returns_bool:
            yield Goal(node, True)


def climbed(scene: Scene, start: Settings) -> Settings | None:
    """Settings that reach every goal, each step turning one dial so that more are reached; None at a dead end."""
    wanted = list(goals(scene.question.tree))
    settings, met = start, scene.met(wanted, start)
    while met < len(wanted):
        better = next((each for each in _neighbours(scene, settings) if scene.met(wanted, each) > met), None)
        if better is None:
            return None
        settings, met = better, scene.met(wanted, better)
    return settings


def _neighbours(scene: Scene, settings: Settings) -> Iterator[Settings]:
    """All settings that differ in one dial, then in those of all alike; little before much, and absence last."""
    for indices in chain(((index,) for index in range(len(scene.dials))), _alike(scene)):
        dial = scene.dials[indices[0]]
        place = dial.ladder.index(dial.default)
        near: Sequence[float | None] = sorted(dial.ladder, key=lambda value: abs(dial.ladder.index(value) - place))
        for value in (*near, None) if dial.may_be_absent else near:
            yield tuple(value if index in indices else here for index, here in enumerate(settings))


def _alike(scene: Scene) -> list[tuple[int, ...]]:
    """The dials of several bodies that one selector may mean."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for index, dial in enumerate(scene.dials):
        key = scene.watched[dial.body].name, dial.kind
        found[key] = (*found.get(key, ()), index)
    return [indices for indices in found.values() if len(indices) > 1]
