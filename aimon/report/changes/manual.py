"""The table of changes as a page: every shape, what it weighs, what it does, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from aimon.change import Change, Judged
from aimon.impact import TABLE, Case
from aimon.report.changes.words import sentence

_TOP = """# Changes

What `aimon diff` knows of a change: how much it weighs, what it does, and why. A shape is the kind of thing, what of it
differs, and in which direction. `changes.weights` in a spec gives a shape, or a kind as `panel/*`, another weight.

This page is made from the code by `make golden`; a test compares them.

| weight | what it means |
|---|---|
| breaking | an outage may go unnoticed, something refers to what is gone, data are lost, or others may come in |
| risky | history splits, state is lost, it is noisier or later, or what follows cannot be told |
| safe | it adds, or only what is shown differs |
| cosmetic | nobody notices |
"""
_GIVEN = {
    "": "",
    "paging": "where somebody would be woken",
    "used": "where something still relies on it",
    "followed": "where all who read it know",
    "other metrics": "where other series are read",
    "over budget": "where it may have 100,000 series or more",
    "doubled": "where somebody would be woken, and more than twice as late",
    "exceeded": "where the declared series are more",
}


def page() -> str:
    """The page, a table for each kind of thing."""
    return "\n".join([_TOP, *(line for kind, shapes in _by_kind() for line in _table(kind, shapes))])


def _by_kind() -> Iterator[tuple[str, list[str]]]:
    for kind, shapes in groupby(TABLE, key=lambda shape: shape.partition("/")[0]):
        yield kind, list(shapes)


def _table(kind: str, shapes: list[str]) -> Iterator[str]:
    yield from (f"## {kind}", "", "| change | weight | effect | why |", "|---|---|---|---|")
    for shape in shapes:
        for case in TABLE[shape]:
            yield f"| `{shape}` | {_weight(case)} | {case.effect} | {_why(shape, case)} |"
    yield ""


def _weight(case: Case) -> str:
    return f"{case.weight} {_GIVEN[case.given]}".strip()


def _why(shape: str, case: Case) -> str:
    """The sentence with letters for what it would name."""
    text = sentence(Judged(Change("", "it", "", "", None, None), case.weight, case.effect), shape)
    return text.replace("{before}", "*a*").replace("{after}", "*b*").replace("{low}", "*a*").replace("{high}", "*b*")
