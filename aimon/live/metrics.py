"""What a running target exposes."""

from __future__ import annotations

from urllib.parse import urlsplit

from aimon.live.http import LiveError, Server

# As Prometheus asks: OpenMetrics first, which tells more.
# https://prometheus.io/docs/instrumenting/content_negotiation/
_ACCEPTED = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.2"


def exposed(url: str) -> str:
    """The text at an address; without a path the one of `/metrics`. Raises `LiveError`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise LiveError(f"{url} is no address: {error}", "write http://localhost:9090/metrics") from None
    if port == 0:
        raise LiveError(f"{url} is no address: a port is from 1 to 65535", "write http://localhost:9090/metrics")
    path = parts.path or "/metrics"
    server = Server(f"{parts.scheme}://{parts.netloc}")
    return server.read(f"{path}?{parts.query}" if parts.query else path, _ACCEPTED).decode("utf-8", "replace")
