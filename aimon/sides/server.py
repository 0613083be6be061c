"""A running server as a side: a Prometheus tells of its rules and jobs, a Grafana of its dashboards."""

from __future__ import annotations

from aimon.inventory import OF_GRAFANA, OF_PROMETHEUS, inventory, monitoring
from aimon.live import grafana, prometheus
from aimon.live.http import LiveError, Server
from aimon.sides.side import Side, SideError
from aimon.thing import GROUP, SERVER


def of_server(url: str) -> Side:
    """What a server has loaded. Raises `SideError`."""
    try:
        server = Server(url)
        if prometheus.is_prometheus(server):
            return of_loaded(prometheus.loaded(server))
        if grafana.is_grafana(server):
            found = inventory(grafana.dashboards(server))
            return Side(monitoring(found, OF_GRAFANA), is_server=True)
    except LiveError as error:
        raise SideError(str(error), error.cure) from None
    raise SideError(f"{url} is neither a Prometheus nor a Grafana", "name the address without a path")


def of_loaded(loaded: prometheus.Loaded) -> Side:
    """What a Prometheus has loaded."""
    found = inventory(loaded.files, loaded.flags)
    default = next(thing for thing in found.things if thing.kind == SERVER).said["evaluation_interval"]
    for group in (thing for thing in found.things if thing.kind == GROUP):
        if group.said["interval"] == default:  # which Prometheus prints as if the group had said it
            group.said["interval"] = ""
    side = monitoring(found, OF_PROMETHEUS)
    side.active = loaded.active
    return Side(side, is_server=True)
