"""Writes one file that was not there before."""

from __future__ import annotations

import os
from pathlib import Path

from aimon.write.places import WriteError, check_kind


def create(place: Path, text: str) -> None:
    """Write the file whole or not at all, in folders that are made where they are missing.

    Raises `WriteError` where anything is in its place already, which is then left as it is.
    """
    check_kind(place.parent)
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        partial.write_bytes(text.encode())
        os.link(partial, place)  # unlike a renaming, it fails where something is there
    except FileExistsError:
        raise WriteError(f"{place} exists", "edit it, or name another folder") from None
    finally:
        partial.unlink(missing_ok=True)
