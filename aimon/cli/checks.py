"""`aimon checks`: the list of the checks."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class ListFormat(str, Enum):
    """How the checks are listed."""

    text = "text"
    md = "md"


def command(
    format_: Annotated[
        ListFormat, typer.Option("--format", help="md makes the page docs/checks.md.")
    ] = ListFormat.text,
) -> None:
    """List the checks."""
    from aimon.report.manual import listing, page

    typer.echo(page() if format_ is ListFormat.md else listing(), nl=False)
