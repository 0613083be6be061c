"""`aimon generate`: a spec's outputs on disk, all or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from aimon.cli.arguments import Environment, FindingForm, NoColor, Quiet, Specs, Templates, specs_of
from aimon.cli.exits import FINE, FOUND, WRONG, stop
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.artifact import Artifact
    from aimon.pipeline import Result


def command(
    specs: Specs = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The output folder.", show_default="monitoring/ beside the spec"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; list what differs and exit with 1.")] = False,
    environment: Environment = None,
    only: Annotated[
        str | None, typer.Option(help="Write only the outputs whose path matches, such as 'rules/*'.")
    ] = None,
    stdout: Annotated[str | None, typer.Option(help="Print this one output and write nothing.", metavar="PATH")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite outputs that were edited by hand.")] = False,
    templates: Templates = None,
    format_: FindingForm = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Render the whole stack, check everything, and write only what differs: all or nothing."""
    from aimon.checks import WARNING
    from aimon.pipeline import Options, compile_spec

    console = Console(format_ and format_.value, quiet=quiet, no_color=no_color, aside=stdout is not None)
    paths = specs_of(specs)
    if stdout is not None and len(paths) > 1:
        stop("--stdout prints one output of one spec", "name one spec")
    folders = _folders(paths, out)
    options = Options(environment, templates, stdout or only, least=WARNING)
    results = [
        compile_spec(path, options._replace(settled=None if stdout else folders[path]))
        for path in console.progress(paths)
    ]
    console.findings([diagnostic for result in results for diagnostic in result.diagnostics])
    console.notes(note for result in results for note in result.notes)
    code = FINE
    for result in results:
        if result.failed:
            console.say(f"{result.path}: nothing is written")
            code = max(code, WRONG if result.unreadable else FOUND)
            continue
        if not result.artifacts:
            _no_output(result, stdout, only)
        if stdout is not None:
            typer.echo(result.artifacts[0].text.encode(), nl=False)
        else:
            code = max(code, _write(console, result.artifacts, folders[result.path], check, force, only is None))
    raise typer.Exit(code)


def _folders(specs: Sequence[Path], out: Path | None) -> dict[Path, Path]:
    """Where the output of each spec goes; with one ``--out`` the folders lie to each other as the specs do."""
    from aimon.pipeline import OUTPUT_FOLDER

    homes = {spec: os.path.realpath(spec.parent) for spec in specs}
    top = os.path.commonpath(homes.values())
    folders = {
        spec: spec.parent / OUTPUT_FOLDER if out is None else out / os.path.relpath(home, top)
        for spec, home in homes.items()
    }
    owners: dict[str, Path] = {}
    for spec, folder in folders.items():
        other = owners.setdefault(os.path.realpath(folder), spec)
        if other is not spec:
            stop(
                f"{other} and {spec} would both be written to {folder}",
                "write them one at a time, each with its own --out",
            )
    return folders


def _no_output(result: Result, stdout: str | None, only: str | None) -> NoReturn:
    """Nothing matches what was asked for, which must not look like success."""
    from aimon.render import paths

    known = paths(result.stack) if result.stack else []
    stop(f"no output is called {stdout}" if stdout else f"no output matches {only}", f"there are {', '.join(known)}")


def _write(console: Console, artifacts: Sequence[Artifact], folder: Path, check: bool, force: bool, whole: bool) -> int:
    """Write, or with ``check`` only tell what would be written; the number to leave with."""
    from aimon.write import plan, write
    from aimon.write.journal import interrupted
    from aimon.write.places import WriteError

    try:
        todo = plan(artifacts, folder, whole) if check else write(artifacts, folder, force, whole)
        unfinished = check and interrupted(folder)
    except WriteError as error:
        console.fail(error.message, error.cure)
        return FOUND if error.edited else WRONG
    names = {"missing": "missing" if check else "new", "changed": "changed", "stale": "stale" if check else "removed",
             "edited": "hand-edited" if check else "overwritten", "foreign": "foreign"}  # fmt: skip
    speak = console.tell if check else console.say
    for kind, word in names.items():
        for path in getattr(todo, kind):
            speak(f"{word:<12} {folder / path}")
    if unfinished:
        speak(f"{folder} waits for an interrupted run to be finished: run `aimon generate`")
    elif not todo.differs:
        console.say(f"{folder} is up to date, {len(todo.unchanged)} files")
    return FOUND if check and (todo.differs or unfinished) else FINE
