"""The output folder: what may be written there, and what stands in the way."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path, PurePosixPath

# Our own files there.
MANIFEST = ".aimon.json"
STAGING = ".aimon-staging"


class WriteError(Exception):
    """The output cannot be written; ``cure`` says what would help, ``edited`` that hand-made edits stand in the way."""

    def __init__(self, message: str, cure: str | None = None, edited: bool = False) -> None:
        super().__init__(message)
        self.message, self.cure, self.edited = message, cure, edited


def check_folder(folder: Path) -> None:
    """Raise `WriteError` where nothing could be written, before any work is done."""
    nearest = check_kind(folder)
    if not _may_write(nearest):
        raise WriteError(f"{nearest} is not writable", "change its permissions, or choose another folder with --out")


def check_kind(folder: Path) -> Path:
    """The nearest folder that exists. Raises `WriteError` where a file is in its place."""
    nearest = nearest_to(folder)
    if not nearest.is_dir():
        raise WriteError(f"{nearest} is a file, not a folder", "choose another folder with --out")
    return nearest


def nearest_to(place: Path) -> Path:
    """The place itself where it exists, or the nearest thing above it that does."""
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    return place


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


def is_below(path: str) -> bool:
    """Whether a path of the manifest names a file within the folder; it may come from a stranger's pull request."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not {"/", "//", "..", MANIFEST, STAGING} & {*parts} and path.isprintable()


def check_place(folder: Path, path: str) -> None:
    """Raise `WriteError` where an output cannot be put or removed; never outside, also where a link points there."""
    place = folder / path
    if not (is_below(path) or path == MANIFEST) or not place.parent.resolve().is_relative_to(folder.resolve()):
        raise WriteError(f"{place} leads out of {folder}", "remove the link")
    parent = nearest_to(place.parent)
    if not parent.is_dir():
        raise WriteError(
            f"{parent} is a file where a folder belongs", "move it away, or choose another folder with --out"
        )
    if not _may_write(parent):
        raise WriteError(f"{parent} is not writable", "change its permissions, or choose another folder with --out")


def content_of(path: Path) -> bytes | None:
    """What a file holds; None where there is none. Raises `WriteError` where it cannot be read."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise WriteError(
            f"{path} is a folder where a file belongs", "move it away, or choose another folder with --out"
        ) from None
    except OSError as error:
        raise WriteError(f"cannot read {path}: {error.strerror}") from error


def put(place: Path, text: str) -> None:
    """Write a file, in folders that are made where they are missing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode())


def prune(parent: Path, kept: Path) -> None:
    """Remove folders that are empty now, up to one that is kept."""
    with contextlib.suppress(OSError):
        while parent != kept and parent.is_relative_to(kept):
            parent.rmdir()
            parent = parent.parent
