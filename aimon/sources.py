"""The files that a spec was read from, merged into one mapping that still knows where every value was written."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from aimon.document import Address, Document, DocumentError, Place, parse_yaml_stream, read, value_at
from aimon.spec import NOTHING
from aimon.yaml12.events import MAX_CHARACTERS

if TYPE_CHECKING:
    from aimon.openslo import Carried

_OPENSLO = re.compile(r"""^\s*["']?apiVersion["']?\s*:\s*["']?openslo/""", re.MULTILINE)

# Sections that are lists: the entries of several files follow each other.
_LISTS = ("external", "ignore")


class Layer(NamedTuple):
    """A document, the prefix under which it holds the spec, and how far its lists are shifted in the merged one.

    ``below`` is the part of the spec that it holds, where that is not the whole.
    """

    document: Document
    prefix: Address = ()
    shifts: Mapping[str, int] = NOTHING
    below: Address = ()

    def local(self, address: Address) -> Address | None:
        """The address within the document, or None where it belongs to another one."""
        if self.below:
            depth = len(self.below)
            return (*self.prefix, *address[depth:]) if address[:depth] == self.below else None
        if len(address) > 1 and address[0] in self.shifts and isinstance(address[1], int):
            index = address[1] - self.shifts[str(address[0])]
            return (*self.prefix, address[0], index, *address[2:]) if index >= 0 else None
        return (*self.prefix, *address)


class Sources(NamedTuple):
    """A spec's merged value and its layers, the deciding one first; ``notes`` say what of other files was lost."""

    value: dict[str, Any]
    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()

    def locate(self, address: Address) -> tuple[Document, Address]:
        """The document that holds the value at an address, or its longest existing part, and the address in there."""
        document, local, length = self._longest(address)
        return document, local + address[length:]

    def is_verbatim(self, address: Address) -> bool:
        """Whether the value at an address is what its document says; what OpenSLO calls otherwise is not."""
        document, local = self.locate(address)
        return bool(value_at(document.value, local) == value_at(self.value, address))

    def existing(self, address: Address) -> Address:
        """The longest part of an address at which something is written."""
        return address[: self._longest(address)[2]]

    def _longest(self, address: Address) -> tuple[Document, Address, int]:
        for length in range(len(address), 0, -1):
            for layer in self.layers:
                local = layer.local(address[:length])
                if local is not None and layer.document.has(local):
                    return layer.document, local, length
        return self.layers[0].document, self.layers[0].prefix, 0

    @property
    def environments(self) -> dict[str, Any]:
        """What differs in each environment; nothing where the section does not have its shape, which a gate reports."""
        section = self.value.get("environments")
        return section if isinstance(section, dict) else {}


def load(path: Path) -> Sources:
    """The spec at ``path`` with everything that it includes. Raises `DocumentError`."""
    promised: list[Document] = []
    documents = tuple(_with_includes(path, path.parent, (), set(), promised))
    merged: dict[str, Any] = {}
    owners: dict[Address, Document] = {}
    layers: list[Layer] = []
    for document in documents:
        shifts = {section: len(merged[section]) for section in _LISTS if isinstance(merged.get(section), list)}
        layers.append(Layer(document, (), shifts))
        for section, value in document.value.items():
            if value is not None:
                _merge_section(merged, owners, document, section, value)
    if not promised:
        return Sources(merged, tuple(layers))
    carried = _carried(promised)
    _merge_section(merged, owners, promised[0], "slos", carried.slos)
    layers += [Layer(document, local, below=at) for at, (document, local) in carried.origins.items()]
    return Sources(merged, tuple(layers), tuple(map(str, carried.notes)))


def for_environment(sources: Sources, environment: str | None) -> Sources:
    """The same spec with an environment merged over it. Raises `KeyError` for one that does not exist."""
    if environment is None:
        return sources
    base = {section: value for section, value in sources.value.items() if section != "environments"}
    prefix = ("environments", environment)
    above = tuple(Layer(layer.document, prefix) for layer in sources.layers if layer.document.has(prefix))
    value = overlaid(base, sources.environments[environment] or {})
    return sources._replace(value=value, layers=above + sources.layers)


