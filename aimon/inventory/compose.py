"""docker-compose.yml → containers: image, ports, volumes, and what lets people in; and the flags of Prometheus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.foreign.loose import listed, mapping, text
from aimon.inventory.plain import flat
from aimon.thing import CONTAINER, Thing

_RETENTION = re.compile(r"--storage\.tsdb\.retention(?:\.(time|size))?=(\S+)")
# What says who may come in; a container's other settings are not about that.
_AUTH = re.compile(r"auth|password|anonymous|sign_?up|tls|web\.config", re.IGNORECASE)
_OWN = frozenset({"image", "ports", "volumes", "command", "environment", "secrets"})


def compose(value: Any, at: Address = ()) -> Iterator[Thing]:
    """Every container."""
    for name, service in mapping(value, "services").items():
        yield Thing(CONTAINER, str(name), mapping(service), _container, (*at, "services", name))


def retention(value: Any) -> dict[str, str]:
    """How long Prometheus keeps samples by its flags: ``time`` and ``size``; nothing where no container says it."""
    words = (word for service in mapping(value, "services").values() for word in _words(mapping(service), "command"))
    return {found[1] or "time": found[2] for word in words if (found := _RETENTION.fullmatch(word))}


def _words(service: Mapping[str, Any], key: str) -> list[str]:
    said = service.get(key)
    return said.split() if isinstance(said, str) else [str(word) for word in listed(service, key)]


def _container(service: Mapping[str, Any]) -> dict[str, Any]:
    command = [word for word in _words(service, "command") if not _RETENTION.fullmatch(word)]
    settings = {**_named(service.get("environment")), **dict(_flag(word) for word in command)}
    rest = {key: entry for key, entry in service.items() if key not in _OWN}
    return {
        "image": text(service, "image"),
        "ports": sorted(map(_one, listed(service, "ports"))),
        "volumes": sorted(map(_one, listed(service, "volumes"))),
        "secrets": sorted(map(_one, listed(service, "secrets"))),
        **{f"access.{name}": entry for name, entry in settings.items() if _AUTH.search(name)},
        **{f"setting.{name}": entry for name, entry in settings.items() if not _AUTH.search(name)},
        **flat({"option": rest}),
    }


def _flag(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value


def _named(said: Any) -> dict[str, str]:
    """An environment, which Compose takes as a mapping or as a list."""
    words = said if isinstance(said, list) else []
    pairs = said.items() if isinstance(said, dict) else (str(word).partition("=")[::2] for word in words)
    return {str(name): str(value) for name, value in pairs}


def _one(entry: Any) -> str:
    """An entry of a list in one line, whichever of its two forms it has."""
    if not isinstance(entry, dict):
        return str(entry)
    return ", ".join(f"{key}={value}" for key, value in sorted(entry.items()))
