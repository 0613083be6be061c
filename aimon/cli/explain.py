"""`aimon explain`: the page of a check, or the life of an alert or a metric."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import Environment, NoColor, OutputFile, one_spec
from aimon.cli.exits import WRONG, stop
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.report.text import Line


def command(
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
            stop(f"which {what}?", f"aimon explain {what} NAME")
        console.lines(_life(what, name, spec, environment))
    elif name is not None:
        stop(f"aimon cannot explain a {what}", "explain a check, `alert NAME` or `metric NAME`")
    else:
        console.lines(_page(what))


def _page(id: str) -> Iterable[Line]:
    """The page of a check."""
    from aimon.checks import EVERY
    from aimon.report.explain import check_page
    from aimon.suggest import did_you_mean

    if id not in EVERY:
        stop(f"there is no check `{id}`", did_you_mean(id, EVERY, "`aimon checks` lists them all"))
    return check_page(EVERY[id])


def _life(kind: str, name: str, spec: Path | None, environment: str | None) -> Iterable[Line]:
    """The life of an alert or a metric of a spec, which may have faults as long as it has its shape."""
    from aimon.inputs import is_foreign
    from aimon.pipeline import Options, compile_spec
    from aimon.placed import written_at
    from aimon.report.explain import alert_life, metric_life
    from aimon.suggest import did_you_mean

    if spec is not None and is_foreign(spec):
        stop(
            f"{spec} is no spec of aimon",
            f"explain is for what a spec declares; `aimon validate {spec}` checks other files",
        )
    path = one_spec(spec)
    result = compile_spec(path, Options(environment, only="prometheus.yml", judged=False))
    if result.stack is None or result.sources is None:
        Console("text", aside=True).findings(result.diagnostics)
        raise typer.Exit(WRONG)
    stack = result.stack
    known = [alert.name for alert in stack.alerts()] if kind == "alert" else list(stack.catalogue.names())
    if name not in known and not (kind == "metric" and name in stack.catalogue.metrics):
        stop(f"there is no {kind} `{name}`", did_you_mean(name, known, f"{len(known)} are declared in {path}"))
    life = alert_life if kind == "alert" else metric_life
    return life(stack, name, partial(written_at, result.sources))
