"""The command `aimon`; `--version` is answered before anything else is imported."""

from __future__ import annotations

import gc
import sys

from aimon import __version__


def main() -> None:
    """Run the command line and leave with its number."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"aimon {__version__}")
        return
    # A run makes many objects and drops few: the collector would look at them in vain for a tenth of the time.
    gc.set_threshold(100_000)
    try:
        from aimon.cli import run

        code = run()
    except KeyboardInterrupt:  # while there was nothing but imports
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
