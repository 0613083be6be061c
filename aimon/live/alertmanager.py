"""A running Alertmanager → its configuration, as the file that it was started with."""

from __future__ import annotations

from aimon.live.http import LiveError, Server


def configuration(server: Server) -> str:
    """Its configuration in YAML, with `<secret>` for its secrets. Raises `LiveError`.

    Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
    """
    status = server.get("/api/v2/status")
    config = status.get("config") if isinstance(status, dict) else None
    original = config.get("original") if isinstance(config, dict) else None
    if not isinstance(original, str):
        raise LiveError(f"{server.url}/api/v2/status does not answer as Alertmanager does", "name an Alertmanager")
    return original
