"""What aimon can make again and keeps meanwhile, in a folder of the user's own, if there is one to be had."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def folder(room: str) -> Path | None:
    """The folder of one kind of things, made where it is missing; None where nothing can be kept."""
    try:
        place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aimon" / room
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: a user id without a home, as in some containers
        return None
    return place if os.access(place, os.W_OK) else None


def keep(place: Path, content: bytes) -> None:
    """Write a file, whole or not at all; a full disk only makes the next run slower."""
    partial = place.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        partial.write_bytes(content)
        partial.replace(place)


def trim(place: Path, most: int) -> None:
    """Remove the oldest files of a folder while they have more bytes than ``most`` together."""
    with contextlib.suppress(OSError):  # someone else may be tidying up
        found = [(one.stat(), one.path) for one in os.scandir(place)]
        total = sum(about.st_size for about, _ in found)
        for about, path in sorted(found, key=lambda one: one[0].st_mtime_ns):
            if total <= most:
                break
            Path(path).unlink()
            total -= about.st_size