def _with_includes(
    path: Path, root: Path, chain: tuple[Path, ...], known: set[Path], promised: list[Document]
) -> Iterator[Document]:
    """The document at ``path`` and those that it includes, each file once; what is OpenSLO goes to ``promised``."""
    if chain and (objects := _objects(path)):
        known.add(path.resolve())
        promised += objects
        return
    document = read(path)
    if document.value is None:
        raise DocumentError("the file is empty", path=document.path, place=document.where(()), help=_STARTER)
    if not isinstance(document.value, dict):
        raise DocumentError(
            "a spec is a mapping of sections", path=document.path, place=document.where(()), help=_STARTER
        )
    known.add(path.resolve())
    yield document
    includes = document.value.get("include") or []
    if not isinstance(includes, list):
        raise _problem(document, ("include",), "`include` is not a list of files", "write `include: [alerts.yaml]`")
    chain = (*chain, path.resolve())
    for index, pattern in enumerate(includes):
        at: Address = ("include", index)
        if not isinstance(pattern, str):
            raise _problem(document, at, "this is not the name of a file", "write `include: [alerts.yaml]`")
        for found in matches(document, at, pattern, path.parent, root):
            if found.resolve() in chain and not _is_pattern(pattern):
                circle = " → ".join(part.name for part in (*chain, found))
                raise _problem(document, at, f"these files include each other: {circle}", "remove one of the includes")
            if found.resolve() not in known:
                yield from _with_includes(found, root, chain, known, promised)


def _objects(path: Path) -> list[Document]:
    """The objects of a file in OpenSLO's words; none of any other file."""
    with path.open("rb") as file:
        text = file.read(MAX_CHARACTERS).decode("utf-8-sig", "replace")
    return parse_yaml_stream(text, str(path)) if _OPENSLO.search(text) else []


def _carried(documents: list[Document]) -> Carried:
    """The SLOs of OpenSLO. Raises `DocumentError` for one that cannot be one of ours: it would be missing silently."""
    from aimon.openslo import carry

    carried = carry(documents)
    for note in carried.left_out:
        place = note.document.where(note.at)
        raise DocumentError(
            note.message, path=note.document.path, place=place, help="write this SLO in the spec itself"
        )
    return carried


def _is_pattern(text: str) -> bool:
    return any(letter in text for letter in "*?[")


def matches(document: Document, at: Address, pattern: str, folder: Path, root: Path) -> list[Path]:
    """The files that a pattern names, sorted; none outside the folder of the spec. Raises `DocumentError`."""
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise _problem(document, at, f"`{pattern}` leaves the folder of the spec", "name a file below it")
    try:
        found = sorted(path for path in folder.glob(pattern) if path.is_file())
    except (ValueError, IndexError, OSError):
        raise _problem(
            document,
            at,
            f"{f'`{pattern}`' if pattern else 'an empty text'} names no files",
            "name a file, or several as `alerts/*.yaml`",
        ) from None
    if not found and not _is_pattern(pattern):
        raise _problem(
            document, at, f"there is no file {folder / pattern}", "paths are relative to the file that includes them"
        )
    for path in found:
        if not path.resolve().is_relative_to(root.resolve()):
            raise _problem(document, at, f"{path} is a link out of the folder of the spec", "put a copy in its place")
    return found


def _merge_section(
    merged: dict[str, Any], owners: dict[Address, Document], document: Document, section: str, value: Any
) -> None:
    """Add a section: lists follow each other, names must differ, and anything else can be said only once."""
    there = merged.get(section)
    if section in ("aimon", "include"):
        merged.setdefault(section, value)
    elif section in _LISTS and isinstance(value, list) and isinstance(there, (list, NoneType)):
        merged[section] = [*(there or ()), *value]
    elif isinstance(value, dict) and section != "prometheus" and isinstance(there, (dict, NoneType)):
        for name in value:
            _claim(owners, document, (section, name))
        merged[section] = {**(there or {}), **value}
    else:
        if there is not None:
            raise _declared_twice(owners[(section,)], document, (section,))
        merged[section] = value
    owners.setdefault((section,), document)


def _claim(owners: dict[Address, Document], document: Document, at: Address) -> None:
    owner = owners.setdefault(at, document)
    if owner is not document:
        raise _declared_twice(owner, document, at)


def _declared_twice(owner: Document, document: Document, at: Address) -> DocumentError:
    place = owner.where(at, key=True)
    first = f"{owner.path}:{place.line}:{place.column}"
    return _problem(
        document, at, f"`{'.'.join(map(str, at))}` is declared twice, first at {first}", "keep one of the two", key=True
    )


def _problem(
    document: Document, at: Address, message: str, cure: str | None = None, key: bool = False
) -> DocumentError:
    place: Place = document.where(at, key=key)
    return DocumentError(message, path=document.path, place=place, help=cure)


def overlaid(base: Any, overlay: Any) -> Any:
    """``overlay`` merged over ``base``: mappings by key, anything else replaced; None removes."""
    if not (isinstance(base, dict) and isinstance(overlay, dict)):
        return overlay
    keys = itertools.chain(base, (key for key in overlay if key not in base))
    return {
        key: overlaid(base[key], overlay[key]) if key in base and key in overlay else overlay.get(key, base.get(key))
        for key in keys
        if not (key in overlay and overlay[key] is None)
    }


_STARTER = "the shortest spec: `services: {backend: {targets: ['backend:3001']}}`"
