"""What strangers send: broken SIP, hostile names, TLS. It is survived, and reaches nobody."""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from test_the_dialplan import CALLS_US, a_trunk

from ahize.telephony.asterisk.settings import Tls

pytestmark = pytest.mark.stack

OPTIONS = (
    "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch}\r\n"
    "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: {branch}\r\nCSeq: 1 OPTIONS\r\n"
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)
INVITE = OPTIONS.replace("OPTIONS", "INVITE")
BROKEN = [
    b"",
    b"\x00" * 400,
    b"INVITE",
    b"INVITE sip:x@127.0.0.1 SIP/2.0\r\n\r\n",
    b"INVITE sip:x@127.0.0.1 SIP/9.9\r\nVia: SIP/2.0/UDP\r\n\r\n",
    INVITE.replace("Content-Length: 0", "Content-Length: -1").format(port=9, branch="negative").encode(),
    INVITE.replace("Content-Length: 0", "Content-Length: 99999999").format(port=9, branch="far").encode(),
    INVITE.replace("CSeq: 1", "CSeq: 99999999999999999999").format(port=9, branch="cseq").encode(),
    INVITE.replace("From: <sip:a@", "From: <sip:" + "a" * 20_000 + "@").format(port=9, branch="long").encode(),
    INVITE.replace("Max-Forwards: 70", "X: y\r\n" * 3000 + "Max-Forwards: 70").format(port=9, branch="many").encode(),
    INVITE.replace("\r\n\r\n", "\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=\r\nm=audio\r\n")
    .format(port=9, branch="sdp")
    .encode(),
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKnobody\r\nCSeq: 1 INVITE\r\n\r\n",
    b'REGISTER sip:127.0.0.1 SIP/2.0\r\nFrom: "\xff\xfe\x00" <sip:\r\n\r\n',
]


def answers_options(asterisk: Any, branch: str) -> bool:
    """Does it still speak SIP, to a stranger too?"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.bind(("127.0.0.1", 0))
        asking.settimeout(3)
        text = OPTIONS.format(port=asking.getsockname()[1], branch=branch)
        asking.sendto(text.encode(), ("127.0.0.1", asterisk.sip_port))
        try:
            return asking.recv(4096).startswith(b"SIP/2.0 ")
        except TimeoutError:
            return False


def test_broken_messages_are_survived(asterisk: Any) -> None:
    shaken = random.Random(4)  # noqa: TID251  the same damage in every run
    whole = INVITE.format(port=9, branch="whole").encode()
    torn = [whole[: shaken.randrange(len(whole))] for _ in range(50)]
    bitten = [bytes(byte ^ (shaken.random() < 0.02) * shaken.randrange(256) for byte in whole) for _ in range(200)]
    before = asterisk.process.pid
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in [*BROKEN, *torn, *bitten]:
            sender.sendto(message, ("127.0.0.1", asterisk.sip_port))
    assert answers_options(asterisk, "after")
    assert asterisk.answers()
    assert asterisk.process.poll() is None
    assert asterisk.process.pid == before
    assert "active channel" in asterisk.cli("core show channels count")
    assert asterisk.cli("core show channels count").startswith("0 active channels")


NAMES = {
    "SQL": "Robert'); DROP TABLE dialing_attempt;--",
    "shell": "$(touch /tmp/owned) `id` ; rm -rf /",
    "HTML": "<script>alert(1)</script>",
    "dialplan": "${SHELL(id)},${AHIZE_MESSAGE}",
    "long": "x" * 10_000,
}


async def heard(asterisk: Any, sipp: Any, scenario: str, dialled: str) -> dict[str, Any] | None:
    """The event of a call that comes in and is refused as busy; None where it reaches nobody."""
    login = aiohttp.BasicAuth(asterisk.user, asterisk.password)
    async with (
        aiohttp.ClientSession(auth=login) as session,
        session.ws_connect(f"{asterisk.url}/ari/events?app=ahize") as events,
    ):
        caller = sipp(scenario, 0, "-m", "1", "-s", dialled, f"127.0.0.1:{asterisk.sip_port}")
        try:
            async with asyncio.timeout(5):
                async for message in events:
                    event: dict[str, Any] = message.json()
                    if event["type"] == "StasisStart":
                        channel = event["channel"]["id"]
                        await session.delete(f"{asterisk.url}/ari/channels/{channel}?reason_code=17")
                        return event
        except TimeoutError:
            caller.stop()
    return None


BUSY = CALLS_US.replace("EXPECTED", "486")


@pytest.mark.parametrize("kind", NAMES)
def test_a_hostile_name_of_a_caller_is_text_and_nothing_else(asterisk: Any, sipp: Any, kind: str) -> None:
    a_trunk(asterisk, f"host{kind}", 9)
    name = NAMES[kind]
    event = asyncio.run(heard(asterisk, sipp, BUSY.replace('From: "x"', f'From: "{name}"'), "+12125550100"))
    if kind == "long":  # a packet that no honest carrier sends may be dropped, if nothing else is
        assert event is None or len(event["channel"]["caller"]["name"]) <= 10_000
    else:
        assert event is not None
        assert event["args"] == ["in", "+12125550100"]
        assert event["channel"]["caller"]["name"] == name
    assert not Path("/tmp/owned").exists()
    assert answers_options(asterisk, f"after-{kind}")


def test_a_dialled_number_with_a_comma_is_one_argument_of_digits(asterisk: Any, sipp: Any) -> None:
    a_trunk(asterisk, "hostcomma", 9)
    event = asyncio.run(heard(asterisk, sipp, BUSY, "2125550100,evil"))
    assert event is not None
    assert event["args"] == ["in", "2125550100"]


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def with_tls(asterisk: Any) -> Iterator[Any]:
    """Another Asterisk, which also speaks SIP over TLS, on IPv6."""
    place = Path(tempfile.mkdtemp(prefix="ahize-s-", dir="/tmp"))
    place.chmod(0o755)
    made = type(asterisk)(asterisk.program, asterisk.settings, asterisk.account)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (place / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    for file in ("cert.pem", "key.pem"):
        made.account.own(place / file)
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        for probe in (one, two, three):
            probe.bind(("127.0.0.1", 0))
        http, tls, tcp = (probe.getsockname()[1] for probe in (one, two, three))
    assert asterisk.settings.folders is not None
    below = {name: place / "a" / name for name in ("etc", "state", "spool", "run", "log")}
    (place / "a").mkdir()
    made.account.own(place / "a")
    made.settings = replace(
        asterisk.settings,
        folders=replace(asterisk.settings.folders, **below),
        ari_port=http,
        sip_udp=None,
        sip_tcp=tcp,
        sip_tls=tls,
        tls=Tls(place / "cert.pem", place / "key.pem"),
        rtp=(9_000, 9_100),
    )
    made.start()
    yield made
    made.kill()
    shutil.rmtree(place)


def test_sip_over_tls_shows_our_certificate(with_tls: Any) -> None:
    assert with_tls.complaints() == []
    context = ssl.create_default_context(cafile=str(with_tls.settings.tls.certificate))
    with (
        socket.create_connection(("127.0.0.1", with_tls.settings.sip_tls), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        assert line.version() in ("TLSv1.2", "TLSv1.3")
        text = OPTIONS.replace("SIP/2.0/UDP", "SIP/2.0/TLS").format(port=9, branch="tls")
        line.sendall(text.encode())
        assert line.recv(4096).startswith(b"SIP/2.0 ")
