"""The command line: a command parses flags, calls one function of the pipeline, reports, and leaves with a number.

0 fine, 1 findings or differences, 2 wrong usage, unreadable input or a missing tool, 3 a bug of ours, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

from aimon import __version__
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.artifact import Artifact

FINE, FOUND, WRONG, BUG, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="aimon",
    help="One YAML spec for the whole monitoring of an AI application: generate it, validate it, diff it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class FindingFormat(str, Enum):
    """How findings are printed."""

    text = "text"
    concise = "concise"
    json = "json"
    github = "github"


class ChangeFormat(str, Enum):
    """How changes are printed."""

    text = "text"
    json = "json"


class Level(str, Enum):
    """From which level on findings make the run fail."""

    info = "info"
    warning = "warning"
    error = "error"


class DiffFailure(str, Enum):
    """Which changes make the run fail."""

    any = "any"
    none = "none"


Specs = Annotated[Optional[list[Path]], typer.Argument(help="Spec files, or folders that hold aimon.yaml.", show_default="aimon.yaml")]
Environment = Annotated[Optional[str], typer.Option("--env", help="Merge this environment of the spec over the rest.")]
Templates = Annotated[Optional[Path], typer.Option(help="A folder whose templates take the place of ours.", exists=True, file_okay=False)]
Findings = Annotated[Optional[FindingFormat], typer.Option("--format", help="How findings are printed.", show_default="text, or github in GitHub Actions")]
OutputFile = Annotated[Optional[Path], typer.Option("--output", help="Print to this file instead of standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but findings.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="Print without colours.")]


@app.command()
def generate(
    specs: Specs = None,
    out: Annotated[Optional[Path], typer.Option("--out", "-o", help="The output folder.", show_default="monitoring/ beside the spec")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; list what differs and exit with 1.")] = False,
    environment: Environment = None,
    only: Annotated[Optional[str], typer.Option(help="Write only the outputs whose path matches, such as 'rules/*'.")] = None,
    stdout: Annotated[Optional[str], typer.Option(help="Print this one output and write nothing.", metavar="PATH")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite outputs that were edited by hand.")] = False,
    templates: Templates = None,
    format_: Findings = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Render the whole stack, check everything, and write only what differs: all or nothing."""
    from aimon.pipeline import OUTPUT_FOLDER, Options, compile_spec

    console = Console(format_ and format_.value, None, quiet, no_color)
    paths = _specs(specs)
    if stdout is not None and len(paths) > 1:
        _stop("--stdout prints one output of one spec", "name one spec")
    code = FINE
    for path in console.progress(paths):
        result = compile_spec(path, Options(environment, templates, stdout or only))
        console.findings(result.diagnostics)
        console.absent(result.absent)
        if result.failed:
            console.say(f"{path}: nothing is written")
            code = max(code, WRONG if result.unreadable else FOUND)
        elif stdout is not None:
            _print_one(result.artifacts, stdout)
        else:
            folder = _folder(path, out, OUTPUT_FOLDER, len(paths))
            code = max(code, _write(console, result.artifacts, folder, check, force, only is None))
    raise typer.Exit(code)


