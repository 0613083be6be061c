"""The packs that there are: built in, one file each, or a user's own below the folder of the spec."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aimon.document import Document, read

FOLDER = Path(__file__).parent / "packs"


@cache
def names() -> tuple[str, ...]:
    """The built-in packs, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def is_path(reference: str) -> bool:
    """Whether a spec means a file of its own, and not a built-in pack."""
    return "/" in reference or reference.endswith((".yaml", ".yml", ".json"))


def built_in(name: str) -> Document:
    """The built-in pack of a name that `names` has."""
    return read(FOLDER / f"{name}.yaml")


def is_built_in(document: Document) -> bool:
    """Whether it is one of ours."""
    return Path(document.path).parent == FOLDER
