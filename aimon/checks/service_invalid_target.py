"""A target is host:port.

Why: Prometheus puts scheme, host and path together itself. A target that holds more than `host:port` is refused, or
scraped at a place that does not exist. Where relabelling rewrites the address, anything goes.

Bad::

    services: {api: {targets: ['https://api:8443/metrics/all']}}

Good::

    services: {api: {targets: ['api:8443'], scheme: https, metrics_path: /metrics/all}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aimon.finding import Finding
from aimon.promql.tree import Span
from aimon.spec import Service
from aimon.stack import Stack

ID = "service/invalid-target"
_TARGET = re.compile(r"(?:\[[0-9A-Fa-f:.%\w]+\]|[^\s/@?#\[\]:]+):([0-9]{1,5})", re.ASCII)
_PORTS = "a port is a number from 1 to 65535"


class Fault(NamedTuple):
    """What is wrong with a target, where in it, and the cure."""

    message: str
    fragment: Span | None
    help: str


def check(stack: Stack) -> Iterator[Finding]:
    """Every static target that cannot be scraped as it is written."""
    for service in stack.spec.services:
        for index, target in enumerate(service.targets or () if not service.relabel else ()):
            fault = _fault(target, service)
            if fault is not None:
                yield Finding(ID, fault.message, (*service.at, "targets", index), fault.fragment, help=fault.help)


def _fault(target: str, service: Service) -> Fault | None:
    found = _TARGET.fullmatch(target)
    if found:
        return None if 1 <= int(found[1]) <= 65535 else Fault(f"`{found[1]}` is no port", found.span(1), _PORTS)
    if "@" in target:
        cure = "give them under `http: {basic_auth: …}`, the password by `password_file`"
        return Fault("a target has no room for a user and a password", None, cure)
    scheme, separator, rest = target.rpartition("://")
    host, slash, path = rest.partition("/")
    if separator or slash:
        extra = [f"`scheme: {scheme}`"] * (scheme == "https") + [f"`metrics_path: /{path}`"] * bool(path)
        fragment = (0, len(scheme + separator)) if separator else (len(host), len(target))
        message = f"`{target}` has a {'scheme' if separator else 'path'}, but a target is host:port"
        return Fault(message, fragment, " and ".join([f"write `{host}`", *extra]))
    if target.count(":") > 1 and not target.startswith("["):
        return Fault(f"`{target}` is not host:port", None, "write an IPv6 address in brackets, as in `[::1]:9100`")
    name, colon, port = target.rpartition(":")
    if not colon:
        return Fault(f"`{target}` has no port", None, f"write `{target}:{443 if service.scheme == 'https' else 80}`")
    if name and not re.search(r"\s", name):
        return Fault(f"`{port}` is no port", (len(name) + 1, len(target)), _PORTS)
    return Fault(f"`{target}` has no host", None, "write `host:port`, as in `api:8080`")
