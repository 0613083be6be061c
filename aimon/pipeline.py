"""text → Document → Spec → Stack → Artifacts, through the gates in order: gather all findings of a gate, then stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aimon import acceptance, external, gates
from aimon.acceptance import Acceptance
from aimon.artifact import Artifact
from aimon.build import build
from aimon.checks import CHECKS, ERROR, INFO, LEVELS, checks_for
from aimon.diagnostic import Diagnostic
from aimon.document import Address, DocumentError, Place
from aimon.expand import expand
from aimon.finding import Finding
from aimon.parse import parse
from aimon.placed import broken_template, in_order, placed, secrets_of, unreadable, veiled
from aimon.sources import Sources, for_environment, load
from aimon.stack import Stack
from aimon.suggest import did_you_mean
from aimon.unpack import unpack
from aimon.write import is_settled

OUTPUT_FOLDER = "monitoring"


class Result(NamedTuple):
    """What came of a spec: as far as it got, everything that was found on the way, and what was not looked at."""

    path: Path
    diagnostics: tuple[Diagnostic, ...] = ()
    stack: Stack | None = None
    artifacts: tuple[Artifact, ...] = ()
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: bool = False
    sources: Sources | None = None
    accepted: Acceptance | None = None
    ran: frozenset[str] = frozenset()  # the checks that could run
    secrets: tuple[tuple[str, Place], ...] = ()  # where no line may be shown as it is
    files: int = 0  # how many that aimon did not write were looked at
    stacks: tuple[Stack, ...] = ()  # what those files make

    @property
    def failed(self) -> bool:
        """Whether an error stands in the way of using the artifacts."""
        return any(diagnostic.level == ERROR for diagnostic in self.diagnostics)


class Options(NamedTuple):
    """How to render: the environment to merge, the folder of templates to lay over ours, and a pattern of paths.

    ``settled`` is a folder whose outputs need no second look where they are what is rendered now, and ``least`` the
    lowest level of checks that is worth the time.
    """

    environment: str | None = None
    templates: Path | None = None
    only: str | None = None
    judged: bool = True
    settled: Path | None = None
    least: str = INFO


def compile_spec(path: Path, options: Options) -> Result:
    """Take a spec through all gates; the artifacts are there when no error is."""
    try:
        sources = load(path)
    except DocumentError as error:
        return Result(path, (unreadable("spec/unreadable", error, path),), unreadable=True)
    result = _compile(path, sources, options)
    has_others = options.environment is not None or sources.environments
    return result if has_others else _with_unused(result, [result])


def validate_spec(path: Path, options: Options) -> Result:
    """The same for the spec as it stands and for each of its environments, unless one is chosen."""
    try:
        sources = load(path)
    except DocumentError as error:
        return Result(path, (unreadable("spec/unreadable", error, path),), unreadable=True)
    result = _compile(path, sources, options)
    if options.environment is not None or result.stack is None:
        return result
    others = {name: _compile(path, sources, options._replace(environment=name)) for name in sources.environments}
    found = (*result.diagnostics, *_only_in(others, result.diagnostics))
    notes = dict.fromkeys(note for each in (result, *others.values()) for note in each.notes)
    ran = result.ran.intersection(*(each.ran for each in others.values()))
    whole = result._replace(diagnostics=found, notes=tuple(notes), ran=ran)
    return _with_unused(whole, [result, *others.values()])


def _with_unused(result: Result, runs: Sequence[Result]) -> Result:
    """The result with what is accepted in vain; silent where some run did not get as far as the checks."""
    needs = [run.accepted.needs(run.ran) for run in runs if run.accepted is not None]
    if result.accepted is None or len(needs) < len(runs):
        return result
    secrets = [secret for run in runs for secret in run.secrets]
    unused = (veiled(one, secrets) for one in in_order(acceptance.unused(needs)))
    found = tuple(result.accepted.refused(unused))
    return result._replace(diagnostics=result.diagnostics + found)


def _only_in(environments: Mapping[str, Result], everywhere: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """What was found in environments only, each once and with their names."""
    known = set(everywhere)
    places: dict[Diagnostic, list[str]] = {}
    for name, result in environments.items():
        for diagnostic in result.diagnostics:
            if diagnostic not in known:
                places.setdefault(diagnostic, []).append(name)
    for diagnostic, names in places.items():
        yield diagnostic._replace(message=f"{diagnostic.message} (in the environment {', '.join(names)})")


def _compile(path: Path, sources: Sources, options: Options) -> Result:
    result = _through_gates(path, sources, options)
    return result._replace(notes=(*sources.notes, *result.notes))


def _through_gates(path: Path, sources: Sources, options: Options) -> Result:
    if options.environment is not None and options.environment not in sources.environments:
        finding = _unknown_environment(sources, options.environment)
        return Result(path, tuple(placed(sources, [finding])), unreadable=True)
    sources = for_environment(sources, options.environment)
    misfits = list(gates.check_shape(sources.value))
    if not misfits:
        try:
            sources, misfits = with_packs(sources, path.parent)
        except DocumentError as error:
            return Result(path, (unreadable("spec/unreadable", error, path),), unreadable=True)
    if misfits:
        return Result(path, tuple(placed(sources, misfits)), notes=(_STOPPED,))
    stack = build(expand(parse(sources.value)))
    checked = _checked(path, sources, stack, options)
    return checked._replace(notes=(_STOPPED,)) if checked.failed else _rendered(checked, sources, stack, options)


def _checked(path: Path, sources: Sources, stack: Stack, options: Options) -> Result:
    """What the checks find in the stack."""
    found = [finding for check in checks_for(stack, options.least) for finding in check.run(stack)]
    secrets = secrets_of(sources, found)
    accepted = acceptance.of_spec(sources, stack.spec.ignore)
    faults = (veiled(fault, secrets) for fault in accepted.faults())
    return Result(
        path,
        diagnostics=tuple(accepted.refused(in_order((*placed(sources, found), *faults)))),
        stack=stack,
        sources=sources,
        accepted=accepted,
        ran=_looked_for(options),
        secrets=secrets,
    )


def _rendered(result: Result, sources: Sources, stack: Stack, options: Options) -> Result:
    """The result with the outputs, and with what their schemas and the judges say of them."""
    from aimon.render import RenderError, render  # late: what stops before, and files of others, need no templates

    try:
        artifacts = tuple(render(stack, options.templates, options.only))
    except RenderError as error:
        return result._replace(diagnostics=(*result.diagnostics, broken_template(error)), notes=(_STOPPED,))
    if options.settled is not None and is_settled(artifacts, options.settled, options.only is None):
        return result._replace(artifacts=artifacts)
    verdicts = _judged(stack, artifacts, options.judged)
    told = (veiled(one, result.secrets) for one in placed(sources, verdicts.findings))
    refused = result.accepted.refused(told) if result.accepted else told
    return result._replace(
        diagnostics=(*result.diagnostics, *refused),
        artifacts=artifacts,
        absent=verdicts.absent,
        notes=verdicts.notes,
        ran=result.ran | _ran(verdicts, options),
    )


def with_packs(sources: Sources, root: Path) -> tuple[Sources, list[Finding]]:
    """The spec with what its packs bring, and where those do not have the shape of one. Raises `DocumentError`."""
    unpacked = unpack(sources, root)
    misfits = (finding for name, pack in unpacked.unproven.items() for finding in gates.check_pack(name, pack))
    return unpacked.sources, list(misfits)


def _looked_for(options: Options) -> frozenset[str]:
    """The checks that can run before there are outputs."""
    levels = LEVELS[LEVELS.index(options.least) :]
    checks = CHECKS.values()
    gates = (check.id for check in checks if check.at_gate and check.id.startswith(("spec/", "ignore/")))
    return frozenset((*gates, *(check.id for check in checks if not check.at_gate and check.level in levels)))


def _ran(verdicts: external.Verdicts, options: Options) -> frozenset[str]:
    """The checks of outputs that could run: none on a part of them, the judges only where nothing is misshapen."""
    if options.only is not None:
        return frozenset()
    asked = options.judged and not any(finding.check == "output/schema" for finding in verdicts.findings)
    judges = {f"judge/{program}" for program in external.PROGRAMS if asked and program not in verdicts.absent}
    return frozenset({"output/schema", "output/template", *judges})


_STOPPED = "the outputs were not checked because of the errors"
_NOT_ASKED = "promtool and amtool were not asked because of the errors"


def _judged(stack: Stack, artifacts: Sequence[Artifact], outside: bool) -> external.Verdicts:
    """What our schemas say of the outputs, or else the judges from outside: they work meanwhile."""
    if not outside:
        return external.Verdicts(tuple(_misfits(artifacts)), ())
    with external.trial(stack, artifacts) as judges:
        misfits = tuple(_misfits(artifacts))
        if misfits:
            return external.Verdicts(misfits, judges.absent, (_NOT_ASKED,))
        return judges.verdicts()


def _misfits(artifacts: Sequence[Artifact]) -> Iterator[Finding]:
    """What does not fit its schema, once where the same part of the spec went into several outputs."""
    seen: set[tuple[str, Address]] = set()
    for finding in (found for artifact in artifacts for found in gates.check_artifact(artifact)):
        if (finding.message, finding.at) not in seen:
            seen.add((finding.message, finding.at))
            yield finding


def _unknown_environment(sources: Sources, name: str) -> Finding:
    known = f"known: {', '.join(sources.environments)}" if sources.environments else "the spec has no `environments`"
    cure = did_you_mean(name, sources.environments, known)
    return Finding(
        "spec/unknown-environment", f"there is no environment `{name}`", ("environments",), key=True, help=cure
    )
