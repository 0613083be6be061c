"""The command line: a command parses flags, calls one function of the pipeline, reports, and leaves with a number.

0 fine, 1 findings or differences, 2 wrong usage, unreadable input or a missing tool, 3 a bug of ours, 130 interrupted.
"""

from __future__ import annotations

import copy
import math
import os
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from aimon import __version__
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.artifact import Artifact
    from aimon.diagnostic import Diagnostic
    from aimon.document import Document
    from aimon.live.simulate import Simulation
    from aimon.pipeline import Result
    from aimon.report.text import Line

ADDRESS = "127.0.0.1:9999"
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
    gitlab = "gitlab"
    sarif = "sarif"
    junit = "junit"
    markdown = "markdown"


class ChangeFormat(str, Enum):
    """How changes are printed."""

    text = "text"
    json = "json"
    markdown = "markdown"
    github = "github"


class SchemaName(str, Enum):
    """What has a published schema."""

    spec = "spec"
    changes = "changes"


class ProofFormat(str, Enum):
    """How proofs are printed."""

    text = "text"
    junit = "junit"
    json = "json"
    markdown = "markdown"


class ListFormat(str, Enum):
    """How the checks are listed."""

    text = "text"
    md = "md"


class PackFormat(str, Enum):
    """How packs are described."""

    text = "text"
    json = "json"
    markdown = "markdown"


class Level(str, Enum):
    """From which level on findings make the run fail."""

    info = "info"
    warning = "warning"
    error = "error"


class DiffFailure(str, Enum):
    """From which weight on changes make the run fail."""

    breaking = "breaking"
    risky = "risky"
    any = "any"
    none = "none"


