"""The line to İYS carries what it is given, over HTTP, and says so where nobody answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ahize.kernel.errors import BadInput
from ahize.registries.iys import Request, Unreachable
from ahize.web.consents.iys_line import PRODUCTION, SANDBOX, HttpsLine


class Echo(BaseHTTPRequestHandler):
    """Says back what it was sent."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        said = {"path": self.path, "type": self.headers["Content-Type"], "token": self.headers["Authorization"]}
        self._answer(200, json.dumps({**said, "raw": raw.decode()}).encode())

    def do_GET(self) -> None:
        self._answer(429, b"<html>slow down</html>")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_json_forms_tokens_and_waits_go_over_the_line(address):
    line = HttpsLine(address)
    reply = line(Request("POST", "/sps/1", body={"recipient": "+905550000001"}, token="t"))
    assert (reply.status, reply.retry_after_s) == (200, 7.0)
    assert reply.body == {
        "path": "/sps/1",
        "type": "application/json",
        "token": "Bearer t",
        "raw": '{"recipient": "+905550000001"}',
    }
    assert line(Request("POST", "/oauth2/token", form={"a": "b c"})).body["raw"] == "a=b+c"
    slow = line(Request("GET", "/x"))
    assert (slow.status, slow.body, slow.retry_after_s) == (429, None, 7.0)


def test_where_nobody_answers_that_is_said(address):
    gone = HttpsLine("http://127.0.0.1:9", timeout_s=1)
    with pytest.raises(Unreachable):
        gone(Request("GET", "/x"))


def test_a_token_never_crosses_a_wire_in_clear():
    for address in ("http://api.iys.org.tr", "ftp://x", "api.iys.org.tr", ""):
        with pytest.raises(BadInput):
            HttpsLine(address)
    assert HttpsLine(PRODUCTION)
    assert HttpsLine(SANDBOX)
