"""text → Document → Spec → Stack → Artifacts, through the gates in order: gather all findings of a gate, then stop."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aimon import external, gates
from aimon.artifact import Artifact
from aimon.build import build
from aimon.checks import CHECKS, ERROR
from aimon.diagnostic import Context, Diagnostic, Located
from aimon.document import Address, Document, DocumentError, Place
from aimon.finding import Finding
from aimon.parse import parse
from aimon.render import RenderError, render
from aimon.sources import Sources, for_environment, load
from aimon.spec import Ignore
from aimon.stack import Stack

SPEC_FILE = "aimon.yaml"
OUTPUT_FOLDER = "monitoring"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a spec: as far as it got, and everything that was found on the way."""

    path: Path
    diagnostics: tuple[Diagnostic, ...] = ()
    stack: Stack | None = None
    artifacts: tuple[Artifact, ...] = ()
    absent: tuple[str, ...] = ()
    unreadable: bool = False

    @property
    def failed(self) -> bool:
        """Whether an error stands in the way of using the artifacts."""
        return any(diagnostic.level == ERROR for diagnostic in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Options:
    """How to render: the environment to merge, the folder of templates to lay over ours, and a pattern of paths."""

    environment: str | None = None
    templates: Path | None = None
    only: str | None = None
    judged: bool = True


def specs_below(path: Path) -> list[Path]:
    """The specs that a path means: a file, a folder with an `aimon.yaml`, or every such folder below it."""
    if not path.is_dir():
        return [path]
    own = path / SPEC_FILE
    return [own] if own.is_file() else sorted(path.rglob(SPEC_FILE))


def compile_spec(path: Path, options: Options) -> Result:
    """Take a spec through all gates; the artifacts are there when no error is."""
    try:
        sources = load(path)
    except DocumentError as error:
        return Result(path, (_unreadable(error, path),), unreadable=True)
    return _compile(path, sources, options)


def validate_spec(path: Path, options: Options) -> Result:
    """The same for the spec as it stands and for each of its environments, unless one is chosen."""
    try:
        sources = load(path)
    except DocumentError as error:
        return Result(path, (_unreadable(error, path),), unreadable=True)
    result = _compile(path, sources, options)
    if options.environment is not None or result.stack is None:
        return result
    names = sources.value.get("environments", {})
    others = [_compile(path, sources, Options(name, options.templates, options.only, options.judged)) for name in names]
    found = dict.fromkeys(diagnostic for each in (result, *others) for diagnostic in each.diagnostics)
    return Result(path, tuple(found), result.stack, result.artifacts, result.absent)


def _compile(path: Path, sources: Sources, options: Options) -> Result:
    if options.environment is not None and options.environment not in sources.value.get("environments", {}):
        finding = _unknown_environment(sources, options.environment)
        return Result(path, tuple(_located(sources, [finding])), unreadable=True)
    sources = for_environment(sources, options.environment)
    shape = list(gates.check_shape(sources.value))
    if shape:
        return Result(path, tuple(_located(sources, shape)))
    stack = build(parse(sources.value))
    found = [finding for check in CHECKS.values() if not check.at_gate for finding in check.run(stack)]
    diagnostics = list(_located(sources, not_ignored(found, stack.spec.ignore)))
    if any(diagnostic.level == ERROR for diagnostic in diagnostics):
        return Result(path, tuple(diagnostics), stack)
    artifacts, findings, absent = _rendered(stack, options)
    diagnostics += _located(sources, not_ignored(findings, stack.spec.ignore))
    return Result(path, tuple(diagnostics), stack, artifacts, absent)


def _rendered(stack: Stack, options: Options) -> tuple[tuple[Artifact, ...], list[Finding], tuple[str, ...]]:
    try:
        artifacts = tuple(render(stack, options.templates, options.only))
    except RenderError as error:
        line = f" line {error.line}" if error.line else ""
        return (), [Finding("output/template", f"template {error.template}{line}: {error.message}", ())], ()
    if not options.judged:
        return artifacts, [found for artifact in artifacts for found in gates.check_artifact(artifact)], ()
    with external.trial(stack, artifacts) as judges:  # they work while we look at the schemas
        findings = [found for artifact in artifacts for found in gates.check_artifact(artifact)]
        verdicts = judges.verdicts()
    return artifacts, [*findings, *verdicts.findings], verdicts.absent


def not_ignored(findings: Iterable[Finding], ignores: Sequence[Ignore]) -> Iterator[Finding]:
    """The findings that no entry of ``ignore`` accepts today."""
    today = datetime.date.today().isoformat()
    valid = [entry for entry in ignores if entry.until is None or entry.until >= today]
    for finding in findings:
        if not any(entry.check == finding.check and _covers(entry.of, finding.at) for entry in valid):
            yield finding


def _covers(of: str | None, address: Address) -> bool:
    """Whether ``alerts.HighErrorRate`` holds the address ``("alerts", "HighErrorRate", "expr")``."""
    text = dotted(address)
    return of is None or text == of or text.startswith(f"{of}.")


def dotted(address: Address) -> str:
    """An address as people write it."""
    return ".".join(str(step) for step in address)


def _unknown_environment(sources: Sources, name: str) -> Finding:
    known = ", ".join(sources.value.get("environments", {})) or "none"
    return Finding("spec/unknown-environment", f"there is no environment `{name}`", ("environments",), key=True, help=f"known: {known}")


def _unreadable(error: DocumentError, path: Path) -> Diagnostic:
    place = error.place or Place(1, 1, 1, 1)
    line = _line_of(error.path, place.line)
    return Diagnostic("spec/unreadable", ERROR, error.message, Located(error.path or str(path), place, line), help=error.help)


def _line_of(path: str, number: int) -> str:
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return next((line.rstrip("\r\n") for index, line in enumerate(file, 1) if index == number), "")
    except OSError:
        return ""


def _located(sources: Sources, findings: Iterable[Finding]) -> Iterator[Diagnostic]:
    """The findings with their levels and places, in the order of the file."""
    made = [_diagnostic(sources, finding) for finding in findings]
    yield from sorted(made, key=lambda one: (one.located.path, one.located.place.line, one.located.place.column, one.check))


def _diagnostic(sources: Sources, finding: Finding) -> Diagnostic:
    return Diagnostic(
        check=finding.check,
        level=CHECKS[finding.check].level,
        message=finding.message,
        located=_place(sources, finding.at, finding.fragment, finding.key),
        address=dotted(finding.at),
        help=finding.help,
        artifact=finding.artifact,
        contexts=tuple(Context(_place(sources, related.at, None, True), related.message) for related in finding.related),
    )


def _place(sources: Sources, at: Address, fragment: tuple[int, int] | None, key: bool) -> Located:
    document: Document
    document, local = sources.locate(at)
    place = document.fragment(local, *fragment) if fragment else document.where(local, key=key)
    return Located(document.path, place, document.line(place.line))
