"""`aimon simulate`: every declared metric with values that could be real."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import Environment, Quiet, Spec, one_spec
from aimon.cli.exits import FINE, stop
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.live.simulate import Simulation

ADDRESS = "127.0.0.1:9999"


def command(
    spec: Spec = None,
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
        stack = stack_of(one_spec(spec), environment)
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
        stop(error.message, error.cure)
    except CannotDriveError as error:
        stop(error.message, error.cure)
    console.say(
        f"{out} holds {count:,} samples; promtool tsdb create-blocks-from openmetrics {out} DIR makes blocks of it"
    )


def _tell_addresses(console: Console, simulation: Simulation, url: str) -> None:
    """Where each service is, and how much it exposes."""
    for name, targets in simulation.by_service().items():
        console.say(f"{url}/{name}/metrics  {targets[0].series:,} series")
