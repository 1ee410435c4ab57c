"""Is the Asterisk that runs the one that is needed? Each difference is a sentence with what to do."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ahize.kernel.errors import Unavailable
from ahize.telephony.asterisk.check import NEWEST_KNOWN, Ari, Facts, differences, facts, version_of
from ahize.telephony.asterisk.dialplan import DIALPLAN_HASH
from ahize.telephony.asterisk.modules import modules

NEWEST = ".".join(map(str, NEWEST_KNOWN))
RIGHT = Facts(f"{NEWEST}+dfsg", "", dict.fromkeys(modules(("ulaw", "alaw")), "Running"), DIALPLAN_HASH)


def test_what_is_right_is_not_remarked_upon() -> None:
    assert differences(RIGHT) == []


@pytest.mark.parametrize(
    ("found", "grave", "says"),
    [
        (replace(RIGHT, version="20.9.2"), True, "Asterisk 20.9.2 is too old."),
        (replace(RIGHT, version="22.3.0"), True, "Asterisk 22.3.0 is too old."),
        (replace(RIGHT, version="22.6.1"), False, f"Asterisk 22.6.1 is older than {NEWEST}."),
        (replace(RIGHT, version="24.0.0"), False, "Asterisk 24.0.0 was not tested."),
        (replace(RIGHT, version="GIT-master"), True, "Asterisk GIT-master is too old."),
        (replace(RIGHT, dialplan=""), True, "It has no dialplan of ours."),
        (replace(RIGHT, dialplan="0" * 16), True, f"Its dialplan {'0' * 16} is not the one of this release"),
        (replace(RIGHT, modules={**RIGHT.modules, "app_amd": "Not Running"}), True, "Modules do not run: app_amd."),
    ],
)
def test_a_difference_is_told(found: Facts, grave: bool, says: str) -> None:
    (remark,) = differences(found)
    assert remark.grave is grave
    assert remark.says.startswith(says)
    assert remark.how


def test_the_gravest_comes_first() -> None:
    remarks = differences(replace(RIGHT, version="22.6.1", dialplan=""))
    assert [remark.grave for remark in remarks] == [True, False]


def test_a_version_is_read_whatever_stands_behind_it() -> None:
    assert version_of("22.10.1+dfsg+~cs6.17-1") == (22, 10, 1)
    assert version_of("22.5.0-rc1") == (22, 5, 0)
    assert version_of("unknown") == (0,)


class Odd(http.server.BaseHTTPRequestHandler):
    """Answers, and is no Asterisk."""

    status, body = 200, b"<html>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def odd() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"<html>", "is no Asterisk."),
        (200, b"[]", "is no Asterisk that we know"),
        (404, b"", "is no Asterisk that we know"),
        (401, b"", "refuses our user or password"),
    ],
)
def test_what_is_no_asterisk_is_told(
    odd: str, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, says: str
) -> None:
    monkeypatch.setattr(Odd, "status", status)
    monkeypatch.setattr(Odd, "body", body)
    with pytest.raises(Unavailable, match=says) as told:
        facts(Ari(odd, "u", "p"))
    assert told.value.next_step


def test_nobody_there_is_told() -> None:
    with pytest.raises(Unavailable, match=r"No Asterisk answers at http://127\.0\.0\.1:9"):
        facts(Ari("http://127.0.0.1:9", "u", "p"))


@pytest.mark.stack
def test_the_one_that_we_start_is_as_it_should_be(asterisk: Any) -> None:
    found = facts(Ari(asterisk.url, asterisk.user, asterisk.password))
    assert differences(found, codecs=asterisk.settings.codecs) == []
