"""`aimon validate`: the findings of specs, and of files that aimon did not write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import (
    Environment,
    FailOn,
    FindingForm,
    Level,
    NoColor,
    OutputFile,
    Quiet,
    Templates,
    specs_of,
)
from aimon.cli.exits import FINE, FOUND, WRONG, stop
from aimon.cli.known import without_known, write_known
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.pipeline import Result


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Specs, folders, or files that aimon did not write.", show_default="aimon.yaml"),
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="A spec or a /metrics text: the metrics that other files may query.", exists=True),
    ] = None,
    environment: Environment = None,
    format_: FindingForm = None,
    output: OutputFile = None,
    fail_on: FailOn = Level.error,
    require: Annotated[str | None, typer.Option(help="Programs that must be there, such as promtool,amtool.")] = None,
    templates: Templates = None,
    baseline: Annotated[Path | None, typer.Option(help="A file of known findings: only others are reported.")] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write all findings into the file of --baseline as known.")
    ] = False,
    stats: Annotated[
        bool, typer.Option("--stats", help="Tell how many selectors could be typed, and how many could not.")
    ] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Tell which metrics nobody looks at, and which alerts have no panel.")
    ] = False,
    fail_under: Annotated[
        float | None, typer.Option(help="Fail where --coverage is less than this many percent.", min=0, max=100)
    ] = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Check the spec and every output of it, in every environment; then ask promtool and amtool.

    Also checks files that aimon did not write: rules, PrometheusRule objects, dashboards, prometheus.yml and
    alertmanager.yml; with --catalogue against the metrics that there are.
    """
    from aimon.foreign.files import Reading
    from aimon.inputs import files_below

    specs, others = _sorted(paths or [])
    reading = Reading(files_below(others))  # a second process begins with it while this one imports the checks
    console = Console(format_ and format_.value, output, quiet, no_color)
    wanted = _required(require)
    results = []
    if specs:
        from aimon.pipeline import Options, validate_spec

        results = [validate_spec(path, Options(environment, templates)) for path in console.progress(specs)]
    if others:
        from aimon.review import review

        results.append(review(others, catalogue, wanted, reading))
    elif catalogue is not None:
        stop("--catalogue is for files that aimon did not write", "a spec has its own")
    if stats:
        _tell_stats(console, results)
    covered = _tell_coverage(console, results) if coverage or fail_under is not None else 100.0
    if write_baseline:
        write_known(console, baseline, results)
    elif baseline is not None:
        results = without_known(console, baseline, results)
    found = [diagnostic for result in results for diagnostic in result.diagnostics]
    console.findings(found, {str(result.path): result.ran for result in results if not result.files})
    console.notes(note for result in results for note in result.notes)
    console.summary(found, len(specs), sum(result.files for result in results))
    missing = sorted(wanted & {program for result in results for program in result.absent})
    if missing:
        stop(f"not found: {', '.join(missing)}", "install it, or leave it out of --require")
    if any(result.unreadable for result in results):
        raise typer.Exit(WRONG)
    too_few = covered < (fail_under or 0)
    if too_few:
        console.tell(f"covered less than the {fail_under:g} % of --fail-under")
    raise typer.Exit(FOUND if too_few or fail_on.met_by(found) else FINE)


def _sorted(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """The specs that the arguments mean, and the files that aimon did not write."""
    others = _foreign(paths)
    rest = [path for path in paths if path not in others]
    return specs_of(rest) if rest or not paths else [], others


def _foreign(paths: Sequence[Path]) -> list[Path]:
    """The paths that mean no spec but files that aimon did not write."""
    from aimon.inputs import SPEC_FILE

    unsure = [path for path in paths if path.exists() and path.name != SPEC_FILE and not (path / SPEC_FILE).exists()]
    if not unsure:
        return []
    from aimon.inputs import is_foreign

    return [path for path in unsure if is_foreign(path)]


def _required(programs: str | None) -> set[str]:
    """The programs that must be there, as ``--require`` names them."""
    from aimon.external import PROGRAMS

    wanted = {name.strip() for name in (programs or "").split(",") if name.strip()}
    for name in sorted(wanted - set(PROGRAMS)):
        stop(f"--require: aimon does not use `{name}`", f"it knows {' and '.join(PROGRAMS)}")
    return wanted


def _tell_stats(console: Console, results: Sequence[Result]) -> None:
    from aimon.certainty import Certainty, certainty, sentences

    stacks = [stack for result in results for stack in (result.stack, *result.stacks) if stack]
    counted = sum(map(certainty, stacks), Certainty())
    ran = frozenset[str]().union(*(result.ran for result in results))
    for sentence in sentences(counted, len(ran)):
        console.tell(sentence)


def _tell_coverage(console: Console, results: Sequence[Result]) -> float:
    """Who looks at what in the specs; the covered share in percent."""
    from aimon.attention import Attention, attention, sentences

    seen = sum((attention(result.stack) for result in results if result.stack and not result.files), Attention())
    for sentence in sentences(seen):
        console.tell(sentence)
    return seen.percent
