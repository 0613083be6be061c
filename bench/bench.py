"""Measure side by side, in turn: start-up as multiples of a bare `python -c pass`, bulk as parts of promtool's time."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rules

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Contestant:
    """A command, what it is called, and how many times as long as the base it may take."""

    name: str
    command: Sequence[str | Path]
    goal: float | None = None


def small(folder: Path) -> list[Contestant]:
    """What one small service costs; the first is the base."""
    aimon = BIN / "aimon"
    minimal, assistant = ROOT / "examples" / "02-minimal", ROOT / "examples" / "01-ai-coding-assistant"
    listed = [
        Contestant("python -c pass", [sys.executable, "-c", "pass"]),
        Contestant("aimon --version", [aimon, "--version"], 1.5),
        Contestant("aimon --help", [aimon, "--help"]),
        Contestant("aimon generate examples/02-minimal", [aimon, "generate", minimal, "-o", folder / "02"], 15),
        Contestant("aimon generate examples/01-…", [aimon, "generate", assistant, "-o", folder / "01"], 25),
        Contestant("the same of 02 into an empty folder", into_empty(folder / "02-new", aimon, minimal)),
        Contestant("the same of 01 into an empty folder", into_empty(folder / "01-new", aimon, assistant)),
        Contestant("aimon validate examples/02-minimal", [aimon, "validate", minimal]),
    ]
    promtool = shutil.which("promtool")
    if promtool:
        rules = assistant / "monitoring" / "rules" / "alerts.yml"
        listed.append(Contestant("promtool check rules (alerts of 01)", [promtool, "check", "rules", rules]))
    return listed


def large(folder: Path) -> list[Contestant]:
    """What the rules of a thousand services cost, typed over the metrics that they read; promtool is the base."""
    promtool = shutil.which("promtool")
    if promtool is None:
        return []
    rules.write(folder)
    files = sorted((folder / "rules").iterdir())
    validate = [BIN / "aimon", "validate", folder / "rules", "--catalogue", folder / "metrics.txt"]
    return [
        Contestant("promtool check rules (12,000 in 1,000 files)", [promtool, "check", "rules", *files]),
        Contestant("aimon validate, the same with a catalogue", [*validate, "--format", "concise"], 0.4),
    ]


def into_empty(folder: Path, aimon: Path, spec: Path) -> list[str | Path]:
    """A run that has to write everything, and so asks every judge."""
    return ["sh", "-c", 'rm -rf "$0"; exec "$1" generate "$2" -o "$0"', folder, aimon, spec]


def seconds(command: Sequence[str | Path], environment: dict[str, str]) -> float:
    """How long one run takes, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(listed: Sequence[Contestant], rounds: int) -> list[list[float]]:
    """The times of every round for each, taken in turn so that a slow moment hits all of them."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for contestant in listed:  # compiles what has to be compiled, and writes what is to be found unchanged
        seconds(contestant.command, environment)
    times: list[list[float]] = [[] for _ in listed]
    for _ in range(rounds):
        for index, contestant in enumerate(listed):
            times[index].append(seconds(contestant.command, environment))
    return times


def race(listed: Sequence[Contestant], rounds: int) -> int:
    """Print the table; how many goals are missed."""
    medians = [statistics.median(times) for times in measure(listed, rounds)]
    missed = 0
    print(f"{'command':<52} {'median':>9} {'ratio':>7} {'goal':>6}")
    for contestant, median in zip(listed, medians, strict=True):
        ratio = median / medians[0]
        over = contestant.goal is not None and ratio > contestant.goal
        verdict = "" if contestant.goal is None else f"{contestant.goal:>5g}x {'MISSED' if over else 'ok'}"
        missed += over
        print(f"{contestant.name:<52} {median * 1000:>6.1f} ms {ratio:>6.2f}x {verdict}")
    print()
    return missed


def main() -> int:
    """Both tables; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        return int(race(small(Path(name)), 21) + race(large(Path(name) / "monorepo"), 7) > 0)


if __name__ == "__main__":
    sys.exit(main())
