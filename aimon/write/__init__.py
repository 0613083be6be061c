"""Artifacts → disk: only what differs, all or nothing, only what aimon owns.

What aimon owns is listed with a hash in ``.aimon.json``. New texts are first written to a folder of their own, then a
journal beside them says what is about to change, then each file is renamed into place. A run that is killed before the
journal stands leaves the old state; one that is killed behind it is finished by the next run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from aimon.artifact import Artifact
from aimon.write.journal import commit, interrupted, recover
from aimon.write.lock import alone
from aimon.write.manifest import digest, manifest_text, next_manifest, read_manifest
from aimon.write.places import MANIFEST, WriteError, check_folder, check_kind, content_of


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
    check_kind(folder)
    owned = read_manifest(folder)
    by_path = {artifact.path: artifact.text for artifact in artifacts}
    kinds: dict[str, list[str]] = {kind: [] for kind in Plan._fields}
    for path, text in by_path.items():
        kinds[_kind(folder / path, text, owned.get(path))].append(path)
    if whole:
        for path in owned.keys() - by_path.keys():
            there = content_of(folder / path)
            if there is not None:
                kinds["stale" if digest(there) == owned[path] else "edited"].append(path)
    return Plan(**{kind: tuple(sorted(paths)) for kind, paths in kinds.items()})


def _kind(path: Path, text: str, owned: str | None) -> str:
    there = content_of(path)
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
    with alone(folder):
        recover(folder)
        todo = plan(artifacts, folder, whole)
        _refuse(todo, folder, force)
        texts = {artifact.path: artifact.text for artifact in artifacts}
        written = [*todo.missing, *todo.changed, *(path for path in todo.edited if path in texts)]
        gone = [*todo.stale, *(path for path in todo.edited if path not in texts)]
        manifest = next_manifest(folder, texts, gone)
        if written or gone or manifest != read_manifest(folder):
            texts = {path: texts[path] for path in written} | {MANIFEST: manifest_text(manifest)}
            commit(folder, texts, gone)
    return todo


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
