"""`aimon packs`: which packs there are, and what each brings."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import NoColor, OutputFile
from aimon.cli.exits import stop
from aimon.report.console import Console

if TYPE_CHECKING:
    from aimon.document import Document


class PackFormat(str, Enum):
    """How packs are described."""

    text = "text"
    json = "json"
    markdown = "markdown"


def command(
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
            stop(f"there is no pack `{name}`", did_you_mean(name, library.names(), "`aimon packs` lists them all"))
        return library.built_in(name)
    try:
        document = read(Path(name))
    except DocumentError as error:
        stop(f"{error.path}: {error.message}", error.help)
    pack = document.value
    misfit = next(gates.check_pack(name, filled(pack, {})), None) if isinstance(pack, dict) else None
    if misfit or not isinstance(pack, dict):
        stop(f"{name}: {misfit.message if misfit else 'a pack is a mapping'}", misfit.help if misfit else None)
    return document
