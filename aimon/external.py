"""promtool and amtool as outside judges: found, run side by side, and their complaints mapped back to the spec."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aimon.artifact import Artifact
from aimon.document import Address
from aimon.finding import Finding
from aimon.stack import Stack

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Judge:
    """A program, what it is asked, and the check id that its complaints carry."""

    program: str
    arguments: tuple[str, ...]
    check: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the judges said; ``absent`` programs were not found, so that what they know is not checked."""

    findings: tuple[Finding, ...]
    absent: tuple[str, ...]


class Trial:
    """The judges at work: started on a copy of the artifacts, and asked for their verdicts later."""

    def __init__(self, stack: Stack, artifacts: Sequence[Artifact], folder: Path) -> None:
        self._stack = stack
        self._artifacts = {artifact.path: artifact for artifact in artifacts}
        judges = _judges(self._artifacts)
        self.absent = tuple(sorted({judge.program for judge in judges if shutil.which(judge.program) is None}))
        self._running = [(judge, _start(judge, folder)) for judge in judges if judge.program not in self.absent]

    def verdicts(self) -> Verdicts:
        """Wait for every judge and gather what they found wrong."""
        findings = [finding for judge, process in self._running for finding in self._complaints(judge, process)]
        return Verdicts(tuple(dict.fromkeys(findings)), self.absent)

    def stop(self) -> None:
        """End what still runs."""
        for _, process in self._running:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def _complaints(self, judge: Judge, process: subprocess.Popen[str]) -> Iterator[Finding]:
        try:
            output, _ = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            yield Finding(judge.check, f"{judge.program} gave no answer within {_SECONDS} seconds", ())
            return
        if process.returncode == 0:
            return
        lines = [said for line in output.splitlines() if (said := _complaint(line))]
        for line in lines or [f"{judge.program} ended with code {process.returncode}"]:
            path = next((path for path in self._artifacts if path in line), _subject(judge))
            yield Finding(judge.check, f"{judge.program} says: {line}", self._place(path, line), artifact=path)

    def _place(self, path: str, line: str) -> Address:
        """The address that a complaint speaks of: a rule by its group and number, else a part that it names."""
        artifact = self._artifacts[path]
        found = _RULE.search(line)
        if found:
            groups = [group for group in self._stack.groups if group.path == path]
            number = next((n for n, group in enumerate(groups) if group.name == found["group"]), None)
            if number is not None:
                return artifact.origin(("groups", number, "rules", int(found["number"]) - 1, "expr"))
        named = _NAMED.findall(line)
        for name in named:
            for address in artifact.origins.values():
                if address and address[-1] == name:
                    return address
        return artifact.origin(())


_RULE = re.compile(r'group "(?P<group>[^"]+)", rule (?P<number>\d+)')
_NAMED = re.compile(r'"([^"]+)"')
_SMALL_TALK = ("Checking ", "SUCCESS", "Found:", "- ", "amtool: error: failed to validate", "Label(s):", "Might cause")


def _judges(artifacts: dict[str, Artifact]) -> list[Judge]:
    """The judges that have something to judge. References to files of the running stack cannot be followed from here."""
    rules = [path for path in artifacts if path.startswith("rules/")]
    judges = []
    if "prometheus.yml" in artifacts:
        judges.append(Judge("promtool", ("check", "config", "--syntax-only", "prometheus.yml"), "judge/promtool"))
    if rules:
        judges.append(Judge("promtool", ("check", "rules", "--lint-fatal", *rules), "judge/promtool"))
    if "alertmanager.yml" in artifacts:
        judges.append(Judge("amtool", ("check-config", "alertmanager.yml"), "judge/amtool"))
    return judges


def _subject(judge: Judge) -> str:
    return judge.arguments[-1]


def _start(judge: Judge, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [judge.program, *judge.arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _complaint(line: str) -> str:
    """What a line of a judge's output complains of; empty for its small talk."""
    text = line.rpartition("FAILED:")[2].strip()
    return "" if text.startswith(_SMALL_TALK) else text


@contextmanager
def trial(stack: Stack, artifacts: Sequence[Artifact]) -> Iterator[Trial]:
    """The judges started on a copy of the artifacts in a folder that goes when they are done."""
    with tempfile.TemporaryDirectory(prefix="aimon-") as name:
        folder = Path(name)
        for artifact in artifacts:
            if artifact.path.endswith(".yml"):
                place = folder / artifact.path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(artifact.text, encoding="utf-8")
        running = Trial(stack, artifacts, folder)
        try:
            yield running
        finally:
            running.stop()
