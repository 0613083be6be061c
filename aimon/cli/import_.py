"""`aimon import`: SLOs in the words of OpenSLO as a part of a spec."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from aimon.cli.exits import FOUND, stop


def command(
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
        stop(f"{error.path}: {error.message}", error.help or "save it as YAML")
    if not found:
        stop(f"{', '.join(map(str, files))}: no object of OpenSLO", "name a file that says `apiVersion: openslo/v1`")
    carried = carry(found)
    for note in carried.notes:
        typer.echo(str(note), err=True)
    text = f"slos:{yaml_text(carried.slos, 2)}\n"
    if out is None:
        typer.echo(text, nl=False)
    elif os.path.lexists(out):
        stop(f"{out} exists", "name a new file")
    else:
        out.write_text(text, encoding="utf-8")
    if carried.left_out:
        raise typer.Exit(FOUND)
