"""Prometheus' HTTP API: a question, and the data of its answer.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aimon.live.http import LiveError, Server


def data(server: Server, path: str, **query: object) -> Any:
    """What stands behind ``data`` in the answer; None where nothing does. Raises `LiveError`."""
    answer = server.get(f"{path}?{urlencode(query)}" if query else path)
    return answer.get("data") if isinstance(answer, dict) else None


def mapping(server: Server, path: str, **query: object) -> dict[str, Any]:
    """The same where it is a mapping. Raises `LiveError`."""
    found = data(server, path, **query)
    if not isinstance(found, dict):
        raise LiveError(f"{server.url}{path} does not answer as Prometheus does", "name a Prometheus or a Grafana")
    return found


def rows(listed: Any) -> list[dict[str, Any]]:
    """The mappings in a list of an answer; none where it is no list."""
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
