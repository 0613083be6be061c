"""A git revision as a side: its files are read through git, and what is checked out stays as it is."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aimon.diagnostic import Diagnostic
from aimon.document import DocumentError
from aimon.inputs import SPEC_FILE
from aimon.sides.files import of_file, of_folder
from aimon.sides.side import Side, SideError
from aimon.sides.written import of_spec, spec_at
from aimon.thing import KINDS, Monitoring

_REGULAR = ("100644", "100755")  # no links: they could lead out of the revision
_READ = frozenset({".yml", ".yaml", ".json", ".rules"})
_MOST_FILES, _MOST_BYTES = 20_000, 200 * 2**20


class Blob(NamedTuple):
    """A file of a revision."""

    path: PurePosixPath
    id: str
    size: int


def of_revision(text: str, beside: Path, environment: str | None) -> Side:
    """The side that ``git:REF[:PATH]`` means; without a path the same path as ``beside``. Raises `SideError`."""
    _, _, rest = text.partition(":")
    ref, _, named = rest.partition(":")
    folder = beside if beside.is_dir() else beside.parent
    path = PurePosixPath(named) if named else _corresponding(folder, beside)
    if ".." in path.parts or path.is_absolute():
        raise SideError(f"{path} leaves the repository", "name a path from its top")
    commit = _commit(ref, folder)
    blobs = list(_blobs(folder, commit, path if named else PurePosixPath(path)))
    if not blobs:
        if named:
            raise SideError(f"there is no {path} in {ref}", "name a path from the top of the repository")
        return _nothing(f"{ref} has no {path / SPEC_FILE if not path.suffix else path}: everything is new")
    with TemporaryDirectory(prefix="aimon-") as top:
        _lay_out(folder, blobs, Path(top))
        return _side(Path(top), path, f"git:{ref}:", environment)


def _nothing(note: str) -> Side:
    return Side(Monitoring([], KINDS), notes=(note,))


def _side(top: Path, path: PurePosixPath, shown: str, environment: str | None) -> Side:
    """The side of a path below ``top``; messages call it as it is called in the revision."""
    place = top / path
    try:
        spec = spec_at(place) if place.exists() else None
        if spec is not None:
            return _renamed(of_spec(spec, environment), top, shown)
        return of_folder(place, f"{shown}{path}") if place.is_dir() else of_file(place, f"{shown}{path}")
    except SideError as error:
        found = tuple(_called(one, top, shown) for one in error.diagnostics)
        raise SideError(str(error).replace(f"{top}/", shown), error.cure, found) from error
    except DocumentError as error:
        path_ = error.path.replace(f"{top}/", shown)
        raise DocumentError(error.message, error.place, error.help, path_) from error


def _renamed(side: Side, top: Path, shown: str) -> Side:
    """The side without its sources, which are gone, and with notes that name the revision."""
    return side._replace(sources=None, notes=tuple(note.replace(f"{top}/", shown) for note in side.notes))


def _called(one: Diagnostic, top: Path, shown: str) -> Diagnostic:
    return one._replace(located=one.located._replace(path=one.located.path.replace(f"{top}/", shown)))


def _corresponding(folder: Path, beside: Path) -> PurePosixPath:
    """The path of the other side from the top of the repository."""
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    try:
        return PurePosixPath(beside.resolve().relative_to(top.resolve()))
    except ValueError:
        raise SideError(f"{beside} is not in this repository", "name a path: git:REF:PATH") from None


def _commit(ref: str, folder: Path) -> str:
    if not ref or ref.startswith("-"):
        raise SideError("git: needs a revision", "write git:origin/main")
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
    except SideError as error:
        if error.cure is not None:
            raise
        cure = "fetch it first; in CI a shallow clone has no history: fetch-depth: 0"
        raise SideError(f"there is no revision {ref}", cure) from None


def _blobs(folder: Path, commit: str, path: PurePosixPath) -> Iterator[Blob]:
    """The files that a side may be made of, which are text and not links."""
    below = path.parent if path.suffix in _READ else path
    place = [] if below == PurePosixPath() else ["--", f"{below}/"]
    listed = _git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, *place)
    count = size = 0
    for line in listed.decode(errors="replace").split("\0"):
        said, _, name = line.partition("\t")
        if not name:
            continue
        mode, kind, id, length = said.split()
        found = PurePosixPath(name)
        wanted = found.suffix in _READ or found.name == "Makefile"
        if kind != "blob" or mode not in _REGULAR or not wanted or ".." in found.parts:
            continue
        count, size = count + 1, size + int(length)
        if count > _MOST_FILES or size > _MOST_BYTES:
            raise SideError(f"{below} is too large at {commit[:12]}", "name a folder further down: git:REF:PATH")
        yield Blob(found, id, int(length))


def _lay_out(folder: Path, blobs: list[Blob], top: Path) -> None:
    """Write the files of a revision below a folder."""
    asked = "".join(f"{blob.id}\n" for blob in blobs).encode()
    answer = memoryview(_git(folder, "cat-file", "--batch", given=asked))
    at = 0
    for blob in blobs:
        at = bytes(answer[at : at + 200]).index(b"\n") + at + 1
        place = top / blob.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(answer[at : at + blob.size])
        at += blob.size + 1


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, input=given, capture_output=True, check=False, timeout=60
        )
    except FileNotFoundError:
        raise SideError("git is not installed", "install it, or name files") from None
    except subprocess.TimeoutExpired:
        raise SideError(f"git {arguments[0]} does not end") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        cure = "run it inside a repository" if said and "not a git repository" in said[0] else None
        raise SideError(said[-1] if said else f"git {arguments[0]} failed", cure)
    return done.stdout
