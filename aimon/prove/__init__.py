"""Solves alerts backwards: the input series that make each one fire, and those that keep it silent."""

from __future__ import annotations

from aimon.prove.pace import pace_of
from aimon.prove.reads import question
from aimon.prove.scene import Scene
from aimon.prove.search import Search
from aimon.prove.solution import Border, Input, Solution, Unproven
from aimon.prove.vectors import Unsupported
from aimon.stack import Alert, Stack

__all__ = ["Border", "Input", "Solution", "Unproven", "solve"]


def solve(alert: Alert, stack: Stack) -> Solution | Unproven:
    """The series that make an alert fire, just so, and those that keep it silent."""
    try:
        asked = question(alert, stack)
        scene = Scene(asked, stack.catalogue, pace_of(asked))
        edges = Search(scene).edges()
    except Unsupported as reason:
        return Unproven(str(reason))
    if not edges:
        return Unproven("no series were found that make it fire, nor any that keep it silent")
    edge = edges[0]
    fires, silent = scene.inputs(edge.fires), scene.inputs(edge.silent)
    absent = {one.name for made, other in zip(fires, silent, strict=True) if not made for one in other}
    return Solution(
        tuple(one for made in fires for one in made),
        tuple(one for made in silent for one in made),
        tuple(sorted(absent)),
        edge.border,
    )
