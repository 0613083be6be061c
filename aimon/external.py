"""promtool and amtool as outside judges: found, run side by side, and their complaints mapped back to the spec."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aimon.artifact import Artifact
from aimon.document import Address, parse_yaml
from aimon.finding import Finding
from aimon.stack import Stack

PROGRAMS = ("promtool", "amtool")

SECONDS = 60


class Judge(NamedTuple):
    """A program, what it is asked, and the check id that its complaints carry."""

    program: str
    arguments: tuple[str, ...]
    check: str

    @property
    def subject(self) -> str:
        """The file that it judges, or the last of them."""
        return self.arguments[-1]


class Verdicts(NamedTuple):
    """What the judges said; ``absent`` programs were not found, and ``notes`` say what else they did not look at."""

    findings: tuple[Finding, ...]
    absent: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Trial:
    """The judges at work: started on a copy of the artifacts, and asked for their verdicts later."""

    def __init__(self, stack: Stack, artifacts: Sequence[Artifact], folder: Path) -> None:
        self._stack = stack
        self._artifacts = {artifact.path: artifact for artifact in artifacts}
        judges = _judges(stack, self._artifacts)
        self._places = {judge.program: shutil.which(judge.program) for judge in judges}
        self.absent = tuple(sorted(program for program, place in self._places.items() if place is None))
        self._notes = [f"not checked by {program}: it was not found" for program in self.absent]
        self._running: list[tuple[Judge, subprocess.Popen[str]]] = []
        for judge in judges:
            place = self._places[judge.program]
            if place is not None:
                self._begin(judge, str(Path(place).absolute()), folder)

    def _begin(self, judge: Judge, place: str, folder: Path) -> None:
        try:
            self._running.append((judge, start([place, *judge.arguments], folder)))
        except OSError as error:
            self.absent = tuple(sorted({*self.absent, judge.program}))
            self._notes.append(f"not checked by {judge.program}: it cannot be run: {error.strerror}")

    def verdicts(self) -> Verdicts:
        """Wait for every judge and gather what they found wrong."""
        findings = [finding for judge, process in self._running for finding in self._complaints(judge, process)]
        return Verdicts(tuple(dict.fromkeys(findings)), self.absent, tuple(self._notes))

    def stop(self) -> None:
        """End what still runs."""
        for _, process in self._running:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def _complaints(self, judge: Judge, process: subprocess.Popen[str]) -> Iterator[Finding]:
        try:
            output, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            yield Finding(judge.check, f"{judge.program} gave no answer within {SECONDS} seconds", ())
            return
        if process.returncode == 0:
            return
        unable = UNABLE.search(output)
        if unable:
            self._notes.append(
                f"{judge.subject} was not checked by {judge.program}: it was built without {unable[1]} discovery"
            )
            return
        lines = [said for line in output.splitlines() if (said := complaint(line))]
        for line in lines or [f"{judge.program} ended with code {process.returncode}"]:
            if judge.program == "promtool" and is_too_old(judge.program, line, self._stack.server.version):
                self._notes.append(f"not checked by promtool: it is older than the `version` of the spec: {line}")
                continue
            path = next((path for path in self._artifacts if path in line), judge.subject)
            yield Finding(judge.check, f"{judge.program} says: {line}", self._place(path, line), artifact=path)

    def _place(self, path: str, line: str) -> Address:
        """The address that a complaint speaks of: a rule by its group and number, a line, or a part that it names."""
        artifact = self._artifacts[path]
        rule = _RULE.search(line)
        if rule:
            groups = [group.name for group in self._stack.groups if group.path == path]
            if rule["group"] in groups:
                return artifact.origin(
                    ("groups", groups.index(rule["group"]), "rules", int(rule["number"]) - 1, "expr")
                )
        document = parse_yaml(artifact.text, path)
        number, names = _LINE.search(line), _NAMED.findall(line)
        for at, value in parts_of(document.value):
            if value in names or (at and at[-1] in names):
                return artifact.origin(at)
            if number and document.where(at).line == int(number[1]) and not isinstance(value, (dict, list)):
                return artifact.origin(at)
        return artifact.origin(())


def parts_of(value: Any, at: Address = ()) -> Iterator[tuple[Address, Any]]:
    """Everything within plain values, with its address."""
    yield at, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in entries:
        yield from parts_of(entry, (*at, step))


# Debian's promtool, for one, knows nothing of Kubernetes; our own schemas know every kind.
UNABLE = re.compile(r"field (\w+)_sd_configs not found in type config\.ScrapeConfig")
# What a program complains of that is older than what it reads.
_NEWER = re.compile(
    r"unknown function with name|field \S+ not found in type|parse error|invalid (?:label|annotation|metric|recording)"
    r"|missing \w+ on \w+_config|bad (?:matcher|label)|unknown (?:relabel action|matcher)"
)
_VERSION = re.compile(r"version (\d+)\.(\d+)")
_RULE = re.compile(r'group "(?P<group>[^"]+)", rule (?P<number>\d+)')
_LINE = re.compile(r"\bline (\d+)")
_NAMED = re.compile(r'"([^"]+)"')
_SMALL_TALK = ("Checking ", "SUCCESS", "Found:", "- ", "amtool: error: failed to validate", "Label(s):", "Might cause")


def _judges(stack: Stack, artifacts: dict[str, Artifact]) -> list[Judge]:
    """The judges that have something to judge.

    promtool looks at the configuration and its rules in one go, unless the configuration may name files of the running
    stack, such as a password's, or rule files that are not among the artifacts: those are not here to be found.
    """
    rules = [path for path in artifacts if path.startswith("rules/") and not path.endswith(".test.yml")]
    judges = []
    if "prometheus.yml" in artifacts and _stands_alone(stack, rules):
        judges.append(Judge("promtool", ("check", "config", "--lint-fatal", "prometheus.yml"), "judge/promtool"))
    else:
        if "prometheus.yml" in artifacts:
            judges.append(Judge("promtool", ("check", "config", "--syntax-only", "prometheus.yml"), "judge/promtool"))
        if rules:
            judges.append(Judge("promtool", ("check", "rules", "--lint-fatal", *rules), "judge/promtool"))
    if "alertmanager.yml" in artifacts:
        judges.append(Judge("amtool", ("check-config", "alertmanager.yml"), "judge/amtool"))
    return judges


def _stands_alone(stack: Stack, rules: Sequence[str]) -> bool:
    """Whether everything that the configuration names is among the artifacts."""
    names_files = any(job.options or job.discovery for job in stack.jobs)
    return not names_files and {group.path for group in stack.groups} <= set(rules)


def start(command: Sequence[str], folder: Path | None) -> subprocess.Popen[str]:
    """A judge at work, with all that it says in one stream."""
    return subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def is_too_old(program: str, line: str, wanted: tuple[int, int]) -> bool:
    """Whether a complaint may be one that a program of the wanted version would not have."""
    if not _NEWER.search(line):
        return False
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=SECONDS, check=False)
    found = _VERSION.search(said.stdout + said.stderr)
    return found is not None and (int(found[1]), int(found[2])) < wanted


def complaint(line: str) -> str:
    """What a line of a judge's output complains of; empty for its small talk."""
    text = line.rpartition("FAILED:")[2].strip()
    return "" if text.startswith(_SMALL_TALK) or text.endswith("unmarshal errors:") else text


@contextmanager
def unpacked(artifacts: Iterable[Artifact]) -> Iterator[Path]:
    """The artifacts in a folder that goes when nobody looks at them any more."""
    with tempfile.TemporaryDirectory(prefix="aimon-") as name:
        folder = Path(name)
        for artifact in artifacts:
            place = folder / artifact.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(artifact.text, encoding="utf-8")
        yield folder


@contextmanager
def trial(stack: Stack, artifacts: Sequence[Artifact]) -> Iterator[Trial]:
    """The judges started on a copy of the artifacts in a folder that goes when they are done."""
    with unpacked(artifact for artifact in artifacts if artifact.path.endswith(".yml")) as folder:
        running = Trial(stack, artifacts, folder)
        try:
            yield running
        finally:
            running.stop()
