"""Runs the proofs of a stack: promtool judges every test file, several at a time, and each alert gets its verdict."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from aimon.artifact import Artifact
from aimon.external import unpacked
from aimon.prove.entry import Entry, promtool_form
from aimon.prove.files import TestFile, test_files
from aimon.prove.memory import entries
from aimon.stack import Stack

PROVEN, NOT_PROVEN, FAILED = "proven", "not proven", "failed"

_SECONDS = 600


class NoPromtool(Exception):  # noqa: N818 - it says what is missing
    """promtool is not there, or cannot be run."""


class Verdict(NamedTuple):
    """What became of an alert: ``failures`` has what promtool said, by the name of the test."""

    entry: Entry
    failures: Mapping[str, str]

    @property
    def name(self) -> str:
        """The alert's name."""
        return self.entry["alert"]

    @property
    def state(self) -> str:
        """In a word."""
        if self.failures:
            return FAILED
        return PROVEN if self.entry["tests"] else NOT_PROVEN


def verdicts(
    stack: Stack, artifacts: Iterable[Artifact], alert: str | None, told: Callable[[int, int], None]
) -> list[Verdict]:
    """What promtool says of every alert, or of the one with a name; ``told`` hears how much is done of how much.

    Raises `NoPromtool`.
    """
    place = promtool()
    wanted = [entry for entry in entries(stack) if alert in (None, entry["alert"])]
    files = [file for file in test_files(stack, wanted) if file.tests]
    owners = {test["name"]: entry["alert"] for entry in wanted for test in entry["tests"]}
    failures: dict[str, dict[str, str]] = {entry["alert"]: {} for entry in wanted}
    rules = (artifact for artifact in artifacts if artifact.path.startswith("rules/"))
    with unpacked(rules) as folder, ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        running = {pool.submit(judged, place, folder, (file.path,)): file for file in files}
        for done, ended in enumerate(as_completed(running), 1):
            file = running[ended]
            said = ended.result()
            if said is not None:
                wrong = dict(_alone(place, folder, file)) or {test["name"]: _words(said) for test in file.tests}
                for name, words in wrong.items():
                    failures[owners[name]][name] = words
            told(done, len(running))
    return [Verdict(entry, failures[entry["alert"]]) for entry in wanted]


def promtool() -> str:
    """Where promtool is; raises `NoPromtool`."""
    place = shutil.which("promtool")
    if place is None:
        raise NoPromtool
    return str(Path(place).absolute())


def judged(place: str, folder: Path, paths: Sequence[str]) -> str | None:
    """What promtool complains of in test files; None where it is content. Raises `NoPromtool`."""
    try:
        ended = subprocess.run(
            [place, "test", "rules", *paths],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except OSError as error:
        raise NoPromtool(error.strerror) from error
    except subprocess.TimeoutExpired:
        return f"promtool gave no answer within {_SECONDS} seconds"
    return None if ended.returncode == 0 else ended.stdout


def _alone(place: str, folder: Path, file: TestFile) -> Iterator[tuple[str, str]]:
    """The tests of a file that fail by themselves: promtool does not always say which one it means."""
    alone = folder / file.path.replace(".test.yml", ".alone.json")
    for test in file.tests:
        whole = {
            "rule_files": file.rule_files,
            "evaluation_interval": file.step,
            "group_eval_order": file.groups,
            "tests": [promtool_form(test)],
        }
        alone.write_text(json.dumps(whole), encoding="utf-8")
        said = judged(place, folder, (str(alone.relative_to(folder)),))
        if said is not None:
            yield test["name"], _words(said)


def _words(said: str) -> str:
    """What promtool complains of, without its small talk and indentation."""
    small_talk = ("Unit Testing:", "  FAILED:")
    lines = [line.rstrip() for line in said.splitlines() if line.strip() and not line.startswith(small_talk)]
    return textwrap.dedent("\n".join(lines))
