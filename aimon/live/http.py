"""A question to a server over HTTP: bounded in time and size, without redirects, its token never shown."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_SECONDS = 15.0
_MOST_BYTES = 64 * 2**20


class LiveError(Exception):
    """A server that does not answer as it should; ``status`` is that of HTTP, where it answered at all."""

    def __init__(self, message: str, cure: str | None = None, status: int = 0) -> None:
        super().__init__(message)
        self.cure, self.status = cure, status


class Server:
    """A server at an address, with the token that ``AIMON_TOKEN`` or the file in ``AIMON_TOKEN_FILE`` holds."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise LiveError("an address may not hold a password", "put a token into the environment: AIMON_TOKEN")
        if parts.query or parts.fragment:
            raise LiveError("an address ends with its path", "leave out what stands behind `?` or `#`")
        if not parts.hostname:
            raise LiveError(f"{url} names no host", "write http://localhost:9090")
        self.url = url.rstrip("/")
        self._token = _token()

    def get(self, path: str) -> Any:
        """The JSON that it answers; what stands behind a `?` is in no message. Raises `LiveError`."""
        try:
            return json.loads(self.read(path, "application/json"))
        except ValueError:
            asked = f"{self.url}{path.partition('?')[0]}"
            raise LiveError(f"{asked} does not answer in JSON", "is this the address of that server?") from None

    def read(self, path: str, accepted: str) -> bytes:
        """What it answers, asked for one of the accepted types. Raises `LiveError`."""
        asked = f"{self.url}{path.partition('?')[0]}"
        request = urllib.request.Request(f"{self.url}{path}", headers={"Accept": accepted})
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with _opener.open(request, timeout=_SECONDS) as answer:
                data: bytes = answer.read(_MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise LiveError(f"{asked} answers {error.code}", _cure(error.code), error.code) from None
        except (OSError, ValueError, HTTPException) as error:
            reason = " ".join(str(getattr(error, "reason", error)).split())
            raise LiveError(
                f"{self.url} does not answer: {reason}", "is it running, and is the address right?"
            ) from None
        if len(data) > _MOST_BYTES:
            raise LiveError(f"{asked} answers more than {_MOST_BYTES // 2**20} MiB")
        return data


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody: a token is for one server."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def _cure(status: int) -> str | None:
    if status in (401, 403):
        return "put a token that may read into AIMON_TOKEN, or name its file in AIMON_TOKEN_FILE"
    return "name the address that it redirects to" if 300 <= status < 400 else None


def _token() -> str:
    path = os.environ.get("AIMON_TOKEN_FILE")
    if not path:
        return os.environ.get("AIMON_TOKEN", "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise LiveError("the file that AIMON_TOKEN_FILE names cannot be read") from None
