"""`aimon diff`: what changes in the monitoring, and how bad that is."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import Environment, NoColor, OutputFile, Quiet
from aimon.cli.exits import FINE, FOUND, stop
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.backtest import Backtest
    from aimon.sides import Side


class ChangeFormat(str, Enum):
    """How changes are printed."""

    text = "text"
    json = "json"
    markdown = "markdown"
    github = "github"


class DiffFailure(str, Enum):
    """From which weight on changes make the run fail."""

    breaking = "breaking"
    risky = "risky"
    any = "any"
    none = "none"


_SIDES = "A spec, an output folder, files of others, git:REF, git:REF:PATH, or the URL of a Prometheus or a Grafana."


def command(
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
    past: Annotated[
        str | None,
        typer.Option(
            "--backtest",
            metavar="URL",
            help="Tell what the changed alerts would have done, by the history of this Prometheus.",
        ),
    ] = None,
    since: Annotated[str, typer.Option(metavar="DURATION", help="How far back --backtest looks.")] = "7d",
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
        stop(str(error), error.cure)
    except DocumentError as error:
        stop(
            f"{error.path}{f':{error.place.line}:{error.place.column}' if error.place else ''}: {error.message}",
            error.help,
        )
    found = compare(old.monitoring, new.monitoring)
    units = {**old.monitoring.units, **new.monitoring.units}
    judged = verdict(found, new.policy, units, new.where)
    if past is not None:
        judged = judged._replace(backtest=_replayed(past, since, old, new, console))
    console.changes(judged)
    console.notes((*old.notes, *new.notes, *judged.notes))
    failing = {DiffFailure.any: COSMETIC}.get(fail_on, fail_on.value)
    raise typer.Exit(FOUND if fail_on is not DiffFailure.none and judged.fails(failing) else FINE)


def _replayed(url: str, since: str, old: Side, new: Side, console: Console) -> Backtest:
    """What the alerts that change would have done until now."""
    import time

    from aimon.backtest import History, backtest
    from aimon.live.http import LiveError, Server
    from aimon.units import UnitError, parse_duration

    try:
        back = float(parse_duration(since))
        now = time.time() // 1
        return backtest(old.monitoring, new.monitoring, History(Server(url), now - back, now), console.progress)
    except UnitError as error:
        stop(f"--since: {error}", error.help)
    except LiveError as error:
        stop(str(error), error.cure)
