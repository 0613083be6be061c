"""`aimon import`: a spec drafted from the monitoring that there is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from aimon.cli.exits import FOUND, stop


def command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Rules, prometheus.yml, alertmanager.yml, dashboards, /metrics texts, OpenSLO; or folders."
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to this new file.")] = None,
) -> None:
    """Draft a spec from the monitoring that there is, and say what of it is left out or said otherwise."""
    from aimon.draft.monitoring import monitoring
    from aimon.draft.page import page
    from aimon.draft.reading import read
    from aimon.write.anew import create
    from aimon.write.places import WriteError

    if out is not None and os.path.lexists(out):
        stop(f"{out} exists", "name a new file")
    found = read(paths)
    if found.is_empty and found.errors:
        stop(f"{found.errors[0].path}: {found.errors[0].message}", found.errors[0].help)
    if found.is_empty:
        cure = "name rules, configurations, dashboards, SLOs of OpenSLO or /metrics texts"
        stop(f"{', '.join(map(str, paths))}: there is nothing to import", cure)
    drafted = monitoring(found)
    for note in drafted.notes:
        typer.echo(note, err=True)
    text = page(drafted.spec)
    if out is None:
        typer.echo(text, nl=False)
    else:
        try:
            create(out, text)
        except WriteError as error:
            stop(error.message, error.cure)
    if drafted.has_lost:
        raise typer.Exit(FOUND)
