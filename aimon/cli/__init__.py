"""The command line: a command parses flags, calls one function of the pipeline, reports, and leaves with a number.

Each command is the function `command` of its module. Only the one that is asked for is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from aimon import __version__

COMMANDS = {
    "init": "init",
    "generate": "generate",
    "validate": "validate",
    "diff": "diff",
    "doctor": "doctor",
    "simulate": "simulate",
    "plan": "plan",
    "import": "import_",
    "test": "test",
    "schema": "schema",
    "checks": "checks",
    "packs": "packs",
    "explain": "explain",
}


def command_line(words: Sequence[str] = ()) -> typer.Typer:
    """The command line with the command that the words ask for; with all of them, where they ask for none."""
    app = typer.Typer(
        name="aimon",
        help="One YAML spec for the whole monitoring of an AI application: generate it, validate it, diff it.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(root)
    for name in [word for word in words[:1] if word in COMMANDS] or COMMANDS:
        app.command(name)(import_module(f"aimon.cli.{COMMANDS[name]}").command)
    return app


def root(version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False) -> None:
    """One YAML spec for the whole monitoring of an AI application."""
    if version:
        typer.echo(f"aimon {__version__}")
        raise typer.Exit
