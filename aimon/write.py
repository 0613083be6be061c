"""Artifacts → disk: only what differs, all or nothing, only what aimon owns.

What aimon owns is listed with a hash in ``.aimon.json``. New texts are first written to a folder of their own, then a
journal beside them says what is about to change, then each file is renamed into place. A run that is killed before the
journal stands leaves the old state; one that is killed behind it is finished by the next run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from aimon.artifact import Artifact

MANIFEST = ".aimon.json"
STAGING = ".aimon-staging"
JOURNAL = "journal.json"


_ABOUT = "What aimon owns here; nothing else is ever touched."


class WriteError(Exception):
    """The output cannot be written; ``cure`` says what would help, ``edited`` that hand-made edits stand in the way."""

    def __init__(self, message: str, cure: str | None = None, edited: bool = False) -> None:
        super().__init__(message)
        self.message, self.cure, self.edited = message, cure, edited


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing would do: paths by what happens to them, each list sorted."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    stale: tuple[str, ...]
    edited: tuple[str, ...]  # owned, and changed by somebody else
    foreign: tuple[str, ...]  # in the way, and not owned
    unchanged: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the folder is anything but what the spec renders."""
        return bool(self.missing or self.changed or self.stale or self.edited or self.foreign)


def plan(artifacts: Iterable[Artifact], folder: Path, whole: bool = True) -> Plan:
    """What writing the artifacts would do; ``whole`` is false where they are only some of the output."""
    owned = read_manifest(folder)
    by_path = {artifact.path: artifact.text for artifact in artifacts}
    kinds: dict[str, list[str]] = {kind: [] for kind in Plan.__slots__}
    for path, text in by_path.items():
        kinds[_kind(folder / path, text, owned.get(path))].append(path)
    if whole:
        for path in owned.keys() - by_path.keys():
            there = _content(folder / path)
            if there is not None:
                kinds["stale" if digest(there) == owned[path] else "edited"].append(path)
    return Plan(**{kind: tuple(sorted(paths)) for kind, paths in kinds.items()})


def _kind(path: Path, text: str, owned: str | None) -> str:
    there = _content(path)
    if there is None:
        return "missing"
    if there == text.encode():
        return "unchanged"
    if owned is None:
        return "foreign"
    return "changed" if digest(there) == owned else "edited"


def write(artifacts: Iterable[Artifact], folder: Path, force: bool = False, whole: bool = True) -> Plan:
    """Make the folder what the artifacts say, and tell what was done. Raises `WriteError`, having changed nothing.

    Files that somebody else edited stop it unless ``force``; files that aimon does not own always do.
    """
    artifacts = list(artifacts)
    check_folder(folder)
    recover(folder)
    todo = plan(artifacts, folder, whole)
    _refuse(todo, force)
    texts = {artifact.path: artifact.text for artifact in artifacts}
    written = [*todo.missing, *todo.changed, *(path for path in todo.edited if path in texts)]
    gone = [*todo.stale, *(path for path in todo.edited if path not in texts)]
    manifest = _next_manifest(folder, texts, gone)
    if written or gone or manifest != read_manifest(folder):
        _commit(folder, {path: texts[path] for path in written}, gone, manifest)
    return todo


def _refuse(todo: Plan, force: bool) -> None:
    if todo.foreign:
        raise WriteError(
            f"{todo.foreign[0]} is in the way and aimon does not own it", "move it away, or choose another folder with --out"
        )
    if todo.edited and not force:
        raise WriteError(
            f"{todo.edited[0]} was edited by hand",
            "put the change into the spec, or give --force to overwrite it",
            edited=True,
        )


def check_folder(folder: Path) -> None:
    """Raise `WriteError` where nothing could be written, before any work is done."""
    if folder.exists() and not folder.is_dir():
        raise WriteError(f"{folder} is a file, not a folder", "choose another folder with --out")
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise WriteError(f"{nearest} is not writable", "change its permissions, or choose another folder with --out")


def read_manifest(folder: Path) -> dict[str, str]:
    """What aimon owns below the folder: path to hash."""
    content = _content(folder / MANIFEST)
    if content is None:
        return {}
    try:
        files = orjson.loads(content)["files"]
        return {path: files[path] for path in files if _is_below(path)}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise WriteError(f"{folder / MANIFEST} is damaged", "delete it; files that equal what is generated are taken over") from None


def _is_below(path: str) -> bool:
    """Whether a path of the manifest stays within the folder; a manifest may come from a stranger's pull request."""
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts


def _next_manifest(folder: Path, texts: Mapping[str, str], gone: Iterable[str]) -> dict[str, str]:
    owned = read_manifest(folder) | {path: digest(text.encode()) for path, text in texts.items()}
    for path in gone:
        owned.pop(path, None)
    return {path: hash_ for path, hash_ in owned.items() if path in texts or (folder / path).exists()}


def _commit(folder: Path, texts: Mapping[str, str], gone: Iterable[str], manifest: Mapping[str, str]) -> None:
    """The journal makes it one step: before it stands nothing counts, once it stands `recover` can finish."""
    texts = {**texts, MANIFEST: _json({"about": _ABOUT, "files": dict(sorted(manifest.items()))})}
    staging = folder / STAGING
    try:
        for path, text in texts.items():
            _within(folder, path)
            _put(staging / path, text)
        unnamed = staging / f"{JOURNAL}.new"
        _put(unnamed, _json({"write": sorted(texts), "remove": sorted(gone)}))
        unnamed.replace(staging / JOURNAL)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise WriteError(f"cannot write {error.filename}: {error.strerror}") from error
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    recover(folder)


def recover(folder: Path) -> None:
    """Finish what an interrupted run had begun, or clear away what it had only prepared."""
    staging = folder / STAGING
    content = _content(staging / JOURNAL)
    if content is not None:
        journal = orjson.loads(content)
        for path in journal["write"]:
            place = _within(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # the interrupted run had moved it already
                (staging / path).replace(place)
        for path in journal["remove"]:
            _within(folder, path).unlink(missing_ok=True)
            _prune((folder / path).parent, folder)
        (staging / JOURNAL).unlink()
    if staging.exists():
        shutil.rmtree(staging)


def interrupted(folder: Path) -> bool:
    """Whether an interrupted run waits to be finished."""
    return (folder / STAGING / JOURNAL).exists()


def _within(folder: Path, path: str) -> Path:
    """The place of an output; never outside the folder, also where a link points there."""
    place = folder / path
    if not _is_below(path) or not place.parent.resolve().is_relative_to(folder.resolve()):
        raise WriteError(f"{path} leads out of {folder}", "remove the link")
    return place


def _put(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode())


def _prune(parent: Path, folder: Path) -> None:
    """Remove folders that are empty now, up to the output folder itself."""
    with contextlib.suppress(OSError):
        while parent != folder and parent.is_relative_to(folder):
            parent.rmdir()
            parent = parent.parent


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise WriteError(f"{path} is a folder where a file belongs", "move it away, or choose another folder with --out") from None
    except OSError as error:
        raise WriteError(f"cannot read {path}: {error.strerror}") from error


def digest(content: bytes) -> str:
    """The hash by which the manifest knows a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

