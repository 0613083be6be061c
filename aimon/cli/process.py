"""The process: what is asked for is run, and the run leaves with a number, whatever happens in it."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

import typer

from aimon import __version__
from aimon.cli import command_line
from aimon.cli.exits import BUG, FINE, INTERRUPTED, WRONG


def run() -> int:
    """The whole command line; the number to leave with."""
    _prepare_streams()
    try:
        code = command_line(sys.argv[1:])(standalone_mode=False, prog_name="aimon")
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer has caught it
            return _interrupted()
        return code if isinstance(code, int) else FINE
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        return _failure(error)


def _interrupted() -> int:
    typer.echo("interrupted; no file was left half written", err=True)
    return INTERRUPTED


def _prepare_streams() -> None:
    """No word is worth a crash: on a terminal that cannot show it, nor where a stream is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - it lives as long as the process
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _failure(error: Exception) -> int:
    """Wrong usage and what the system refuses, in a sentence; anything else is our bug, with a report to paste."""
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return _misused(error, usage())
    if isinstance(error, OSError):
        where = f"cannot use {error.filename}" if error.filename else "cannot write"
        typer.echo(f"error: {where}: {error.strerror or error}", err=True)
        return WRONG
    import platform
    import traceback

    traceback.print_exc()
    where = f"aimon {__version__}, Python {platform.python_version()}, {platform.system()}"
    typer.echo(f"this is a bug of aimon; please report the lines above ({where})", err=True)
    return BUG


def _misused(error: Exception, message: str) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message, err=True)
        return WRONG
    typer.echo(f"error: {message}\n  help: {context.command_path if context else 'aimon'} --help", err=True)
    return WRONG
