"""Whether the tests notice when a rule is changed: promtool gets each mutant with the tests of its alert."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from aimon.promql.print import duration
from aimon.prove.entry import Entry, promtool_form
from aimon.prove.mutants import Mutant, mutants
from aimon.prove.notation import rule_id
from aimon.proving import PROVEN, Verdict, judged, promtool
from aimon.stack import Stack

_TOGETHER = 12  # mutants for one run of promtool


class Trial(NamedTuple):
    """A mutant, and whether the tests told it from the right rules."""

    mutant: Mutant
    killed: bool


def trials(stack: Stack, verdicts: Iterable[Verdict], told: Callable[[int, int], None]) -> list[Trial]:
    """What became of every mutant of every alert that is proven. Raises `NoPromtool`."""
    place = promtool()
    entries = {verdict.name: verdict.entry for verdict in verdicts if verdict.state == PROVEN}
    made = list(_mutants(stack, entries))
    batches = [made[begin : begin + _TOGETHER] for begin in range(0, len(made), _TOGETHER)]
    found: dict[int, list[Trial]] = {}
    with tempfile.TemporaryDirectory(prefix="aimon-") as name:
        folder = Path(name)
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            running = {
                pool.submit(_tried, place, folder / str(number), batch, entries): number
                for number, batch in enumerate(batches)
            }
            for ended in as_completed(running):
                found[running[ended]] = ended.result()
                told(sum(map(len, found.values())), len(made))
    return [trial for number in sorted(found) for trial in found[number]]


def _mutants(stack: Stack, entries: dict[str, Entry]) -> Iterator[Mutant]:
    for alert in stack.alerts():
        entry = entries.get(alert.name)
        if entry is not None:
            read = set(entry["rules"])
            rules = [rule for rule in stack.recordings() if rule_id(rule.name, rule.labels) in read]
            yield from mutants(alert, rules, stack)


def _tried(place: str, folder: Path, batch: Sequence[Mutant], entries: dict[str, Entry]) -> list[Trial]:
    """A batch in one run of promtool, which tells file by file what it thinks."""
    folder.mkdir()
    paths = []
    for number, mutant in enumerate(batch):
        entry = entries[mutant.alert]
        rules, tests = f"{number}.rules.json", f"{number}.test.json"
        (folder / rules).write_text(json.dumps({"groups": [{"name": "rules", "rules": mutant.rules}]}))
        whole = {
            "rule_files": [rules],
            "evaluation_interval": duration(entry["step"]),
            "tests": [promtool_form(test) for test in entry["tests"]],
        }
        (folder / tests).write_text(json.dumps(whole))
        paths.append(tests)
    return [Trial(mutant, killed) for mutant, killed in zip(batch, _refused(place, folder, paths), strict=True)]


def _refused(place: str, folder: Path, paths: Sequence[str]) -> list[bool]:
    """Which of the test files promtool refuses: it has a word for each, in order, but not every version says for which.

    Where it has fewer words, as when it gave no answer in time, each file is asked about by itself.
    """
    said = judged(place, folder, paths)
    if said is None:
        return [False] * len(paths)
    outcomes = _OUTCOME.findall(said)
    if len(outcomes) == len(paths):
        return [outcome == "FAILED:" for outcome in outcomes]
    return [judged(place, folder, (path,)) is not None for path in paths]


_OUTCOME = re.compile(r"^  (SUCCESS|FAILED:)", re.MULTILINE)
