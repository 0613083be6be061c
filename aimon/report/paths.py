"""The paths of findings as a forge knows them: from the top of the repository, with slashes."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def top() -> Path:
    """The folder that holds `.git`: this one or one above it; without any, this one."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def from_top(path: str, root: Path) -> str:
    """The path below ``root``, or an absolute one where it is not below it."""
    absolute = Path(os.path.normpath(Path.cwd() / path))
    inside = absolute.relative_to(root) if absolute.is_relative_to(root) else absolute
    return inside.as_posix()


def uri(path: str) -> str:
    """The path as a URI; a name may be any bytes, which Python shows as halves of surrogate pairs."""
    try:
        written = quote(os.fsencode(path), safe="/")
    except UnicodeEncodeError:  # halves that stand for no byte
        written = quote(path, safe="/", errors="replace")
    return f"file://{written}" if path.startswith("/") else written
