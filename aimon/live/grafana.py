"""A running Grafana → its dashboards, each as a file of its own."""

from __future__ import annotations

import json
from urllib.parse import quote

from aimon.live.http import LiveError, Server

_PAGE = 500
_MOST = 5_000


def is_grafana(server: Server) -> bool:
    """Whether it answers as a Grafana does."""
    try:
        health = server.get("/api/health")
    except LiveError:
        return False
    return isinstance(health, dict) and "database" in health


def dashboards(server: Server) -> dict[str, str]:
    """Every dashboard that the token may see, as path → text. Raises `LiveError`."""
    files = {}
    for uid in _uids(server):
        answer = server.get(f"/api/dashboards/uid/{quote(uid, safe='')}")
        board = answer.get("dashboard") if isinstance(answer, dict) else None
        if isinstance(board, dict):
            files[f"grafana/dashboards/{quote(uid, safe='')}.json"] = json.dumps(board)
    return files


def _uids(server: Server) -> list[str]:
    found: list[str] = []
    for page in range(1, _MOST // _PAGE + 1):
        answer = server.get(f"/api/search?type=dash-db&limit={_PAGE}&page={page}")
        if not isinstance(answer, list):
            raise LiveError(f"{server.url}/api/search does not answer as Grafana does")
        found += [str(entry["uid"]) for entry in answer if isinstance(entry, dict) and entry.get("uid")]
        if len(answer) < _PAGE:
            return found
    raise LiveError(f"{server.url} has more than {_MOST} dashboards")
