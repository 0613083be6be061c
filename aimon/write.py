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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import orjson

from aimon.artifact import Artifact

try:
    import fcntl
except ImportError:  # Windows, where two runs at once are not kept apart
    fcntl = None  # type: ignore[assignment]

MANIFEST = ".aimon.json"
STAGING = ".aimon-staging"
JOURNAL = "journal.json"

_ABOUT = "What aimon owns here; nothing else is ever touched."


class WriteError(Exception):
    """The output cannot be written; ``cure`` says what would help, ``edited`` that hand-made edits stand in the way."""

    def __init__(self, message: str, cure: str | None = None, edited: bool = False) -> None:
        super().__init__(message)
        self.message, self.cure, self.edited = message, cure, edited


class Plan(NamedTuple):
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
    _check_kind(folder)
    owned = read_manifest(folder)
    by_path = {artifact.path: artifact.text for artifact in artifacts}
    kinds: dict[str, list[str]] = {kind: [] for kind in Plan._fields}
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
    with _alone(folder):
        recover(folder)
        todo = plan(artifacts, folder, whole)
        _refuse(todo, folder, force)
        texts = {artifact.path: artifact.text for artifact in artifacts}
        written = [*todo.missing, *todo.changed, *(path for path in todo.edited if path in texts)]
        gone = [*todo.stale, *(path for path in todo.edited if path not in texts)]
        manifest = _next_manifest(folder, texts, gone)
        if written or gone or manifest != read_manifest(folder):
            _commit(folder, {path: texts[path] for path in written}, gone, manifest)
    return todo


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, with no other run in it; it goes again where nothing was put into it."""
    if fcntl is None:
        yield
        return
    kept = _nearest(folder)
    try:
        lock = _locked(folder)
    except OSError as error:
        raise WriteError(f"cannot make {folder}: {error.strerror}", "choose another folder with --out") from error
    try:
        yield
    finally:
        _prune(folder, kept)
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


def is_settled(artifacts: Iterable[Artifact], folder: Path, whole: bool = True) -> bool:
    """Whether the folder is what the artifacts say already; what stands there passed every gate when it was written."""
    try:
        return not plan(artifacts, folder, whole).differs and not interrupted(folder)
    except WriteError:
        return False


def _refuse(todo: Plan, folder: Path, force: bool) -> None:
    if todo.foreign:
        raise WriteError(
            f"{_listed(folder, todo.foreign)} in the way, and aimon does not own {_it(todo.foreign)}",
            f"move {_it(todo.foreign)} away, or choose another folder with --out",
        )
    if todo.edited and not force:
        raise WriteError(
            f"{_listed(folder, todo.edited)} edited by hand",
            f"put the change into the spec, or give --force to overwrite {_it(todo.edited)}",
            edited=True,
        )


def _listed(folder: Path, paths: Sequence[str]) -> str:
    return f"{', '.join(str(folder / path) for path in paths)} {'is' if len(paths) == 1 else 'are'}"


def _it(paths: Sequence[str]) -> str:
    return "it" if len(paths) == 1 else "them"


def check_folder(folder: Path) -> None:
    """Raise `WriteError` where nothing could be written, before any work is done."""
    nearest = _check_kind(folder)
    if not _may_write(nearest):
        raise WriteError(f"{nearest} is not writable", "change its permissions, or choose another folder with --out")


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


def _check_kind(folder: Path) -> Path:
    """The nearest folder that exists. Raises `WriteError` where a file is in its place."""
    nearest = _nearest(folder)
    if not nearest.is_dir():
        raise WriteError(f"{nearest} is a file, not a folder", "choose another folder with --out")
    return nearest


def _nearest(place: Path) -> Path:
    """The place itself where it exists, or the nearest thing above it that does."""
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    return place


def read_manifest(folder: Path) -> dict[str, str]:
    """What aimon owns below the folder: path to hash."""
    content = _content(folder / MANIFEST)
    if content is None:
        return {}
    try:
        files = dict(orjson.loads(content)["files"])
    except (ValueError, KeyError, TypeError):
        raise WriteError(
            f"{folder / MANIFEST} is damaged", "delete it; files that equal what is generated are taken over"
        ) from None
    return {path: str(hash_) for path, hash_ in files.items() if _is_below(path)}


def _is_below(path: str) -> bool:
    """Whether a path of the manifest names a file within the folder; it may come from a stranger's pull request."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not {"/", "//", "..", MANIFEST, STAGING} & {*parts} and path.isprintable()


def _next_manifest(folder: Path, texts: Mapping[str, str], gone: Iterable[str]) -> dict[str, str]:
    owned = read_manifest(folder) | {path: digest(text.encode()) for path, text in texts.items()}
    for path in gone:
        owned.pop(path, None)
    return {path: hash_ for path, hash_ in owned.items() if path in texts or (folder / path).exists()}


def _commit(folder: Path, texts: Mapping[str, str], gone: Iterable[str], manifest: Mapping[str, str]) -> None:
    """The journal makes it one step: before it stands nothing counts, once it stands `recover` can finish."""
    texts = {**texts, MANIFEST: _json({"about": _ABOUT, "files": dict(sorted(manifest.items()))})}
    for path in (*texts, *gone):
        _check_place(folder, path)
    staging = folder / STAGING
    try:
        for path, text in texts.items():
            _put(staging / path, text)
        unnamed = staging / f"{JOURNAL}.new"
        _put(unnamed, _json({"write": sorted(texts), "remove": sorted(gone)}))
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
    content = _content(staging / JOURNAL)
    if content is not None:
        write, remove = _read_journal(staging / JOURNAL, content)
        for path in (*write, *remove):
            _check_place(folder, path)
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
        _prune((folder / path).parent, folder)


def _clear(staging: Path) -> None:
    """Remove what was prepared, the journal first: without it the rest is nothing but waste."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        (staging / JOURNAL).unlink()
    shutil.rmtree(staging, ignore_errors=True)


def interrupted(folder: Path) -> bool:
    """Whether an interrupted run waits to be finished."""
    return (folder / STAGING / JOURNAL).exists()


def _check_place(folder: Path, path: str) -> None:
    """Raise `WriteError` where an output cannot be put or removed; never outside, also where a link points there."""
    place = folder / path
    if not (_is_below(path) or path == MANIFEST) or not place.parent.resolve().is_relative_to(folder.resolve()):
        raise WriteError(f"{place} leads out of {folder}", "remove the link")
    parent = _nearest(place.parent)
    if not parent.is_dir():
        raise WriteError(
            f"{parent} is a file where a folder belongs", "move it away, or choose another folder with --out"
        )
    if not _may_write(parent):
        raise WriteError(f"{parent} is not writable", "change its permissions, or choose another folder with --out")


def _put(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode())


def _prune(parent: Path, kept: Path) -> None:
    """Remove folders that are empty now, up to one that is kept."""
    with contextlib.suppress(OSError):
        while parent != kept and parent.is_relative_to(kept):
            parent.rmdir()
            parent = parent.parent


def _content(path: Path) -> bytes | None:
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


def digest(content: bytes) -> str:
    """The hash by which the manifest knows a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
