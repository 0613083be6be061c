"""The packs that there are: built in, one file each, or a user's own below the folder of the spec."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from aimon import cache as kept
from aimon.document import Document, parse_yaml, remembered

FOLDER = Path(__file__).parent / "packs"


@cache
def names() -> tuple[str, ...]:
    """The built-in packs, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def is_path(reference: str) -> bool:
    """Whether a spec means a file of its own, and not a built-in pack."""
    return "/" in reference or reference.endswith((".yaml", ".yml", ".json"))


def built_in(name: str) -> Document:
    """The built-in pack of a name that `names` has.

    YAML takes a while to read, so the values are kept as JSON, under a name that tells the text they came from.
    """
    path = FOLDER / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    folder = kept.folder()
    if folder is None:
        return parse_yaml(text, str(path))
    copy = folder / f"pack-{name}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        return remembered(json.loads(copy.read_text(encoding="utf-8")), text, str(path))
    document = parse_yaml(text, str(path))
    _keep(document.value, copy)
    return document


def _keep(value: Any, copy: Path) -> None:
    """Write the values, whole or not at all; a full disk only makes the next run slower."""
    partial = copy.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        partial.write_text(json.dumps(value), encoding="utf-8")
        partial.replace(copy)


def is_built_in(document: Document) -> bool:
    """Whether it is one of ours."""
    return Path(document.path).parent == FOLDER
