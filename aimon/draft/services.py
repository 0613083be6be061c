"""Packs and expositions → the services of a new spec: what they are called, where they are, what they expose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aimon import library
from aimon.draft.known import Declared, Use, use_of
from aimon.draft.metrics import Draft, draft
from aimon.draft.remark import Remark
from aimon.exposition import Exposition
from aimon.spec import NOTHING

APPLICATION = "app"  # the host in the target of every pack that is a part of an application
_PORT = 8080
# Within the network of Compose `localhost` is the container of Prometheus itself.
_HOST = "host.docker.internal"
_LOCAL = re.compile(r"localhost|127\..*|::1|0\.0\.0\.0|::")
_ADDRESS = re.compile(r"[\d.]+|.*:.*")


class Place(NamedTuple):
    """Where a service is scraped, and what it is called; ``is_known`` is false where the target is only a guess."""

    name: str
    target: str
    options: Mapping[str, Any] = NOTHING
    is_known: bool = True


class Service(NamedTuple):
    """A service of the new spec, and what is to be said of it where it was drafted from ``source``."""

    place: Place
    metrics: Declared = NOTHING
    packs: tuple[Use, ...] = ()
    surplus: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    source: str = ""

    @property
    def is_application(self) -> bool:
        """Whether packs for an application have their place here."""
        return all(_host_of(use.pack) == APPLICATION for use in self.packs)

    def with_pack(self, use: Use) -> Service:
        """The same service with what a pack knows of it."""
        left = {name: one for name, one in self.metrics.items() if name not in use.metrics}
        return self._replace(packs=(*self.packs, use), metrics=left)


def services(packs: Iterable[str], expositions: Iterable[Exposition]) -> list[Service]:
    """A service for each exposition and each built-in pack; packs for an application share one."""
    wanted = [use_of(pack) for pack in dict.fromkeys(packs)]
    declared = {name: one for use in wanted for name, one in use.metrics.items()}
    made: list[Service] = []
    for exposition in expositions:
        found = draft(exposition, declared)
        made.append(_drafted(exposition.path, found))
        declared |= found.declared
    for use in wanted:
        if all(each.pack != use.pack for service in made for each in service.packs):
            _place_pack(use, made)
    return _told_apart(made)


def _drafted(source: str, found: Draft) -> Service:
    """The service behind an address, or that of a saved text; what an address asks for may be secret."""
    if not source.lower().startswith(("http://", "https://")):
        return Service(_place_of_file(source, found.packs), *found, source)
    # What relabels its targets is asked at another address than the one that is watched.
    is_watched_there = not any("relabel" in _service_of(use.pack) for use in found.packs)
    place = (_place_of_url if is_watched_there else _place_of_file)(source, found.packs)
    address, question, _ = source.partition("?")
    unsaid = Remark(1, "the parameters of the address are not carried over", "add those that are no secret to `params`")
    return Service(place, *found._replace(remarks=((unsaid,) if question else ()) + found.remarks), address)


def _place_pack(use: Use, made: list[Service]) -> None:
    """Put a pack where it belongs: on the application, or on a service of its own."""
    belongs = _host_of(use.pack) == APPLICATION
    at = next((index for index, one in enumerate(made) if belongs and one.is_application), None)
    if at is not None:
        made[at] = made[at].with_pack(use)
    else:
        name = APPLICATION if belongs else use.pack.replace("_", "-")
        made.append(Service(Place(name, target_of(use.pack)), packs=(use,)))


def target_of(pack: str) -> str:
    """The target that a service with the pack usually has."""
    return str(library.built_in(pack).value["target"])


def _service_of(pack: str) -> Mapping[str, Any]:
    """What a pack says of the service that uses it."""
    return library.built_in(pack).value.get("service") or {}


def _host_of(pack: str) -> str:
    return target_of(pack).rpartition(":")[0]


def _place_of_url(url: str, packs: Sequence[Use]) -> Place:
    """The service behind an address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else _WEB)
    options = {
        "metrics_path": parts.path if parts.path not in ("", "/metrics") else None,
        "scheme": parts.scheme if parts.scheme != "http" else None,
        "container": False if any("container" in _service_of(use.pack) for use in packs) else None,  # it runs already
    }
    said = {key: value for key, value in options.items() if value is not None}
    name = _name_by(packs) if _LOCAL.fullmatch(host) or _ADDRESS.fullmatch(host) else host.partition(".")[0]
    reached = _HOST if _LOCAL.fullmatch(host) else f"[{host}]" if ":" in host else host
    return Place(_slug(name), f"{reached}:{port}", said)


_WEB = 80


def _place_of_file(path: str, packs: Sequence[Use]) -> Place:
    """The service whose exposition somebody saved; where it is, the file does not tell."""
    if packs and _host_of(packs[0].pack) != APPLICATION:
        return Place(_slug(_name_by(packs)), target_of(packs[0].pack), is_known=False)
    name = _slug(PurePath(path).stem)
    port = target_of(packs[0].pack).rpartition(":")[2] if packs else _PORT
    return Place(name, f"{name.lower()}:{port}", is_known=False)


def _name_by(packs: Iterable[Use]) -> str:
    """What a service is called after its packs."""
    exporters = (use.pack for use in packs if _host_of(use.pack) != APPLICATION)
    return next(exporters, APPLICATION).replace("_", "-")


def _slug(text: str) -> str:
    """The text as the name of a service."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-") or APPLICATION


def _told_apart(made: Iterable[Service]) -> list[Service]:
    """The services with a number behind names that are there already."""
    taken: dict[str, Service] = {}
    for service in made:
        name, number = service.place.name, 2
        while name in taken:
            name, number = f"{service.place.name}-{number}", number + 1
        taken[name] = service._replace(place=service.place._replace(name=name))
    return list(taken.values())