Specs = Annotated[
    list[Path] | None, typer.Argument(help="Spec files, or folders that hold aimon.yaml.", show_default="aimon.yaml")
]
Checked = Annotated[
    list[Path] | None,
    typer.Argument(help="Specs, folders, or files that aimon did not write.", show_default="aimon.yaml"),
]
Environment = Annotated[str | None, typer.Option("--env", help="Merge this environment of the spec over the rest.")]
Templates = Annotated[
    Path | None, typer.Option(help="A folder whose templates take the place of ours.", exists=True, file_okay=False)
]
Findings = Annotated[
    FindingFormat | None,
    typer.Option("--format", help="How findings are printed.", show_default="text, or github in GitHub Actions"),
]
OutputFile = Annotated[Path | None, typer.Option("--output", help="Print to this file instead of standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="Print without colours.")]


@app.command()
def generate(
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
    format_: Findings = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Render the whole stack, check everything, and write only what differs: all or nothing."""
    from aimon.checks import WARNING
    from aimon.pipeline import Options, compile_spec

    console = Console(format_ and format_.value, quiet=quiet, no_color=no_color, aside=stdout is not None)
    paths = _specs(specs)
    if stdout is not None and len(paths) > 1:
        _stop("--stdout prints one output of one spec", "name one spec")
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


@app.command()
def validate(
    paths: Checked = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="A spec or a /metrics text: the metrics that other files may query.", exists=True),
    ] = None,
    environment: Environment = None,
    format_: Findings = None,
    output: OutputFile = None,
    fail_on: Annotated[Level, typer.Option(help="The lowest level that makes the run fail.")] = Level.error,
    require: Annotated[str | None, typer.Option(help="Programs that must be there, such as promtool,amtool.")] = None,
    templates: Templates = None,
    baseline: Annotated[Path | None, typer.Option(help="A file of known findings: only others are reported.")] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write all findings into the file of --baseline as known.")
    ] = False,
    stats: Annotated[
        bool, typer.Option("--stats", help="Tell how many selectors could be typed, and how many could not.")
    ] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Check the spec and every output of it, in every environment; then ask promtool and amtool.

    Also checks files that aimon did not write: rules, PrometheusRule objects, dashboards, prometheus.yml and
    alertmanager.yml; with --catalogue against the metrics that there are.
    """
    from aimon.checks import LEVELS
    from aimon.pipeline import Options, validate_spec

    console = Console(format_ and format_.value, output, quiet, no_color)
    wanted = _required(require)
    others = _foreign(paths or ())
    specs = (
        []
        if others and len(others) == len(paths or ())
        else _specs([path for path in paths or () if path not in others])
    )
    results = [validate_spec(path, Options(environment, templates)) for path in console.progress(specs)]
    if others:
        from aimon.review import review

        results.append(review(others, catalogue, wanted))
    elif catalogue is not None:
        _stop("--catalogue is for files that aimon did not write", "a spec has its own")
    if stats:
        _tell_stats(console, results)
    if write_baseline:
        _write_baseline(console, baseline, results)
    elif baseline is not None:
        results = _without_known(console, baseline, results)
    found = [diagnostic for result in results for diagnostic in result.diagnostics]
    console.findings(found, {str(result.path): result.ran for result in results if not result.files})
    console.notes(note for result in results for note in result.notes)
    console.summary(found, len(specs), sum(result.files for result in results))
    missing = sorted(wanted & {program for result in results for program in result.absent})
    if missing:
        _stop(f"not found: {', '.join(missing)}", "install it, or leave it out of --require")
    if any(result.unreadable for result in results):
        raise typer.Exit(WRONG)
    failing = LEVELS[LEVELS.index(fail_on.value) :]
    raise typer.Exit(FOUND if any(diagnostic.level in failing for diagnostic in found) else FINE)


_SIDES = "A spec, an output folder, files of others, git:REF, git:REF:PATH, or the URL of a Prometheus or a Grafana."


@app.command()
def diff(
    before: Annotated[str | None, typer.Argument(metavar="FROM", help=_SIDES, show_default="the files on disk")] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="TO", help="The same.", show_default="what the spec renders now")
    ] = None,
    environment: Environment = None,
    format_: Annotated[
        ChangeFormat | None,
        typer.Option("--format", help="How changes are printed.", show_default="text, or github in GitHub Actions"),
    ] = None,
    output: OutputFile = None,
    fail_on: Annotated[
        DiffFailure, typer.Option(help="From which weight on changes make the run exit with 1.")
    ] = DiffFailure.any,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Tell what changes in the monitoring, how bad that is, and why: breaking, risky, safe or cosmetic.

    A server is asked only where its URL is given, with the token in AIMON_TOKEN or in the file AIMON_TOKEN_FILE.
    """
    from aimon.change import COSMETIC
    from aimon.compare import compare
    from aimon.document import DocumentError
    from aimon.sides import SideError, sides
    from aimon.verdict import verdict

    console = Console(format_ and format_.value, output, quiet, no_color)
    try:
        old, new = sides(before, after, environment)
    except SideError as error:
        Console("text", quiet=quiet, no_color=no_color, aside=True).findings(error.diagnostics)
        _stop(str(error), error.cure)
    except DocumentError as error:
        _stop(
            f"{error.path}{f':{error.place.line}:{error.place.column}' if error.place else ''}: {error.message}",
            error.help,
        )
    found = compare(old.monitoring, new.monitoring)
    units = {**old.monitoring.units, **new.monitoring.units}
    judged = verdict(found, new.policy, units, new.where)
    console.changes(judged)
    console.notes((*old.notes, *new.notes, *judged.notes))
    failing = {DiffFailure.any: COSMETIC}.get(fail_on, fail_on.value)
    raise typer.Exit(FOUND if fail_on is not DiffFailure.none and judged.fails(failing) else FINE)


@app.command()
def simulate(
    spec: Annotated[
        Path | None, typer.Argument(help="A spec file, or a folder that holds aimon.yaml.", show_default="aimon.yaml")
    ] = None,
    listen: Annotated[str, typer.Option(help="Where to serve /SERVICE/metrics.", metavar="HOST:PORT")] = ADDRESS,
    as_targets: Annotated[
        bool, typer.Option("--as-targets", help="Also listen on the port of every target, and answer by its name.")
    ] = False,
    service: Annotated[list[str] | None, typer.Option(help="Only this service; repeat it for several.")] = None,
    environment: Environment = None,
    speed: Annotated[float, typer.Option(help="How many times faster waves and restarts come.", min=0.001)] = 1.0,
    seed: Annotated[int, typer.Option(help="Another number, other values.")] = 0,
    series_scale: Annotated[
        float, typer.Option(help="How many of the label values that a spec only counts there are.", min=0.0, max=1000.0)
    ] = 1.0,
    start: Annotated[
        float | None, typer.Option(help="Unix time at which the simulation begins.", show_default="now")
    ] = None,
    fire: Annotated[
        list[str] | None, typer.Option(help="Drive the metrics until this alert fires; repeat it for several.")
    ] = None,
    after: Annotated[
        str, typer.Option(help="When, counted from the start; -6m is before it, in the history.", metavar="DURATION")
    ] = "0s",
    for_: Annotated[
        str | None, typer.Option("--for", help="How long.", metavar="DURATION", show_default="until stopped")
    ] = None,
    history: Annotated[
        str | None, typer.Option(help="Serve nothing; write the time before the start, such as 6h, to --out.")
    ] = None,
    step: Annotated[
        str | None, typer.Option(help="Time between two samples of the history.", show_default="scrape_interval")
    ] = None,
    out: Annotated[Path, typer.Option(help="The OpenMetrics file of the history.")] = Path("history.om"),
    quiet: Quiet = False,
) -> None:
    """Expose every declared metric with values that could be real, before anything is instrumented."""
    import time

    from aimon.live.simulate.course import Clock
    from aimon.live.simulate.drive import CannotDriveError
    from aimon.live.simulate.history import Span
    from aimon.simulation import (
        SimulationError,
        Wanted,
        drive_of,
        seconds,
        serve,
        simulation_of,
        stack_of,
        write_history,
    )  # fmt: skip

    console = Console("text", quiet=quiet, aside=True)
    now = math.floor(time.time()) if start is None else start
    try:
        stack = stack_of(_one_spec(spec), environment)
        simulation = simulation_of(stack, Wanted(service or (), Clock(now, speed), seed, series_scale))
        begin = now + seconds(after, "--after")
        end = begin + seconds(for_, "--for") if for_ else math.inf
        simulation.drive([drive_of(stack, name, begin, end) for name in fire or ()])
        if history is None:
            serve(stack, simulation, listen, as_targets, lambda url: _tell_addresses(console, simulation, url))
            raise typer.Exit(FINE)
        apart = seconds(step, "--step") if step else stack.server.scrape_interval.seconds
        span = Span(now - seconds(history, "--history"), now, apart)
        count = write_history(stack, simulation, span, out, partial(console.progress, called="metrics"))
    except SimulationError as error:
        console.findings(error.diagnostics)
        _stop(error.message, error.cure)
    except CannotDriveError as error:
        _stop(error.message, error.cure)
    console.say(
        f"{out} holds {count:,} samples; promtool tsdb create-blocks-from openmetrics {out} DIR makes blocks of it"
    )


def _tell_addresses(console: Console, simulation: Simulation, url: str) -> None:
    """Where each service is, and how much it exposes."""
    for name, targets in simulation.by_service().items():
        console.say(f"{url}/{name}/metrics  {targets[0].series:,} series")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files of OpenSLO; indicators and policies may stand in others.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to this new file.")] = None,
) -> None:
    """Turn SLOs in the words of OpenSLO into a part of a spec, and say what of them is lost."""
    from aimon.document import DocumentError
    from aimon.emit import yaml_text
    from aimon.foreign.files import documents
    from aimon.openslo import carry, is_object

    try:
        found = [document for path in files for document in documents(path) if is_object(document.value)]
    except DocumentError as error:
        _stop(f"{error.path}: {error.message}", error.help or "save it as YAML")
    if not found:
        _stop(f"{', '.join(map(str, files))}: no object of OpenSLO", "name a file that says `apiVersion: openslo/v1`")
    carried = carry(found)
    for note in carried.notes:
        typer.echo(str(note), err=True)
    text = f"slos:{yaml_text(carried.slos, 2)}\n"
    if out is None:
        typer.echo(text, nl=False)
    elif os.path.lexists(out):
        _stop(f"{out} exists", "name a new file")
    else:
        out.write_text(text, encoding="utf-8")
    if carried.left_out:
        raise typer.Exit(FOUND)


@app.command()
def test(
    spec: Annotated[Path | None, typer.Argument(help="A spec, or its folder.", show_default="aimon.yaml")] = None,
    alert: Annotated[str | None, typer.Option(help="Prove this alert only.", metavar="NAME")] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Change the rules too, and tell which changes the tests do not notice.")
    ] = False,
    environment: Environment = None,
    format_: Annotated[ProofFormat, typer.Option("--format", help="How proofs are printed.")] = ProofFormat.text,
    output: OutputFile = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Prove every alert with promtool: that it fires just above its bound, is silent just below, waits and recovers."""
    from aimon.mutation import trials
    from aimon.proving import FAILED, NoPromtool, verdicts
    from aimon.suggest import did_you_mean

    console = Console(format_.value, output, quiet, no_color)
    result = _proven_spec(spec, environment)
    assert result.stack is not None
    known = [one.name for one in result.stack.alerts()]
    if alert is not None and alert not in known:
        _stop(f"there is no alert `{alert}`", did_you_mean(alert, known, f"{len(known)} are declared in {result.path}"))
    try:
        with console.counting("alerts") as told:
            found = verdicts(result.stack, result.artifacts, alert, told)
        tried = None
        if mutate:
            with console.counting("mutants") as told:
                tried = trials(result.stack, found, told)
    except NoPromtool:
        _stop("promtool was not found, and it is the judge", "install Prometheus, whose package brings it")
    console.proofs(found, tried)
    alive = [trial for trial in tried or () if not trial.killed and not trial.mutant.equivalent]
    raise typer.Exit(FOUND if alive or any(verdict.state == FAILED for verdict in found) else FINE)


def _proven_spec(spec: Path | None, environment: str | None) -> Result:
    """A spec whose outputs can be had."""
    from aimon.pipeline import Options, compile_spec

    specs = _specs([spec] if spec else None)
    if len(specs) > 1:
        _stop(f"there are {len(specs)} specs in {spec}", "name one of them")
    result = compile_spec(specs[0], Options(environment, only="rules/*", judged=False))
    if result.failed or result.stack is None:
        Console("text", aside=True).findings(result.diagnostics)
        raise typer.Exit(WRONG if result.unreadable else FOUND)
    return result


@app.command()
def schema(
    name: Annotated[SchemaName, typer.Argument(help="The schema of what.")] = SchemaName.spec,
) -> None:
    """Print the JSON Schema of the spec, for editors, or of what `aimon diff --format json` prints."""
    import orjson

    from aimon.gates import schema as schema_named

    typer.echo(orjson.dumps(schema_named(name.value), option=orjson.OPT_INDENT_2).decode())


@app.command()
def checks(
    format_: Annotated[
        ListFormat, typer.Option("--format", help="md makes the page docs/checks.md.")
    ] = ListFormat.text,
) -> None:
    """List the checks."""
    from aimon.report.manual import listing, page

    typer.echo(page() if format_ is ListFormat.md else listing(), nl=False)


@app.command()
def packs(
    name: Annotated[str | None, typer.Argument(help="The name of a pack, or the file of one.")] = None,
    format_: Annotated[PackFormat, typer.Option("--format", help="How they are described.")] = PackFormat.text,
    output: OutputFile = None,
    no_color: NoColor = False,
) -> None:
    """List the packs, or tell what one brings: parameters, alerts, rules, rows, and what it needs."""
    from aimon.report import packs as shelf

    console = Console(format_.value, output, no_color=no_color)
    page = shelf.page_of(_pack(name)) if name else None
    if format_ is PackFormat.json:
        console.write(shelf.data([page] if page else shelf.built_in()))
    elif format_ is PackFormat.markdown:
        console.write(shelf.markdown(page) if page else shelf.book())
    else:
        console.lines(shelf.page_lines(page) if page else shelf.listing())


def _pack(name: str) -> Document:
    """The document of a pack, built in or in a file of the user's, which has the shape of one."""
    from aimon import gates, library
    from aimon.document import DocumentError, read
    from aimon.suggest import did_you_mean
    from aimon.unpack.fill import filled

    if not library.is_path(name):
        if name not in library.names():
            _stop(f"there is no pack `{name}`", did_you_mean(name, library.names(), "`aimon packs` lists them all"))
        return library.built_in(name)
    try:
        document = read(Path(name))
    except DocumentError as error:
        _stop(f"{error.path}: {error.message}", error.help)
    pack = document.value
    misfit = next(gates.check_pack(name, filled(pack, {})), None) if isinstance(pack, dict) else None
    if misfit or not isinstance(pack, dict):
        _stop(f"{name}: {misfit.message if misfit else 'a pack is a mapping'}", misfit.help if misfit else None)
    return document


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="The id of a check, or `alert` or `metric`.")],
    name: Annotated[str | None, typer.Argument(help="The name of the alert or metric.")] = None,
    spec: Annotated[Path | None, typer.Option(help="The spec that it is in.", show_default="aimon.yaml")] = None,
    environment: Environment = None,
    output: OutputFile = None,
    no_color: NoColor = False,
) -> None:
    """Print the page of a check, or the life of an alert or a metric: where it comes from and where it goes."""
    console = Console("text", output, no_color=no_color)
    if what in ("alert", "metric"):
        if name is None:
            _stop(f"which {what}?", f"aimon explain {what} NAME")
        console.lines(_life(what, name, spec, environment))
    elif name is not None:
        _stop(f"aimon cannot explain a {what}", "explain a check, `alert NAME` or `metric NAME`")
    else:
        console.lines(_page(what))


