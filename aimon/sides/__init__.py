"""The two sides of a diff: a spec, an output folder, files of others, a git revision of any of them, or a server."""

from __future__ import annotations

from pathlib import Path

from aimon.inputs import SPEC_FILE
from aimon.pipeline import OUTPUT_FOLDER
from aimon.sides.files import of_file, of_folder
from aimon.sides.revision import of_revision
from aimon.sides.server import of_server
from aimon.sides.side import Side, SideError
from aimon.sides.written import of_spec, spec_at

__all__ = ["Side", "SideError", "sides"]


def sides(before: str | None, after: str | None, environment: str | None = None) -> tuple[Side, Side]:
    """Both sides. Raises `SideError`, and `DocumentError` for a file that cannot be read.

    One spec means what is on disk beside it against what it renders now; no side means the same for the spec here.
    Anything else alone is held against the spec here.
    """
    if after is not None:
        return _aligned(_side(before or ".", after, environment), _side(after, before or ".", environment))
    spec = None if before is not None and _is_elsewhere(before) else spec_at(Path(before or SPEC_FILE))
    if spec is None and before is not None:
        return _aligned(_side(before, ".", environment), of_spec(Path(SPEC_FILE), environment))
    spec = spec or Path(SPEC_FILE)
    return of_folder(spec.parent / OUTPUT_FOLDER), of_spec(spec, environment)


def _is_elsewhere(text: str) -> bool:
    return text.startswith(("git:", "http://", "https://"))


def _side(text: str, other: str, environment: str | None) -> Side:
    if text.startswith("git:"):
        return of_revision(text, Path() if _is_elsewhere(other) else Path(other), environment)
    if _is_elsewhere(text):
        return of_server(text)
    path = Path(text)
    if not path.exists():
        raise SideError(f"there is no {path}", "name a spec, a folder, files, git:REF, or the URL of a server")
    spec = spec_at(path)
    if spec is not None:
        return of_spec(spec, environment)
    return of_folder(path) if path.is_dir() else of_file(path)


def _aligned(before: Side, after: Side) -> tuple[Side, Side]:
    """Both sides, telling of the same kinds of things where only files say which, and of the same rule files."""
    if before.holds is not None and after.holds is not None:
        together = before.holds | after.holds
        return before.telling(together), after.telling(together)
    for one, other in ((before, after), (after, before)):
        if one.is_server:
            one.name_files_as(other)
    return before, after
