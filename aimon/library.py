"""The packs that there are: built in, one file each, or a user's own below the folder of the spec."""

from __future__ import annotations

import contextlib
import hashlib
import json
from functools import cache
from pathlib import Path

from aimon import cache as kept
from aimon.document import Document, parse_yaml, remembered

FOLDER = Path(__file__).parent / "packs"
_MOST_BYTES = 4 * 1024 * 1024  # ours, some ten times


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
    folder = kept.folder("packs")
    if folder is None:
        return parse_yaml(text, str(path))
    copy = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        return remembered(json.loads(copy.read_text(encoding="utf-8")), text, str(path))
    document = parse_yaml(text, str(path))
    kept.keep(copy, json.dumps(document.value).encode())
    kept.trim(folder, _MOST_BYTES)
    return document


def is_built_in(document: Document) -> bool:
    """Whether it is one of ours."""
    return Path(document.path).parent == FOLDER