@app.command()
def validate(
    specs: Specs = None,
    environment: Environment = None,
    format_: Findings = None,
    output: OutputFile = None,
    fail_on: Annotated[Level, typer.Option(help="The lowest level that makes the run fail.")] = Level.error,
    require: Annotated[Optional[str], typer.Option(help="Programs that must be there, such as promtool,amtool.")] = None,
    templates: Templates = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Check the spec and every output of it, in every environment; then ask promtool and amtool."""
    from aimon.checks import LEVELS
    from aimon.pipeline import Options, validate_spec

    console = Console(format_ and format_.value, output, quiet, no_color)
    paths = _specs(specs)
    results = [validate_spec(path, Options(environment, templates)) for path in console.progress(paths)]
    found = [diagnostic for result in results for diagnostic in result.diagnostics]
    absent = sorted({program for result in results for program in result.absent})
    console.findings(found, complete=True)
    console.absent(absent)
    console.summary(found, len(paths))
    missing = sorted(set((require or "").split(",")) & set(absent))
    if missing:
        _stop(f"{', '.join(missing)} not found", "install it, or leave it out of --require")
    if any(result.unreadable for result in results):
        raise typer.Exit(WRONG)
    failing = LEVELS[LEVELS.index(fail_on.value) :]
    raise typer.Exit(FOUND if any(diagnostic.level in failing for diagnostic in found) else FINE)


@app.command()
def diff(
    before: Annotated[Optional[Path], typer.Argument(help="A spec or an output folder.", show_default="the files on disk")] = None,
    after: Annotated[Optional[Path], typer.Argument(help="A spec or an output folder.", show_default="what the spec renders now")] = None,
    environment: Environment = None,
    format_: Annotated[ChangeFormat, typer.Option("--format", help="How changes are printed.")] = ChangeFormat.text,
    output: OutputFile = None,
    fail_on: Annotated[DiffFailure, typer.Option(help="Which changes make the run exit with 1.")] = DiffFailure.any,
    no_color: NoColor = False,
) -> None:
    """Tell what changes in the monitoring, by name: alerts, rules, panels, scrape jobs, routes."""
    from aimon.compare import compare
    from aimon.document import DocumentError
    from aimon.sides import SideError, sides

    console = Console(format_.value, output, False, no_color)
    try:
        old, new = sides(before, after, environment)
        found = compare(old.files, new.files)
    except SideError as error:
        console.findings(error.diagnostics)
        _stop(str(error), error.cure)
    except DocumentError as error:
        _stop(str(error), None)
    console.changes(found, old.units | new.units)
    raise typer.Exit(FOUND if found and fail_on is DiffFailure.any else FINE)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the spec, for editors."""
    import orjson

    from aimon.gates import schema as schema_named

    typer.echo(orjson.dumps(schema_named("spec"), option=orjson.OPT_INDENT_2).decode())


@app.command()
def checks(
    format_: Annotated[str, typer.Option("--format", help="text, or md for the page docs/checks.md.")] = "text",
) -> None:
    """List the checks."""
    from aimon.report.manual import listing, page

    typer.echo(page() if format_ == "md" else listing(), nl=False)


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False) -> None:
    """One YAML spec for the whole monitoring of an AI application."""
    if version:
        typer.echo(f"aimon {__version__}")
        raise typer.Exit(FINE)


def _specs(paths: list[Path] | None) -> list[Path]:
    """The specs that the arguments mean; without any, the one here."""
    from aimon.pipeline import SPEC_FILE, specs_below

    found = [spec for path in paths or [Path(SPEC_FILE)] for spec in specs_below(path)]
    if not found:
        _stop(f"there is no {SPEC_FILE} in {', '.join(map(str, paths or ()))}", "name a spec file")
    return list(dict.fromkeys(found))


def _folder(spec: Path, out: Path | None, name: str, specs: int) -> Path:
    """Where the output of a spec goes; several specs with one ``--out`` get a folder each, named like theirs."""
    if out is None:
        return spec.parent / name
    return out / spec.resolve().parent.name if specs > 1 else out


def _write(
    console: Console, artifacts: Sequence[Artifact], folder: Path, check: bool, force: bool, whole: bool
) -> int:
    """Write, or with ``check`` only tell what would be written; the number to leave with."""
    from aimon.write import WriteError, interrupted, plan, write

    try:
        todo = plan(artifacts, folder, whole) if check else write(artifacts, folder, force, whole)
        unfinished = check and interrupted(folder)
    except WriteError as error:
        console.say(f"error: {error.message}" + (f"\n  help: {error.cure}" if error.cure else ""))
        return FOUND if error.edited else WRONG
    names = {"missing": "missing" if check else "new", "changed": "changed", "stale": "stale", "edited": "hand-edited", "foreign": "foreign"}
    for kind, word in names.items():
        for path in getattr(todo, kind):
            console.say(f"{word:<12} {folder / path}")
    if unfinished:
        console.say(f"{folder} waits for an interrupted run to be finished: run `aimon generate`")
    if not todo.differs:
        console.say(f"{folder} is up to date, {len(todo.unchanged)} files")
    return FOUND if check and (todo.differs or unfinished) else FINE


def _print_one(artifacts: Sequence[Artifact], path: str) -> None:
    for artifact in artifacts:
        if artifact.path == path:
            sys.stdout.write(artifact.text)
            return
    _stop(f"there is no output {path}", "`aimon generate --check --out /nowhere` lists them all")


def _stop(message: str, cure: str | None) -> NoReturn:
    """Leave because of wrong usage."""
    typer.echo(f"error: {message}" + (f"\n  help: {cure}" if cure else ""), err=True)
    raise typer.Exit(WRONG)


def run() -> int:
    """The whole command line; the number to leave with."""
    try:
        code = app(standalone_mode=False)
        return code if isinstance(code, int) else FINE
    except typer.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted: nothing was left half done", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> int:
    """Wrong usage in its own words; anything else is our bug, with a report to paste."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
        return WRONG
    import platform
    import traceback

    traceback.print_exc()
    where = f"aimon {__version__}, Python {platform.python_version()}, {platform.system()}"
    typer.echo(f"this is a bug of aimon; please report the lines above ({where})", err=True)
    return BUG
