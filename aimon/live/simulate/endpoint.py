"""What Prometheus scrapes: a small HTTP server that stands in for every target.

``/SERVICE/metrics`` is the service's first target. Whoever asks for the host and port of a target gets that target, be
it through aliases of a container network or through `proxy_url`; so no line of prometheus.yml has to change. POST to
``/fire/ALERT`` drives an alert, DELETE lets it go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.metrics_core import Metric as Exposed
from prometheus_client.registry import Collector

from aimon.live.simulate import Simulation, Target
from aimon.live.simulate.drive import CannotDriveError, Drive
from aimon.live.simulate.series import Family

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

FIRE = "/fire/"
_DOWN = "down, because an alert is driven that needs it"
_PLAIN = ("Content-Type", "text/plain; charset=utf-8")
_TYPES = {
    "counter": "counter", "gauge": "gauge", "histogram": "histogram", "native_histogram": "histogram",
    "summary": "summary", "info": "info", "stateset": "gauge",
}  # fmt: skip
_ENDINGS = {"counter": "_total", "info": "_info"}  # what the client adds to the names of these types


class Exposition(Collector):
    """The metrics of one target, as of now."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def collect(self) -> Iterator[Exposed]:
        """Every metric with its samples."""
        moment = self._target.at(time.time())
        for family in self._target.families:
            exposed = described(family)
            for series in family.series:
                value = series.value(moment)
                if value is not None:
                    exposed.add_sample(series.name, dict(series.labels), value)
            yield exposed


def described(family: Family) -> Exposed:
    """The client's form of a metric; a counter without `_total` in its name has no type there."""
    metric = family.metric
    kind = _TYPES.get(metric.type, "unknown")
    ending = _ENDINGS.get(kind, "")
    if not metric.name.endswith(ending):
        kind, ending = ("unknown" if kind == "counter" else "gauge"), ""
    return Exposed(metric.name.removesuffix(ending), metric.help, kind)


class Site:
    """The whole server as a WSGI application."""

    def __init__(self, simulation: Simulation, drive_of: Callable[[str], Drive]) -> None:
        self._simulation = simulation
        self._drive_of = drive_of
        self._apps = {target: _app(target) for target in simulation.targets}
        self._by_host = {target.instance: target for target in simulation.targets}
        self._by_path = {f"/{name}/metrics": targets[0] for name, targets in simulation.by_service().items()}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        target = self.target(path, environ.get("HTTP_HOST", ""))
        if target is not None and not target.is_down(time.time()):
            return self._apps[target](environ, start_response)
        status, lines = (HTTPStatus.SERVICE_UNAVAILABLE, [_DOWN]) if target is not None else self._told(method, path)
        start_response(f"{status.value} {status.phrase}", [_PLAIN])  # a list of its own: the server adds to it
        return ["".join(f"{line}\n" for line in lines).encode()]

    def _told(self, method: str, path: str) -> tuple[HTTPStatus, list[str]]:
        """Everything but metrics: what there is, and which alerts are driven."""
        if method == "GET" and path in ("/", FIRE):
            now = time.time()
            alerts = [f"{FIRE}{drive.alert}" for drive in self._simulation.drives if drive.covers(now)]
            return HTTPStatus.OK, alerts if path == FIRE else [*self._by_path, *alerts]
        alert = path.removeprefix(FIRE)
        if method == "POST" and path.startswith(FIRE):
            try:
                self._simulation.drive([*self._simulation.drives, self._drive_of(alert)])
            except CannotDriveError as error:
                return HTTPStatus.CONFLICT, [error.message, *([error.cure] if error.cure else [])]
            return HTTPStatus.OK, [f"{alert} is driven"]
        if method == "DELETE" and path.startswith(FIRE) and self._simulation.stop(alert, time.time()):
            return HTTPStatus.OK, [f"{alert} is let go"]
        return HTTPStatus.NOT_FOUND, [f"there is no {path}"]

    def target(self, path: str, host: str) -> Target | None:
        """Whom a request is for: a proxy is asked for whole addresses, a server for a path and by a host's name."""
        address = urlsplit(path)
        path, host = address.path, address.netloc or host
        named = self._by_host.get(host)
        if named is not None:
            return named if path == named.job.metrics_path else None
        return self._by_path.get(path)


def _app(target: Target) -> WSGIApplication:
    registry = CollectorRegistry()
    registry.register(Exposition(target))
    app: WSGIApplication = make_wsgi_app(registry)
    return app


class _Server(ThreadingMixIn, WSGIServer):
    """Answers several requests at once."""

    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    """Keeps no log of requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def bind(site: Site, host: str, ports: Iterable[int]) -> Mapping[int, WSGIServer]:
    """A server for each port, bound and not yet serving; port 0 is any free one. Raises `OSError`."""
    servers: dict[int, WSGIServer] = {}
    try:
        for port in ports:
            servers[port] = make_server(host, port, site, _Server, _Quiet)
    except OSError as error:
        for server in servers.values():
            server.server_close()
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
    return servers
