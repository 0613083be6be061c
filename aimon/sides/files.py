"""Files as a side: an output folder, by its manifest, or any files that aimon did not write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aimon.document import DocumentError
from aimon.inputs import SPEC_FILE, SUFFIXES
from aimon.inventory import OF_FILES, inventory, monitoring
from aimon.sides.side import Side, SideError
from aimon.write.manifest import read_manifest
from aimon.write.places import WriteError

_MOST_FILES = 20_000


def of_folder(folder: Path, shown: str | None = None) -> Side:
    """An output folder, or a folder of files. Raises `SideError` and `DocumentError`."""
    if not folder.is_dir():
        raise SideError(f"there is no folder {folder}", "run `aimon generate` first, or name two sides")
    try:
        owned = list(read_manifest(folder))
    except WriteError as error:
        raise SideError(error.message, error.cure) from error
    paths = owned or _below(folder)
    return _side(_texts(folder, paths), bool(owned), shown or str(folder))


def of_file(path: Path, shown: str | None = None) -> Side:
    """One file, whatever it is called: two that are compared are the same file."""
    text = _texts(path.parent, [path.name])[path.name]
    name = "docker-compose.yml" if "compose" in path.name else f"file{path.suffix}"
    return _side({name: text}, False, shown or str(path), {name: path.name})


def _below(folder: Path) -> list[str]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    spec = next((path for path in found if path.name == SPEC_FILE), None)
    if spec is not None:
        raise SideError(f"{folder} holds no {SPEC_FILE}, but some further down", f"name one, such as {spec.parent}")
    if len(found) > _MOST_FILES:
        raise SideError(f"{folder} holds more than {_MOST_FILES} files", "name a folder further down")
    return [path.relative_to(folder).as_posix() for path in found]


def _side(texts: dict[str, str], whole: bool, shown: str, names: dict[str, str] | None = None) -> Side:
    try:
        found = inventory(texts)
    except DocumentError as error:
        raise DocumentError(error.message, error.place, error.help, _shown(error.path, shown, names)) from error
    kinds = frozenset(OF_FILES if whole else found.kinds)
    return Side(monitoring(found, kinds), None if whole else kinds)


def _shown(path: str, shown: str, names: dict[str, str] | None) -> str:
    return shown if names and path in names else f"{shown.rstrip('/')}/{path}"


def _texts(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    texts = {}
    for path in paths:
        try:
            texts[path] = (folder / path).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            continue  # owned once and gone now: that is a difference, not a failure
        except UnicodeDecodeError as error:
            raise SideError(f"{folder / path} is not UTF-8", "generate it again") from error
        except OSError as error:
            raise SideError(f"cannot read {folder / path}: {error.strerror}") from error
    return texts
