"""What aimon owns in a folder: the path of each file with a hash of it, in ``.aimon.json``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from aimon.write.places import MANIFEST, WriteError, content_of, is_below

_ABOUT = "What aimon owns here; nothing else is ever touched."


def read_manifest(folder: Path) -> dict[str, str]:
    """What aimon owns below the folder: path to hash."""
    content = content_of(folder / MANIFEST)
    if content is None:
        return {}
    try:
        files = dict(orjson.loads(content)["files"])
    except (ValueError, KeyError, TypeError):
        raise WriteError(
            f"{folder / MANIFEST} is damaged", "delete it; files that equal what is generated are taken over"
        ) from None
    return {path: str(hash_) for path, hash_ in files.items() if is_below(path)}


def manifest_text(owned: Mapping[str, str]) -> str:
    """What aimon owns, as it is written down."""
    said = {"about": _ABOUT, "files": dict(sorted(owned.items()))}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def next_manifest(folder: Path, texts: Mapping[str, str], gone: Iterable[str]) -> dict[str, str]:
    """What aimon owns when the texts are written and the others gone; what is nowhere any more is forgotten."""
    owned = read_manifest(folder) | {path: digest(text.encode()) for path, text in texts.items()}
    for path in gone:
        owned.pop(path, None)
    return {path: hash_ for path, hash_ in owned.items() if path in texts or (folder / path).exists()}


def digest(content: bytes) -> str:
    """The hash by which the manifest knows a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
