"""What runs in containers: the stack's own images, the exporters beside it, and the secrets they read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aimon import conventions, spec
from aimon.build.scrape import DEFAULT_VERSION
from aimon.stack import Container, Job, Routing
from aimon.written import scalars

# What Compose takes for a secret's name; anything else would be a path, or a command for the shell of a Makefile.
_SECRET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")


def images(written: spec.Spec) -> Mapping[str, str]:
    """The image of each part of the stack, pinned unless the spec names another."""
    version = written.prometheus.version or DEFAULT_VERSION
    return {conventions.PROMETHEUS: conventions.prometheus_image(version)} | conventions.IMAGES | dict(written.images)


def containers(written: spec.Spec) -> tuple[Container, ...]:
    """The exporters that run beside the stack, each named like the host of its service's first target."""
    return tuple(
        Container((*service.at, "container"), _host(service), {"restart": "unless-stopped", **service.container})
        for service in written.services
        if service.container
    )


def _host(service: spec.Service) -> str:
    return service.targets[0].rpartition(":")[0] if service.targets else service.name


def secrets_of_prometheus(scraped: tuple[Job, ...]) -> tuple[str, ...]:
    """The names of the files below ``/run/secrets/`` that scraping needs, sorted."""
    return _secrets([job.options for job in scraped])


def secrets_of_alertmanager(notified: Routing) -> tuple[str, ...]:
    """The names of the files below ``/run/secrets/`` that notifying needs, sorted."""
    return _secrets([receiver.integrations for receiver in notified.receivers])


def _secrets(options: Any) -> tuple[str, ...]:
    folder = conventions.SECRETS_FOLDER
    texts = (value for _, value in scalars(options) if isinstance(value, str))
    names = {text.removeprefix(folder) for text in texts if text.startswith(folder)}
    return tuple(sorted(name for name in names if _SECRET.fullmatch(name)))
