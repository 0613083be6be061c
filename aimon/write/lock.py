"""One run at a time in a folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from aimon.write.places import WriteError, nearest_to, prune

try:
    import fcntl
except ImportError:  # Windows, where two runs at once are not kept apart
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, with no other run in it; it goes again where nothing was put into it."""
    if fcntl is None:
        yield
        return
    kept = nearest_to(folder)
    try:
        lock = _locked(folder)
    except OSError as error:
        raise WriteError(f"cannot make {folder}: {error.strerror}", "choose another folder with --out") from error
    try:
        yield
    finally:
        prune(folder, kept)
        os.close(lock)  # the system forgets the lock with it, also that of a killed process


def _locked(folder: Path) -> int:
    """The folder, opened and locked as soon as no other run has it; a run that ends may have removed it meanwhile."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
        with contextlib.suppress(OSError):  # some network file systems have no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), folder.stat()):
                return lock
        os.close(lock)
