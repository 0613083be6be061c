"""`aimon test`: every alert proven by promtool."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import Environment, NoColor, OutputFile, Quiet, Spec, one_spec
from aimon.cli.exits import FINE, FOUND, WRONG, stop
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.pipeline import Result


class ProofFormat(str, Enum):
    """How proofs are printed."""

    text = "text"
    junit = "junit"
    json = "json"
    markdown = "markdown"


def command(
    spec: Spec = None,
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
        stop(f"there is no alert `{alert}`", did_you_mean(alert, known, f"{len(known)} are declared in {result.path}"))
    try:
        with console.counting("alerts") as told:
            found = verdicts(result.stack, result.artifacts, alert, told)
        tried = None
        if mutate:
            with console.counting("mutants") as told:
                tried = trials(result.stack, found, told)
    except NoPromtool:
        stop("promtool was not found, and it is the judge", "install Prometheus, whose package brings it")
    console.proofs(found, tried)
    alive = [trial for trial in tried or () if not trial.killed and not trial.mutant.equivalent]
    raise typer.Exit(FOUND if alive or any(verdict.state == FAILED for verdict in found) else FINE)


def _proven_spec(spec: Path | None, environment: str | None) -> Result:
    """A spec whose outputs can be had."""
    from aimon.pipeline import Options, compile_spec

    result = compile_spec(one_spec(spec), Options(environment, only="rules/*", judged=False))
    if result.failed or result.stack is None:
        Console("text", aside=True).findings(result.diagnostics)
        raise typer.Exit(WRONG if result.unreadable else FOUND)
    return result
