"""What Prometheus scrapes: a small HTTP server that stands in for every target.

``/SERVICE/metrics`` is the service's first target. Whoever asks for the host and port of a target gets that target, be
it through aliases of a container network or through `proxy_url`; so no line of prometheus.yml has to change.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.metrics_core import Metric as Exposed
from prometheus_client.registry import Collector

from aimon.live.simulate import Simulation, Target
from aimon.live.simulate.series import Family

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_PLAIN = [("Content-Type", "text/plain; charset=utf-8")]
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

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._apps = {target: _app(target) for target in simulation.targets}
        self._by_host = {target.instance: target for target in simulation.targets}
        self._by_path = {f"/{name}/metrics": targets[0] for name, targets in simulation.by_service().items()}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        target = self.target(environ["PATH_INFO"], environ.get("HTTP_HOST", ""))
        if target is None:
            found = environ["PATH_INFO"] == "/"
            start_response("200 OK" if found else "404 Not Found", _PLAIN)
            return ["".join(f"{path}\n" for path in self._by_path).encode()]
        if target.is_down(time.time()):
            start_response("503 Service Unavailable", _PLAIN)
            return [b"down, because an alert is driven that needs it\n"]
        return self._apps[target](environ, start_response)

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
