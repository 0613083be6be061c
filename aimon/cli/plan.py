"""`aimon plan`: what a Prometheus needs that runs a spec."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from aimon.cli.arguments import Environment, NoColor, OutputFile, Spec, one_spec
from aimon.cli.exits import WRONG
from aimon.report.console import Console


class PlanFormat(str, Enum):
    """How a plan is printed."""

    text = "text"
    json = "json"


def command(
    spec: Spec = None,
    environment: Environment = None,
    format_: Annotated[PlanFormat, typer.Option("--format", help="How it is printed.")] = PlanFormat.text,
    output: OutputFile = None,
    no_color: NoColor = False,
) -> None:
    """Reckon what a Prometheus needs for a spec: series, samples a second, memory, disk, and how many of it."""
    from aimon.pipeline import Options, compile_spec
    from aimon.report import sizing as report
    from aimon.sizing import sizing

    result = compile_spec(one_spec(spec), Options(environment, only="prometheus.yml", judged=False))
    if result.stack is None:
        Console("text", aside=True).findings(result.diagnostics)
        raise typer.Exit(WRONG)
    console, needs = Console(format_.value, output, no_color=no_color), sizing(result.stack)
    if format_ is PlanFormat.json:
        console.write(report.data(needs))
    else:
        console.lines(report.lines(needs))
