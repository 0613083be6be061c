"""Programs that a test starts, watches with bounded patience, and always stops."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest

Value = TypeVar("Value")

_LAST_LINES = 10
_TIMEOUT = 10.0
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy


@dataclass(frozen=True, slots=True)
class Server:
    """A running program that answers at ``url`` and writes its words to ``log``."""

    name: str
    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, **query: str) -> Any:
        """What it answers, read as JSON; raises `OSError` while it does not, and where it refuses."""
        tail = f"?{urllib.parse.urlencode(query)}" if query else ""
        try:
            with _direct.open(f"{self.url}{path}{tail}", timeout=_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise OSError(f"{path} {query}: {refusal.read().decode(errors='replace')}") from refusal

    def is_ready(self) -> bool:
        """Whether it says so itself."""
        with _direct.open(f"{self.url}/-/ready", timeout=_TIMEOUT) as answer:
            return bool(answer.status == 200)

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        state = "running" if self.process.poll() is None else f"ended with {self.process.returncode}"
        return "\n".join([f"--- {self.name} ({state}), end of {self.log}:", *lines])


@contextmanager
def running(name: str, command: Sequence[str], port: int, folder: Path) -> Iterator[Server]:
    """The program, from ready to stopped."""
    log = folder / f"{name}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=words, stderr=words)
    server = Server(name, f"http://127.0.0.1:{port}", log, process)
    try:
        wait_until(f"{name} is ready", server.is_ready, [server], seconds=20)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(
    what: str,
    look: Callable[[], Value],
    servers: Sequence[Server],
    seconds: float,
    seen: Callable[[], object] | None = None,
) -> Value:
    """What ``look`` finds as soon as it finds anything; fails with what was seen last and every server's last words."""
    deadline = time.monotonic() + seconds
    trouble = ""
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except OSError as error:
            trouble = f"\nlast error: {error}"
        if ended := [server for server in servers if server.process.poll() is not None]:
            trouble += f"\n{ended[0].name} ended by itself"
            break
        time.sleep(0.1)
    last = f"\nlast seen: {seen()}" if seen and not trouble else ""
    words = "\n".join(server.last_words() for server in servers)
    pytest.fail(f"waited {seconds:g} s in vain until {what}{trouble}{last}\n{words}", pytrace=False)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Inbox:
    """What arrived at a webhook, by path."""

    port: int
    messages: list[tuple[str, Any]]

    def url(self, path: str) -> str:
        """The webhook's address."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def alerts(self, path: str, name: str) -> list[dict[str, Any]]:
        """Every alert of that name that arrived at that path."""
        arrived = [alert for at, message in list(self.messages) if at == f"/{path}" for alert in message["alerts"]]
        return [alert for alert in arrived if alert["labels"]["alertname"] == name]


@contextmanager
def inbox() -> Iterator[Inbox]:
    """A webhook that keeps every message."""
    messages: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        """Keeps the body of a POST."""

        def do_POST(self) -> None:
            """Take the message."""
            messages.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Inbox(server.server_port, messages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
