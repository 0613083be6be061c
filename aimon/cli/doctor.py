"""`aimon doctor`: whether the running stack is what the spec says."""

from __future__ import annotations

from typing import Annotated

import typer

from aimon.cli.arguments import Environment, FailOn, FindingForm, Level, NoColor, OutputFile, Quiet, Spec, one_spec
from aimon.cli.exits import FINE, FOUND, WRONG, stop
from aimon.report.console import Console


def command(
    spec: Spec = None,
    prometheus: Annotated[str | None, typer.Option(help="The URL of the Prometheus to ask.", metavar="URL")] = None,
    alertmanager: Annotated[str | None, typer.Option(help="The URL of the Alertmanager to ask.", metavar="URL")] = None,
    grafana: Annotated[str | None, typer.Option(help="The URL of the Grafana to ask.", metavar="URL")] = None,
    environment: Environment = None,
    format_: FindingForm = None,
    output: OutputFile = None,
    fail_on: FailOn = Level.error,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Tell whether the running stack is what the spec says: targets, metrics, rules, alerts, routes and dashboards.

    A server is asked only where its URL is given, with the token in AIMON_TOKEN or in the file AIMON_TOKEN_FILE.
    """
    from aimon.checks import ERROR
    from aimon.doctor import examine
    from aimon.pipeline import Options, compile_spec
    from aimon.sides.side import SideError
    from aimon.symptoms import ALERTMANAGER, GRAFANA, PROMETHEUS

    console = Console(format_ and format_.value, output, quiet, no_color)
    addresses = {PROMETHEUS: prometheus, ALERTMANAGER: alertmanager, GRAFANA: grafana}
    if not any(addresses.values()):
        stop("there is no server to ask", "name one, such as --prometheus http://localhost:9090")
    result = compile_spec(one_spec(spec), Options(environment, judged=False, least=ERROR))
    try:
        examined = examine(result, addresses, environment)
    except SideError as error:
        Console("text", quiet=quiet, no_color=no_color, aside=True).findings(error.diagnostics)
        stop(str(error), error.cure)
    console.findings(examined.diagnostics, {str(result.path): examined.ran})
    console.notes(examined.notes)
    if examined.ran:
        console.summary(examined.diagnostics, 1)
    for failure in examined.failures:
        console.fail(str(failure), failure.cure)
    if examined.failures:
        raise typer.Exit(WRONG)
    raise typer.Exit(FOUND if fail_on.met_by(examined.diagnostics) else FINE)
