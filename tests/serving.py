"""A server that answers what a test wants: a stand-in for Prometheus, Alertmanager and Grafana."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl


@contextmanager
def serving(answers: Mapping[str, Any], token: str = "", asked: list[str] | None = None) -> Iterator[str]:
    """A server that answers with these values, and only to who has the token; ``asked`` hears every question.

    A number instead of a value is a status, and a function is called with what stands behind the `?`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if asked is not None:
                asked.append(self.path)
            answer = answers.get(path)
            answer = answer(dict(parse_qsl(query))) if callable(answer) else answer
            allowed = not token or self.headers.get("Authorization") == f"Bearer {token}"
            status = answer if isinstance(answer, int) else 404 if answer is None else 302 if answer == "away" else 200
            self.send_response(status if allowed else 401)
            if answer == "away":
                self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            if allowed and answer is not None:
                self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