def _page(id: str) -> Iterable[Line]:
    """The page of a check."""
    from aimon.checks import CHECKS
    from aimon.report.explain import check_page
    from aimon.suggest import did_you_mean

    if id not in CHECKS:
        _stop(f"there is no check `{id}`", did_you_mean(id, CHECKS, "`aimon checks` lists them all"))
    return check_page(CHECKS[id])


def _life(kind: str, name: str, spec: Path | None, environment: str | None) -> Iterable[Line]:
    """The life of an alert or a metric of a spec, which may have faults as long as it has its shape."""
    from aimon.pipeline import Options, compile_spec, written_at
    from aimon.report.explain import alert_life, metric_life
    from aimon.suggest import did_you_mean

    path = _one_spec(spec)
    result = compile_spec(path, Options(environment, only="prometheus.yml", judged=False))
    if result.stack is None or result.sources is None:
        Console("text", aside=True).findings(result.diagnostics)
        raise typer.Exit(WRONG)
    stack = result.stack
    known = [alert.name for alert in stack.alerts()] if kind == "alert" else list(stack.catalogue.names())
    if name not in known and not (kind == "metric" and name in stack.catalogue.metrics):
        _stop(f"there is no {kind} `{name}`", did_you_mean(name, known, f"{len(known)} are declared in {path}"))
    life = alert_life if kind == "alert" else metric_life
    return life(stack, name, partial(written_at, result.sources))


