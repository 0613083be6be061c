"""Sources → Sources: the packs that services use, filled in and laid beside the spec under `packs`.

An address such as ``("packs", "redis", "alerts", "RedisDown", "expr")`` then leads to the pack's own file, and to the
section `overrides` where that says something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aimon import conventions, library
from aimon.document import Address, Document, DocumentError, read
from aimon.sources import Layer, Sources, matches
from aimon.spec import NOTHING
from aimon.unpack.fill import filled, variant_of, whole_parameters


class Use(NamedTuple):
    """A service that uses a pack: where it says so, the pack's document, and what it sets."""

    at: Address
    service: str
    document: Document
    settings: Mapping[str, Any]


class Unpacked(NamedTuple):
    """The spec with its packs, and those packs whose shape nobody has proven: by a user, or with settings by one."""

    sources: Sources
    unproven: Mapping[str, Any] = NOTHING


def unpack(sources: Sources, root: Path) -> Unpacked:
    """The spec, which has its shape, with everything that its packs bring. Raises `DocumentError` for a user's pack.

    ``root`` is the folder of the spec, which no path of a pack may leave. A pack that does not exist is left out.
    """
    uses = list(_uses(sources, root))
    if not uses:
        return Unpacked(sources)
    packs: dict[str, Any] = {}
    services = dict(sources.value.get("services") or {})
    unproven: dict[str, Any] = {}
    overriding: list[Layer] = []
    holding: list[Layer] = []
    for name, same in _instances(uses).items():
        document, settings = same[0].document, same[0].settings
        content = filled(document.value, settings)
        if settings or not library.is_built_in(document):
            unproven[name] = content
        packs[name] = {**content, "services": [use.service for use in same], "uses": [use.at for use in same]}
        overriding += [layer for each in sources.layers if (layer := _overrides(each, name))]
        holding += _places(document, variant_of(document.value, settings), ("packs", name))
        overriding += _parameters(sources, same[0], name)
        for use in same:
            if use.service not in services:  # the stack itself
                continue
            services[use.service] = _with_defaults(services[use.service], content.get("service") or {})
            holding += _places(document, None, ("services", use.service), ("service",))
    value = {**sources.value, "services": services, "packs": packs}
    layers = (*overriding, *sources.layers, *holding)
    return Unpacked(sources._replace(value=value, layers=layers), unproven)


def _uses(sources: Sources, root: Path) -> Iterator[Use]:
    """What every service asks for, as far as it exists, and what the stack itself uses."""
    known: dict[str, Document] = {}
    services = sources.value.get("services") or {}
    for service, said in services.items():
        for index, wanted in enumerate(said.get("packs") or ()):
            reference, settings = (wanted, {}) if isinstance(wanted, str) else next(iter(wanted.items()))
            at: Address = ("services", service, "packs", index, *(() if isinstance(wanted, str) else (reference,)))
            document = _found(sources, at, reference, root, known)
            if document is not None:
                yield Use(at, service, document, settings or {})
    if sources.value.get("self_monitoring") is not False:
        for name in conventions.OWN_TARGETS:
            if name in library.names() and name not in services:
                yield Use(("self_monitoring",), name, known.get(name) or library.built_in(name), {})


def _found(sources: Sources, at: Address, reference: str, root: Path, known: dict[str, Document]) -> Document | None:
    """The pack that is meant, each read once; None where there is none of the name."""
    if library.is_path(reference):
        document = _of_user(sources, at, reference, root)
        return known.setdefault(document.path, document)
    if reference not in library.names():
        return None
    if reference not in known:
        known[reference] = library.built_in(reference)
    return known[reference]


def _of_user(sources: Sources, at: Address, reference: str, root: Path) -> Document:
    """A user's pack, whose path follows the rules of `include`."""
    document, local = sources.locate(at)
    found = matches(document, local, reference, Path(document.path).parent, root)
    if len(found) != 1:
        message = f"`{reference}` means {len(found)} files"
        raise DocumentError(message, document.where(local), "name one pack", document.path)
    pack = read(found[0])
    if not isinstance(pack.value, dict):
        raise DocumentError("a pack is a mapping", pack.where(()), "start with `pack: 1`", pack.path)
    return pack


def _instances(uses: Iterable[Use]) -> dict[str, list[Use]]:
    """The uses by the name of their rule group: one for a pack that all set alike, else one for each service."""
    by_pack: dict[str, list[Use]] = {}
    for use in uses:
        by_pack.setdefault(_name(use.document), []).append(use)
    named: dict[str, list[Use]] = {}
    for name, same in by_pack.items():
        alike = all((use.document, use.settings) == (same[0].document, same[0].settings) for use in same)
        for use in same:
            named.setdefault(name if alike else conventions.pack_group(name, use.service), []).append(use)
    return named


def _name(document: Document) -> str:
    return str(document.value.get("name") or Path(document.path).stem)


def _overrides(layer: Layer, name: str) -> Layer | None:
    """The part of a document that overrides what packs bring."""
    prefix = (*layer.prefix, "overrides")
    return Layer(layer.document, prefix, below=("packs", name)) if layer.document.has(prefix) else None


def _parameters(sources: Sources, use: Use, name: str) -> Iterator[Layer]:
    """The places in the spec of the values that stand for whole texts of a pack."""
    if use.settings:
        document, local = sources.locate(use.at)
        for path, parameter in whole_parameters(use.document.value):
            if parameter in use.settings:
                yield Layer(document, (*local, parameter), below=("packs", name, *path))


def _places(document: Document, variant: str | None, below: Address, prefix: Address = ()) -> Iterator[Layer]:
    """Where what a pack brings is written, the variant's own words first."""
    if variant is not None and document.has(("variants", variant)):
        yield Layer(document, ("variants", variant, *prefix), below=below)
    yield Layer(document, prefix, below=below)


def _with_defaults(service: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The service with what its pack knows better than nobody; its own words win."""
    known = dict(defaults)
    if not _runs_beside(service):
        known.pop("container", None)
    return {**known, **service}


def _runs_beside(service: Mapping[str, Any]) -> bool:
    """Whether the only target is a bare host name, which nobody but the network of Compose resolves."""
    targets: Sequence[str] = service.get("targets") or []
    host = targets[0].rpartition(":")[0] if len(targets) == 1 else ""
    return host.replace("-", "").replace("_", "").isalnum() and host != "localhost"
