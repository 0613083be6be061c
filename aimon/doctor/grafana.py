"""What a running Grafana shows of the spec: its dashboards, and the data sources that they ask."""

from __future__ import annotations

import json
from collections.abc import Iterator

from aimon.compare import compare
from aimon.doctor.heard import Heard
from aimon.doctor.meant import Meant
from aimon.doctor.words import counted, few
from aimon.finding import Finding
from aimon.inventory import OF_GRAFANA, inventory, monitoring
from aimon.live.grafana import dashboard, data_source, is_grafana
from aimon.live.http import LiveError, Server
from aimon.stack import Dashboard
from aimon.thing import DATA_SOURCE, Monitoring


def grafana(meant: Meant, server: Server) -> Heard:
    """Its dashboards by uid, and its data sources. Raises `LiveError`."""
    if not is_grafana(server):
        server.get("/api/health")  # which may say why
        raise LiveError(f"{server.url} does not answer as Grafana does", "name it without a path of its API")
    boards, sources = meant.stack.dashboards, [str(one.said["uid"]) for one in meant.side.monitoring.of(DATA_SOURCE)]
    findings = [finding for board in boards for finding in _dashboard(meant, server, board)]
    notes = []
    for uid in sources:
        there = data_source(server, uid)
        if there is None:
            notes.append(f"the data source `{uid}` was not looked for, because this token may not")
        elif not there:
            message, cure = (
                f"there is no data source with the uid `{uid}`",
                "provision grafana/provisioning/datasources",
            )
            findings.append(Finding("doctor/data-source-missing", message, meant.at(()), key=True, help=cure))
    return Heard(findings, f"{counted(len(boards), 'dashboard')}, {counted(len(sources), 'data source')}", notes)


def _dashboard(meant: Meant, server: Server, board: Dashboard) -> Iterator[Finding]:
    at = meant.at(board.at)
    found = dashboard(server, board.uid)
    if found is None:
        message = f"there is no dashboard `{board.title}` with the uid `{board.uid}`"
        yield Finding("doctor/dashboard-missing", message, at, key=True, help="provision grafana/dashboards")
        return
    running = monitoring(inventory({f"grafana/dashboards/{board.uid}.json": json.dumps(found)}), OF_GRAFANA)
    changes = compare(running, _only(meant.side.monitoring, board.uid)).changes
    if changes:
        names = few(dict.fromkeys(f"{change.kind} {change.name}" for change in changes))
        message = f"the dashboard `{board.title}` shows something else in {counted(len(changes), 'way')}: {names}"
        yield Finding("doctor/dashboard-differs", message, at, key=True, help=meant.diff(server))


def _only(whole: Monitoring, uid: str) -> Monitoring:
    """One dashboard with all that is on it."""
    own = (thing for thing in whole.of(*OF_GRAFANA) if thing.id == uid or thing.id.startswith(f"{uid}/"))
    return Monitoring(own, OF_GRAFANA)
