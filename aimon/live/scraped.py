"""A running Prometheus → what it scrapes and whom it tells: its targets and its Alertmanagers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from aimon.live.api import mapping, rows
from aimon.live.http import Server


class Target(NamedTuple):
    """A target of a job; ``address`` is what the configuration calls it, ``health`` is up, down or unknown.

    ``interval`` is that of its scrapes as Prometheus writes it; empty where a server is too old to say.
    """

    job: str
    address: str
    labels: Mapping[str, str]
    health: str
    error: str
    interval: str

    @property
    def is_up(self) -> bool:
        """Whether its last scrape succeeded."""
        return self.health == "up"


def targets(server: Server) -> tuple[Target, ...]:
    """Every target that is scraped, in the order of jobs. Raises `LiveError`."""
    found = rows(mapping(server, "/api/v1/targets", state="active").get("activeTargets"))
    return tuple(sorted(map(_target, found), key=lambda one: (one.job, one.address)))


def _target(said: Mapping[str, Any]) -> Target:
    labels = {str(name): str(text) for name, text in (said.get("labels") or {}).items()}
    address = (said.get("discoveredLabels") or {}).get("__address__") or labels.get("instance", "")
    return Target(
        job=str(said.get("scrapePool") or labels.get("job", "")),
        address=str(address),
        labels=labels,
        health=str(said.get("health")),
        error=str(said.get("lastError") or ""),
        interval=str(said.get("scrapeInterval") or ""),
    )


def alertmanagers(server: Server) -> list[str]:
    """The addresses to which alerts are sent. Raises `LiveError`."""
    found = rows(mapping(server, "/api/v1/alertmanagers").get("activeAlertmanagers"))
    return [str(one.get("url")) for one in found]


def version(server: Server) -> tuple[int, int] | None:
    """Its version, as far as the output depends on it; None where it says none. Raises `LiveError`."""
    said = re.match(r"(\d+)\.(\d+)", str(mapping(server, "/api/v1/status/buildinfo").get("version")))
    return (int(said[1]), int(said[2])) if said else None
