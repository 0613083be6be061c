"""Where aimon keeps what it can make again: a folder of the user's own, if there is one to be had."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path | None:
    """The folder, made where it is missing; None where nothing can be kept."""
    try:
        place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aimon"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: a user id without a home, as in some containers
        return None
    return place if os.access(place, os.W_OK) else None