def _by_spec(results: Iterable[Result]) -> dict[Path, list[Diagnostic]]:
    """What was found, by spec; files that aimon did not write stand for themselves."""
    found: dict[Path, list[Diagnostic]] = {result.path: [] for result in results if not result.files}
    for result in results:
        for one in result.diagnostics:
            found.setdefault(Path(one.located.path) if result.files else result.path, []).append(one)
    return found


def _write_baseline(console: Console, baseline: Path | None, results: Sequence[Result]) -> None:
    """Take everything that was found as known; what could not be looked at is no baseline, and is reported."""
    from aimon.baseline import write

    if baseline is None:
        _stop("--write-baseline needs a file", "name it with --baseline")
    if any(result.unreadable or (result.stack is None and not result.files) for result in results):
        console.tell(f"{baseline} is not written: something could not be looked at")
        return
    count = write(baseline, _by_spec(results))
    console.say(f"{baseline} holds {count} finding{'s' * (count != 1)} now")
    raise typer.Exit(FINE)


def _without_known(console: Console, baseline: Path, results: Sequence[Result]) -> list[Result]:
    """The results without the findings of a baseline; how many those are, and what of it can be removed."""
    from aimon.baseline import BaselineError, read, sift

    ran = {result.path: result.ran for result in results if not result.files}
    try:
        sifted = sift(baseline, read(baseline), _by_spec(results), lambda spec, check: check in ran.get(spec, ()))
    except BaselineError as error:
        _stop(error.message, error.cure)
    for entry in sifted.gone:
        where = f"{entry.spec}: {entry.address}" if entry.address else entry.spec
        console.say(f"{baseline}: [{entry.check}] of {where} is gone and can be removed")
    if sifted.hidden:
        console.say(f"{sifted.hidden} known finding{'s' * (sifted.hidden != 1)} hidden by {baseline}")
    new = {id(one) for some in sifted.found.values() for one in some}
    return [each._replace(diagnostics=tuple(one for one in each.diagnostics if id(one) in new)) for each in results]


