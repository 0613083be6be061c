"""The architecture proves itself: imports go down the floors, and rooms keep their size."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "aimon"
PAGE = PACKAGE.parent / "docs" / "architecture.md"

# Floor of each room, the ground being 0; a room may import from its own floor only what `BESIDE` names.
FLOORS = {
    "document": 0, "yaml12": 0, "units": 0, "promql": 0, "emit": 0, "suggest": 0, "beside": 0,
    "spec": 1, "catalogue": 1, "stack": 1, "artifact": 1, "change": 1, "finding": 1, "diagnostic": 1, "usage": 1,
    "conventions": 1, "sources": 1, "written": 1, "exposition": 1, "alike": 1,
    "outputs": 2, "parse": 2, "build": 2, "checks": 2, "gates": 2, "render": 2, "external": 2, "compare": 2, "write": 2,
    "inventory": 2, "impact": 2, "draft": 3, "thing": 1, "series": 1, "sizing": 1, "verdict": 3,
    "foreign": 2, "baseline": 3, "comments": 2, "acceptance": 3, "certainty": 3, "reach": 1, "gotemplate": 0,
    "messages": 1, "routes": 1, "patterns": 0, "exporters": 1, "identities": 1, "bounds": 1, "expressions": 1,
    "prices": 1, "otel": 0, "openslo": 1, "cache": 0, "attention": 3, "symptoms": 1, "doctor": 3,
    "library": 1, "overrides": 1, "unpack": 2, "expand": 2, "live": 2,
    "pipeline": 3, "placed": 3, "simulation": 3, "review": 3, "inputs": 3, "sides": 3, "expectations": 1, "opinions": 3,
    "prove": 2, "proving": 3, "mutation": 3, "backtest": 3,
    "report": 4, "cli": 5, "__main__": 6,
}  # fmt: skip

# Verbs do not import each other, but for these: the renderer walks the table of outputs.
BESIDE = {("render", "outputs"), ("foreign", "build"), ("inventory", "foreign"), ("outputs", "prove")}


def rooms() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], path


def imports(path: Path) -> Iterator[str]:
    """The rooms that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "aimon" else [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("aimon."))


@pytest.mark.parametrize(("room", "path"), list(rooms()), ids=lambda value: getattr(value, "name", value))
def test_imports_go_down(room: str, path: Path) -> None:
    for other in imports(path):
        if other == room or other == "__version__":
            continue
        assert other in FLOORS, f"{other} has no floor"
        same_floor_is_fine = FLOORS[room] in (0, 1, 3) or (room, other) in BESIDE
        below = FLOORS[other] < FLOORS[room] or (FLOORS[other] == FLOORS[room] and same_floor_is_fine)
        assert below, f"{path.relative_to(PACKAGE)} on floor {FLOORS[room]} imports {other} on floor {FLOORS[other]}"


def test_every_room_has_a_floor() -> None:
    assert {room for room, _ in rooms()} == FLOORS.keys()


def test_the_page_has_every_room_on_its_floor() -> None:
    """docs/architecture.md is where people look first: a room that it does not name is not found."""
    _, plan, table = PAGE.read_text(encoding="utf-8").split("```")[:3]
    floors = re.split(r"^floor (\d)", plan, flags=re.MULTILINE)[1:]
    drawn = {room: int(floor) for floor, rooms in zip(floors[::2], floors[1::2], strict=True) for room in _rooms(rooms)}
    for room, floor in FLOORS.items():
        if room != "__main__":
            assert drawn.get(room) == floor, f"{room} is not drawn on floor {floor}"
            assert re.search(rf"`{room}(\.py|/)", table), f"nobody says what {room} is"


def _rooms(text: str) -> list[str]:
    return re.findall(r"[a-z]\w*", re.sub(r"\{.*\}", "", text))


def test_no_rooms_for_odds_and_ends() -> None:
    for _, path in rooms():
        assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "base", "misc", "common"}


@pytest.mark.parametrize(("room", "path"), list(rooms()), ids=lambda value: getattr(value, "name", value))
def test_every_room_says_what_it_is(room: str, path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"
