"""Writes one file that was not there before."""

from __future__ import annotations

import os
from pathlib import Path

from aimon.write.places import WriteError, nearest_to


def create(place: Path, text: str) -> None:
    """Write the file whole or not at all, in folders that are made where they are missing.

    Raises `WriteError` where anything is in its place already, which is then left as it is.
    """
    nearest = nearest_to(place.parent)
    if not nearest.is_dir():
        raise WriteError(f"{nearest} is a file, not a folder", "name another folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        partial.write_bytes(text.encode())
        os.link(partial, place)  # unlike a renaming, it fails where something is there
    except FileExistsError:
        raise WriteError(f"{place} exists", "edit it, or name another folder") from None
    finally:
        partial.unlink(missing_ok=True)
