"""The numbers that a run leaves with, and how it leaves because of wrong usage."""

from __future__ import annotations

from typing import NoReturn

import typer

FINE, FOUND, WRONG, BUG, INTERRUPTED = 0, 1, 2, 3, 130


def stop(message: str, cure: str | None) -> NoReturn:
    """Leave because of wrong usage."""
    typer.echo(f"error: {message}" + (f"\n  help: {cure}" if cure else ""), err=True)
    raise typer.Exit(WRONG)
