"""Changes a folder in one step: before the journal stands nothing counts, once it stands any run can finish."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from aimon.write.places import STAGING, WriteError, check_place, content_of, prune, put

JOURNAL = "journal.json"
_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def commit(folder: Path, texts: Mapping[str, str], gone: Iterable[str]) -> None:
    """Put texts in their places and remove what is gone. Raises `WriteError`."""
    for path in (*texts, *gone):
        check_place(folder, path)
    staging = folder / STAGING
    try:
        for path, text in texts.items():
            put(staging / path, text)
        unnamed = staging / f"{JOURNAL}.new"
        put(unnamed, orjson.dumps({"write": sorted(texts), "remove": sorted(gone)}, option=_READABLE).decode())
        unnamed.replace(staging / JOURNAL)
    except BaseException as error:
        _clear(staging)
        if isinstance(error, OSError):
            raise WriteError(f"cannot write to {folder}: {error.strerror}; nothing was changed") from error
        raise
    try:
        recover(folder)
    except KeyboardInterrupt:
        recover(folder)  # it takes a moment, and then everything is new
        raise


def recover(folder: Path) -> None:
    """Finish what an interrupted run had begun, or clear away what it had only prepared."""
    staging = folder / STAGING
    if staging.is_symlink():
        raise WriteError(f"{staging} is a link", "remove it")
    content = content_of(staging / JOURNAL)
    if content is not None:
        write, remove = _read_journal(staging / JOURNAL, content)
        for path in (*write, *remove):
            check_place(folder, path)
        try:
            _finish(folder, write, remove)
        except OSError as error:
            message = f"the files of {folder} are partly new: {error.filename}: {error.strerror}"
            raise WriteError(message, "clear the way; the next `aimon generate` finishes them") from error
    _clear(staging)


def _read_journal(journal: Path, content: bytes) -> tuple[list[str], list[str]]:
    try:
        said = orjson.loads(content)
        return [str(path) for path in said["write"]], [str(path) for path in said["remove"]]
    except (ValueError, KeyError, TypeError):
        raise WriteError(f"{journal} is damaged", f"delete {journal.parent}, and generate with --force") from None


def _finish(folder: Path, write: Iterable[str], remove: Iterable[str]) -> None:
    for path in write:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # the interrupted run had moved it already
            (folder / STAGING / path).replace(folder / path)
    for path in remove:
        (folder / path).unlink(missing_ok=True)
        prune((folder / path).parent, folder)


def _clear(staging: Path) -> None:
    """Remove what was prepared, the journal first: without it the rest is nothing but waste."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        (staging / JOURNAL).unlink()
    shutil.rmtree(staging, ignore_errors=True)


def interrupted(folder: Path) -> bool:
    """Whether an interrupted run waits to be finished."""
    return (folder / STAGING / JOURNAL).exists()
