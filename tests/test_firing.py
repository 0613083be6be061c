"""From when to when an alert fires: promtool is the judge."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from aimon.backtest.firing import Firing, Grid, firings

MINUTE, LENGTH = 60.0, 30
GRID = Grid(0.0, MINUTE, LENGTH)


def fired(pattern: str, wait: int = 0, linger: int = 0, grid: Grid = GRID) -> list[tuple[float, float]]:
    """The minutes from and to which it fires, where the condition holds at every ``x``."""
    there = {index for index, mark in enumerate(pattern) if mark == "x"}
    found = firings((), there, grid, wait * MINUTE, linger * MINUTE)
    return [(one.start / MINUTE, one.end / MINUTE) for one in found]


def test_it_fires_at_once_and_until_it_does_not_hold() -> None:
    assert fired(".xxx.x") == [(1, 4), (5, 6)]


def test_it_waits() -> None:
    assert fired(".xxxx.", wait=2) == [(3, 5)]
    assert fired(".xx.xx.xx.", wait=2) == []


def test_it_lingers() -> None:
    assert fired(".x....", linger=2) == [(1, 4)]
    assert fired(".x..x.....", linger=3) == [(1, 8)]


def test_it_fires_to_the_end() -> None:
    assert fired("." * 25 + "xxxxx") == [(25, 29)]


def test_a_hole_is_no_end_and_no_beginning() -> None:
    holes = GRID._replace(holes=frozenset({2, 3, 4}))
    assert fired(".x...xx.", grid=holes) == [(1, 7)]
    assert fired(".x...xx.", wait=4, grid=holes) == [(5, 7)]


def test_how_long() -> None:
    assert Firing((), 60.0, 180.0).seconds == 120.0


@pytest.mark.servers
def test_promtool_fires_at_the_same_moments(programs: Mapping[str, str], tmp_path: Path) -> None:
    """Sixty random courses of a condition, with every combination of waiting and lingering."""
    chance = random.Random(20261123)
    rules, tests = [], []
    for number in range(60):
        wait, linger = chance.choice((0, 1, 3)), chance.choice((0, 1, 4))
        stays = chance.choice((0.5, 0.8, 0.9))
        holds = [chance.random() < 0.5]
        while len(holds) < LENGTH:
            holds.append(holds[-1] if chance.random() < stays else not holds[-1])
        rule = {"alert": f"A{number}", "expr": f"x{number} > 0", "for": f"{wait}m", "keep_firing_for": f"{linger}m"}
        rules.append({key: said for key, said in rule.items() if said != "0m"})
        series = {"series": f"x{number}", "values": " ".join("1" if one else "0" for one in holds)}
        found = fired("".join("x" if one else "." for one in holds), wait, linger)
        moments = {minute: any(start <= minute < end for start, end in found) for minute in range(LENGTH - 1)}
        asked = [
            {"eval_time": f"{minute}m", "alertname": rule["alert"], "exp_alerts": [{}] if fires else []}
            for minute, fires in moments.items()
        ]
        tests.append({"interval": "1m", "input_series": [series], "alert_rule_test": asked})
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "all", "rules": rules}]}))
    whole = {"rule_files": ["rules.json"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "tests.json").write_text(json.dumps(whole))
    command = [programs["promtool"], "test", "rules", "tests.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
