"""The taxonomy: every pair of tests/changes, before and after, is told with its weight, its effect and its sentence.

``UPDATE_PAGES=1 pytest tests/test_changes.py`` writes what is told now into the files: read the difference.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from aimon.change import OPPOSITE, WEIGHTS, Change
from aimon.compare import Comparison, compare
from aimon.impact import EFFECTS, OTHERWISE, TABLE
from aimon.inventory import inventory, monitoring
from aimon.report.changes.words import WHY, why
from aimon.sides.written import of_spec
from aimon.thing import KINDS, Monitoring
from aimon.verdict import verdict

FOLDER = Path(__file__).parent / "changes"


class Case:
    """Two sides, and what is told of them."""

    def __init__(self, path: Path, page: dict[str, Any], number: int) -> None:
        self.path, self.page, self.number = path, page, number
        self.said = page["cases"][number]

    @property
    def expected(self) -> list[str]:
        """What is told, a line for each change."""
        return list(self.said.get("changes", ()))

    def side(self, name: str, folder: Path) -> Monitoring:
        """The monitoring before or after."""
        over = {**self.said, "before": self.said.get("before", {})}
        value = laid(laid(self.page["base"], over["before"]), over[name] if name == "after" else {})
        whole = copy.deepcopy(self.page["whole"])
        place = whole
        for step in self.page["at"][:-1]:
            place = place[step]
        if self.page["at"]:
            place[self.page["at"][-1]] = value
        else:
            whole = value
        if self.page["file"] == "aimon.yaml":
            spec = folder / "aimon.yaml"
            spec.write_text(yaml.safe_dump(whole, sort_keys=False))
            return of_spec(spec, None).monitoring
        files = {self.page["file"]: whole, **self.page.get("with", {})}
        return monitoring(inventory({path: json.dumps(text) for path, text in files.items()}))


def laid(base: Any, over: Any) -> Any:
    """One value over the other; null removes."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    merged = {**base, **{key: laid(base.get(key), value) for key, value in over.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        page = yaml.safe_load(path.read_text())
        for number, said in enumerate(page["cases"]):
            yield pytest.param(Case(path, page, number), id=f"{path.stem}: {said['about']}")


CASES = list(cases())


def told(found: Comparison) -> list[str]:
    """A line for each change: shape, name, weight, effect, whom it touches, and why; then who loses their state."""
    lines = []
    for one in verdict(found).judged:
        touched = ", ".join(f"{kind} {name}" for kind, name in one.change.touched)
        head = f"{one.change.shape} {one.change.name}: {one.weight}{f', {one.effect}' if one.effect else ''}"
        lines.append(f"{head}. {why(one)}{f' -> {touched}' if touched else ''}")
    return [*lines, *(f"{one.alert} loses its state: {', '.join(one.because)}" for one in found.lost)]


@pytest.mark.parametrize("case", CASES)
def test_pair(case: Case, tmp_path: Path) -> None:
    found = told(compare(case.side("before", tmp_path), case.side("after", tmp_path)))
    if os.environ.get("UPDATE_PAGES") and found != case.expected:
        rewrite(case, found)
        return
    assert found == case.expected


def rewrite(case: Case, found: list[str]) -> None:
    """Put what is told below the case."""
    about = f"about: {case.said['about']}"
    lines = case.path.read_text().split("\n")
    at = next(number for number, line in enumerate(lines) if line.rstrip().endswith(about) or f"{about}," in line)
    end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("  - ") or not lines[n]), len(lines))
    block = [line for line in lines[at:end] if not line.startswith(("      - ", "    changes:"))]
    if block[0].startswith("  - {"):
        said = {key: value for key, value in case.said.items() if key not in ("about", "changes")}
        block = [f"  - {about}"]
        for key, value in said.items():
            block.append(f"    {key}: {json.dumps(value, ensure_ascii=False)}")
    block += ["    changes:", *(f"      - {json.dumps(line, ensure_ascii=False)}" for line in found)] if found else []
    case.path.write_text("\n".join([*lines[:at], *block, *lines[end:]]))


@pytest.mark.parametrize("case", CASES)
def test_the_sides_change_places(case: Case, tmp_path: Path) -> None:
    """What was added is removed and what was looser is tighter, and a side does not differ from itself."""
    before, after = case.side("before", tmp_path), case.side("after", tmp_path)
    there, back = compare(before, after).changes, compare(after, before).changes
    assert sorted(map(turned, there)) == sorted(map(shown, back))
    assert compare(before, case.side("before", tmp_path)).changes == ()


def turned(change: Change) -> tuple[str, ...]:
    how = OPPOSITE.get(change.how, change.how)
    return change.kind, change.attribute, how, repr(change.after), repr(change.before)


def shown(change: Change) -> tuple[str, ...]:
    return change.kind, change.attribute, change.how, repr(change.before), repr(change.after)


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 80
    assert {kind.replace(" ", "-") for kind in KINDS} == OTHERWISE.keys()
    assert {shape.partition("/")[0] for shape in TABLE} <= OTHERWISE.keys()
    outcomes = {f"{shape} {row.effect or row.weight}" for shape, rows in TABLE.items() for row in rows}
    assert WHY.keys() <= TABLE.keys() | outcomes
    for shape, rows in {**TABLE, **OTHERWISE}.items():
        assert not rows[-1].given, f"{shape} has no case for all other circumstances"
        assert {row.weight for row in rows} <= {*WEIGHTS}, shape
        assert {row.effect for row in rows} - {""} <= {*EFFECTS}, shape


def test_every_effect_and_weight_is_shown() -> None:
    lines = [line for case in CASES for line in case.values[0].expected]
    for word in (*WEIGHTS, *EFFECTS):
        assert any(f": {word}" in line or f", {word}." in line for line in lines), word
