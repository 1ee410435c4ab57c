"""The way to İYS over HTTPS, as ``registries.iys`` wants it: one request out, one reply back, nothing decided here."""

from __future__ import annotations

import http.client
import json
import ssl
from urllib.parse import urlencode, urlsplit

from ahize.kernel.errors import BadInput
from ahize.registries.iys import Reply, Request, Unreachable

PRODUCTION = "https://api.iys.org.tr"
SANDBOX = "https://api.sandbox.iys.org.tr"
TIMEOUT_S = 15.0
_ANSWER_MAX = 8 << 20
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class HttpsLine:
    """A line to one server. Plain HTTP is for this machine only: a token must not cross a wire in clear.

    Raises:
        BadInput: ``iys_address``.
    """

    def __init__(self, base: str, *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(base)
        host = parts.hostname or ""
        if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK)):
            raise BadInput(
                "The address of İYS must begin with https://.", code="iys_address", next_step=f"Write {PRODUCTION}."
            )
        self._host, self._port, self._is_tls = host, parts.port, parts.scheme == "https"
        self._prefix, self._timeout_s = parts.path.rstrip("/"), timeout_s

    def __call__(self, request: Request) -> Reply:
        """Raises: Unreachable."""
        connection = self._connection()
        headers = {"Accept": "application/json"}
        content: bytes | None = None
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        if request.form is not None:
            content = urlencode(request.form).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif request.body is not None:
            content = json.dumps(request.body).encode()
            headers["Content-Type"] = "application/json"
        try:
            connection.request(request.method, self._prefix + request.path, body=content, headers=headers)
            answer = connection.getresponse()
            raw = answer.read(_ANSWER_MAX)
        except (OSError, http.client.HTTPException) as failed:
            raise Unreachable(str(failed)) from failed
        finally:
            connection.close()
        return Reply(answer.status, _json(raw), _seconds(answer.headers.get("Retry-After")))

    def _connection(self) -> http.client.HTTPConnection:
        if self._is_tls:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout_s, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)


def _json(raw: bytes) -> object:
    """What is no JSON is nothing; the client says what it makes of nothing."""
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.strip().isdecimal() else None