def _tell_stats(console: Console, results: Sequence[Result]) -> None:
    from aimon.coverage import Coverage, coverage, sentences

    stacks = [stack for result in results for stack in (result.stack, *result.stacks) if stack]
    counted = sum(map(coverage, stacks), Coverage())
    ran = frozenset[str]().union(*(result.ran for result in results))
    for sentence in sentences(counted, len(ran)):
        console.tell(sentence)


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False) -> None:
    """One YAML spec for the whole monitoring of an AI application."""
    if version:
        typer.echo(f"aimon {__version__}")
        raise typer.Exit(FINE)


def _specs(paths: list[Path] | None) -> list[Path]:
    """The specs that the arguments mean; without any, the one here."""
    from aimon.pipeline import SPEC_FILE, specs_below

    if not paths and not Path(SPEC_FILE).exists():
        _stop(f"there is no {SPEC_FILE} here", "name a spec, or a folder that holds one")
    for path in paths or ():
        if not os.path.lexists(path):
            _stop(f"there is no {path}", "name a spec, or a folder that holds one")
    found = [spec for path in paths or [Path(SPEC_FILE)] for spec in specs_below(path)]
    if not found:
        _stop(f"there is no {SPEC_FILE} in {', '.join(map(str, paths or ()))}", "name a spec file")
    return list({os.path.realpath(spec): spec for spec in reversed(found)}.values())[::-1]


