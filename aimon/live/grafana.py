"""A running Grafana → its dashboards, each as a file of its own."""

from __future__ import annotations

import json
from typing import Any
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
        board = dashboard(server, uid)
        if board is not None:
            files[f"grafana/dashboards/{quote(uid, safe='')}.json"] = json.dumps(board)
    return files


def dashboard(server: Server, uid: str) -> dict[str, Any] | None:
    """A dashboard; None where there is none that the token may see. Raises `LiveError`."""
    answer = _found(server, f"/api/dashboards/uid/{quote(uid, safe='')}")
    board = answer.get("dashboard") if isinstance(answer, dict) else None
    return board if isinstance(board, dict) else None


def data_source(server: Server, uid: str) -> bool | None:
    """Whether there is a data source with that uid; None where the token may not know. Raises `LiveError`."""
    try:
        return _found(server, f"/api/datasources/uid/{quote(uid, safe='')}") is not None
    except LiveError as error:
        if error.status not in (401, 403):
            raise
        return None


def _found(server: Server, path: str) -> Any:
    """What it answers; None where it knows of no such thing. Raises `LiveError`."""
    try:
        return server.get(path)
    except LiveError as error:
        if error.status != 404:
            raise
        return None


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
