"""promtool and amtool asked about files that aimon did not write; what they say is told at its place in those files."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from aimon.document import Address, Document
from aimon.external import SECONDS, UNABLE, complaint, is_too_old, parts_of, start
from aimon.finding import Finding
from aimon.foreign.files import Files
from aimon.foreign.part import ALERTMANAGER, PROMETHEUS, RULES, Part

# promtool reads a thousand rule files about as long as all of aimon's own checks take twice over.
MOST_FILES = 100

# What is asked about each kind of file.
_ASKED = {
    RULES: ("promtool", "check", "rules", "--lint=none"),
    PROMETHEUS: ("promtool", "check", "config", "--syntax-only", "--lint=none"),
    ALERTMANAGER: ("amtool", "check-config"),
}
_CURRENT = {"promtool": (3, 5), "amtool": (0, 28)}  # since these a program knows what aimon knows
_RULE = re.compile(r'group "(?P<group>[^"]+)", rule (?P<number>\d+)')
_LINE = re.compile(r"\bline (\d+)")
_CHECKING = re.compile(r"Checking '?(?P<path>.+?)'?(?: {2}|$)")


class Opinions(NamedTuple):
    """What was complained of, which programs were not there, what they did not look at, and which checks ran."""

    findings: tuple[Finding, ...] = ()
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ran: frozenset[str] = frozenset()


class _Hearing(NamedTuple):
    """A program at work on files of one kind: each part by the path that it was given."""

    program: str
    subjects: Mapping[str, Part]
    process: subprocess.Popen[str]

    @property
    def check(self) -> str:
        return f"judge/{self.program}"


class Panel:
    """The programs at work, started beside our own checks and heard behind them."""

    def __init__(self, files: Files, parts: Sequence[Part], asked: Container[str]) -> None:
        self._files = files
        self._folder = tempfile.TemporaryDirectory(prefix="aimon-")
        self._hearings: list[_Hearing] = []
        self._absent: set[str] = set()
        self._notes: list[str] = []
        for kind, (program, *arguments) in _ASKED.items():
            found = [part for part in parts if part.kind == kind and isinstance(part.value, dict)]
            if found and (len(found) <= MOST_FILES or program in asked):
                self._begin(program, arguments, self._written(found))
            elif found:
                cure = f"`--require {program}` asks it nevertheless"
                self._notes.append(f"not checked by {program}: {len(found)} files of {kind} are many; {cure}")

    def _written(self, found: Iterable[Part]) -> dict[str, Part]:
        """The paths where the parts can be read: their own, or that of a copy of what is only a part of a file."""
        paths = {}
        for number, part in enumerate(found):
            if len(part.at) == 1 and part.at[0] in self._files.sources and self._is_alone(str(part.at[0])):
                paths[str(Path(str(part.at[0])).absolute())] = part
            else:
                copy = Path(self._folder.name) / f"{part.kind}-{number}.yml"
                copy.write_bytes(orjson.dumps(part.value, default=str))
                paths[str(copy)] = part
        return paths

    def _is_alone(self, key: str) -> bool:
        """Whether it is the only document of its file."""
        return "#" not in key and f"{key}#2" not in self._files.sources

    def _begin(self, program: str, arguments: Sequence[str], subjects: Mapping[str, Part]) -> None:
        place = shutil.which(program)
        if place is None:
            if program not in self._absent:
                self._absent.add(program)
                self._notes.append(f"not checked by {program}: it was not found")
            return
        try:
            process = start([str(Path(place).absolute()), *arguments, *subjects], None)
        except OSError as error:
            self._absent.add(program)
            self._notes.append(f"not checked by {program}: it cannot be run: {error.strerror}")
        else:
            self._hearings.append(_Hearing(program, subjects, process))

    def heard(self, told: Sequence[Address]) -> Opinions:
        """What the programs complain of, but for the places where something was ``told`` already."""
        findings = [finding for hearing in self._hearings for finding in self._complaints(hearing, told)]
        absent = tuple(sorted(self._absent))
        ran = frozenset(hearing.check for hearing in self._hearings if hearing.program not in absent)
        return Opinions(tuple(dict.fromkeys(findings)), absent, tuple(self._notes), ran)

    def close(self) -> None:
        """End what still runs, and remove the copies."""
        for hearing in self._hearings:
            if hearing.process.poll() is None:
                hearing.process.kill()
                hearing.process.communicate()
        self._folder.cleanup()

    def _complaints(self, hearing: _Hearing, told: Sequence[Address]) -> Iterator[Finding]:
        try:
            output, _ = hearing.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            hearing.process.kill()
            self._notes.append(f"not checked by {hearing.program}: it gave no answer within {SECONDS} seconds")
            return
        if hearing.process.returncode == 0:
            return
        unable: dict[str, str] = {}
        for path, line in _said(output, hearing.subjects):
            part = hearing.subjects[path]
            at = self._place(part, line)
            if _is_told(at, told):
                continue
            if UNABLE.search(line) or is_too_old(hearing.program, line, _CURRENT[hearing.program]):
                unable.setdefault(str(part.at[0]).partition("#")[0], line)
                continue
            yield Finding(hearing.check, f"{hearing.program} says: {line}", at, key=True)
        reason = f"this {hearing.program} does not know all that it says"
        self._notes += [f"{name}: not checked by {hearing.program}: {reason}: {line}" for name, line in unable.items()]

    def _place(self, part: Part, line: str) -> Address:
        """The address that a complaint speaks of: a rule by its group and number, or a line of the file."""
        rule, number = _RULE.search(line), _LINE.search(line)
        groups = part.value.get("groups")
        if rule and isinstance(groups, list):
            names = [group.get("name") if isinstance(group, dict) else None for group in groups]
            if rule["group"] in names:
                return (*part.at, "groups", names.index(rule["group"]), "rules", int(rule["number"]) - 1)
        document = self._files.sources.get(str(part.at[0]))
        if number and len(part.at) == 1 and isinstance(document, Document):
            for at, _ in parts_of(part.value):
                if at and document.where(at, key=True).line == int(number[1]):
                    return (*part.at, *at)
        return part.at


def _said(output: str, subjects: Mapping[str, Part]) -> Iterator[tuple[str, str]]:
    """Each complaint with the path of the file that it is about."""
    path = next(iter(subjects))
    for line in output.splitlines():
        checking = _CHECKING.match(line)
        if checking and checking["path"] in subjects:
            path = checking["path"]
        named = line.strip().partition(": ")[0]
        path = named if named in subjects else path
        text = complaint(line).removeprefix(path).lstrip(": ").removeprefix(f"parsing YAML file {path}: ")
        if text:
            yield path, text


def _is_told(at: Address, told: Iterable[Address]) -> bool:
    """Whether there or within something was found already."""
    return any(place[: len(at)] == at for place in told)