def _one_spec(path: Path | None) -> Path:
    """The spec that an argument means; without any, the one here."""
    specs = _specs([path] if path else None)
    if len(specs) > 1:
        _stop(f"there are {len(specs)} specs in {path}", "name one of them")
    return specs[0]


def _foreign(paths: Sequence[Path]) -> list[Path]:
    """The paths that mean no spec but files that aimon did not write."""
    from aimon.pipeline import SPEC_FILE

    unsure = [path for path in paths if path.exists() and path.name != SPEC_FILE and not (path / SPEC_FILE).exists()]
    if not unsure:
        return []
    from aimon.review import is_foreign

    return [path for path in unsure if is_foreign(path)]


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
            _stop(
                f"{other} and {spec} would both be written to {folder}",
                "write them one at a time, each with its own --out",
            )
    return folders


def _required(programs: str | None) -> set[str]:
    """The programs that must be there, as ``--require`` names them."""
    from aimon.external import PROGRAMS

    wanted = {name.strip() for name in (programs or "").split(",") if name.strip()}
    for name in sorted(wanted - set(PROGRAMS)):
        _stop(f"--require: aimon does not use `{name}`", f"it knows {' and '.join(PROGRAMS)}")
    return wanted


def _no_output(result: Result, stdout: str | None, only: str | None) -> NoReturn:
    """Nothing matches what was asked for, which must not look like success."""
    from aimon.render import paths

    known = paths(result.stack) if result.stack else []
    _stop(f"no output is called {stdout}" if stdout else f"no output matches {only}", f"there are {', '.join(known)}")


def _write(console: Console, artifacts: Sequence[Artifact], folder: Path, check: bool, force: bool, whole: bool) -> int:
    """Write, or with ``check`` only tell what would be written; the number to leave with."""
    from aimon.write import WriteError, interrupted, plan, write

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


def _stop(message: str, cure: str | None) -> NoReturn:
    """Leave because of wrong usage."""
    typer.echo(f"error: {message}" + (f"\n  help: {cure}" if cure else ""), err=True)
    raise typer.Exit(WRONG)


def run() -> int:
    """The whole command line; the number to leave with."""
    _prepare_streams()
    try:
        code = _asked_for(sys.argv[1:2])(standalone_mode=False, prog_name="aimon")
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer has caught it
            return _interrupted()
        return code if isinstance(code, int) else FINE
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        return _failure(error)


def _asked_for(words: Sequence[str]) -> typer.Typer:
    """The command line with the one command that is asked for: those of all take a tenth of a small run."""
    asked = [command for command in app.registered_commands if command.callback and command.callback.__name__ in words]
    if not asked:
        return app
    chosen = copy.copy(app)
    chosen.registered_commands = asked
    return chosen


def _interrupted() -> int:
    typer.echo("interrupted; no file was left half written", err=True)
    return INTERRUPTED


def _prepare_streams() -> None:
    """No word is worth a crash: on a terminal that cannot show it, nor where a stream is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - it lives as long as the process
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _failure(error: Exception) -> int:
    """Wrong usage and what the system refuses, in a sentence; anything else is our bug, with a report to paste."""
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return _misused(error, usage())
    if isinstance(error, OSError):
        where = f"cannot use {error.filename}" if error.filename else "cannot write"
        typer.echo(f"error: {where}: {error.strerror or error}", err=True)
        return WRONG
    import platform
    import traceback

    traceback.print_exc()
    where = f"aimon {__version__}, Python {platform.python_version()}, {platform.system()}"
    typer.echo(f"this is a bug of aimon; please report the lines above ({where})", err=True)
    return BUG


def _misused(error: Exception, message: str) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message, err=True)
        return WRONG
    typer.echo(f"error: {message}\n  help: {context.command_path if context else 'aimon'} --help", err=True)
    return WRONG
