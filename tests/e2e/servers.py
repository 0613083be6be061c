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
from threading import Event, Thread
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
        return json.loads(self.ask("GET", path + tail))

    def ask(self, method: str, path: str) -> bytes:
        """What it answers; raises `OSError` while it does not, and where it refuses."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        try:
            with _direct.open(request, timeout=_TIMEOUT) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as refusal:
            raise OSError(f"{path}: {refusal.read().decode(errors='replace')}") from refusal

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        state = "running" if self.process.poll() is None else f"ended with {self.process.returncode}"
        return "\n".join([f"--- {self.name} ({state}), end of {self.log}:", *lines])

    def stop(self) -> None:
        """End it, by force where it does not listen."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(
    name: str, command: Sequence[str], port: int, folder: Path, ready: str | None = "/-/ready"
) -> Iterator[Server]:
    """The program, from ready to stopped; without a path that tells, it is ready when somebody listens."""
    log = folder / f"{name}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=words, stderr=words)
    server = Server(name, f"http://127.0.0.1:{port}", log, process)

    def answers() -> bool:
        if ready is None:
            socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT).close()
        else:
            server.ask("GET", ready)
        return True

    try:
        wait_until(f"{name} is ready", answers, [server], seconds=60)
        yield server
    finally:
        server.stop()


@contextmanager
def repeating(act: Callable[[], object], seconds: float) -> Iterator[None]:
    """Something that is done again and again in the meantime."""
    over = Event()

    def repeat() -> None:
        while not over.wait(seconds):
            act()

    thread = Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


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

    def alerts(self, path: str, name: str, status: str = "firing") -> list[dict[str, Any]]:
        """Every alert of that name and status that arrived at that path."""
        arrived = [alert for at, message in list(self.messages) if at == f"/{path}" for alert in message["alerts"]]
        return [alert for alert in arrived if (alert["labels"]["alertname"], alert["status"]) == (name, status)]


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
