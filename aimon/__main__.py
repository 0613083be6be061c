"""The command `aimon`; `--version` is answered before anything else is imported."""

from __future__ import annotations

import gc
import os
import sys

from aimon import __version__


def main() -> None:
    """Run the command line and leave with its number."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"aimon {__version__}")
        return
    gc.disable()  # a run makes many objects and drops few, at which the collector would look for a tenth of the time
    try:
        from aimon.cli.process import run

        code = run()
    except KeyboardInterrupt:  # while there was nothing but imports
        code = 130
    _leave(code)


def _leave(code: int) -> None:
    """Leave without taking the process apart object by object, which costs a tenth of a small run."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # closed, or nobody reads it any more: `run` has said what there was to say
    os._exit(code)


if __name__ == "__main__":
    main()
