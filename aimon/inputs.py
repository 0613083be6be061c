"""What the paths mean that somebody names: specs, or files that aimon did not write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from aimon.document import DocumentError

SPEC_FILE = "aimon.yaml"
SUFFIXES = frozenset({".yml", ".yaml", ".json", ".rules"})


def specs_below(path: Path) -> list[Path]:
    """The specs that a path means: a file, a folder with an `aimon.yaml`, or every such folder below it."""
    if not path.is_dir():
        return [path]
    own = path / SPEC_FILE
    return [own] if own.is_file() else sorted(path.rglob(SPEC_FILE))


def is_foreign(path: Path) -> bool:
    """Whether a path is for `review`: a folder of files without a spec, or a file of another kind that is known.

    What cannot be read or recognised is taken for a spec, whose mistakes are explained best.
    """
    if path.is_dir():
        return not specs_below(path) and bool(files_below([path]))
    from aimon.foreign.files import documents  # which neither a folder nor `generate` needs
    from aimon.foreign.part import parts

    try:
        return any(part.is_known for document in documents(path) for part in parts(document.value, ()))
    except DocumentError:
        return path.is_file() and bool(_SIGNS.search(head(path)))


# What tells a broken file that is no spec: the keys at its top.
_SIGNS = re.compile(
    r"^(?:groups|scrape_configs|rule_files|route|receivers|inhibit_rules|apiVersion|panels)[ \t]*:"
    r'|"(?:panels|schemaVersion|templating)"\s*:',
    re.MULTILINE,
)


def files_below(paths: Iterable[Path]) -> list[Path]:
    """The files that paths mean: themselves, or everything below a folder that may be YAML or JSON."""
    found: dict[Path, None] = {}
    for path in paths:
        below = sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES) if path.is_dir() else [path]
        found |= dict.fromkeys(below)
    return list(found)


def head(path: Path) -> str:
    """The beginning of a file, whatever it holds."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(20_000)
