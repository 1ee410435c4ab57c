"""How a trunk stands, in words: who lets us in, who refuses, who is not there."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ahize.calls.events import HungUp
from ahize.kernel.clock import SystemClock
from ahize.run.gated import keep_asking
from ahize.telephony.asterisk.files import keys_folder
from ahize.telephony.asterisk.registrations import Registrations
from ahize.telephony.house import House, Trunk, to_json
from ahize.telephony.trunks import REFUSALS_MAX, Standing, State, Trunks
from ahize.telephony.words import door_of, in_words, trunk_name
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import FLOOR, NUMBER, SHOWN, TRUNK, Room, room, run

SIGNS_IN = Trunk(TRUNK, "Carrier", "registration", "192.0.2.7", username="us", secret="secret")
KNOWN = Trunk(TRUNK, "Carrier", "ip", "192.0.2.7", codecs=("alaw", "g722"))


def trunks_of(trunk: Trunk) -> tuple[Trunks, Standing]:
    trunks = Trunks(lambda: 0.0, lambda _trunk: 0.0)
    trunks.set([trunk])
    return trunks, trunks.standing[trunk.id]


def test_it_is_registered_when_the_carrier_says_so_and_unreachable_when_it_falls_silent() -> None:
    trunks, one = trunks_of(SIGNS_IN)
    assert one.said == ("unknown", "")
    trunks.noticed(trunk_name(TRUNK), "Reachable")
    assert one.said == ("reachable", "")
    trunks.signed_in({door_of(SIGNS_IN): ("registered", "")})
    assert one.said == ("registered", "")
    trunks.noticed(trunk_name(TRUNK), "Unreachable")
    assert one.said == ("unreachable", "it does not answer OPTIONS")
    trunks.noticed(trunk_name(TRUNK), "Reachable")
    assert one.said == ("registered", "")
    trunks.signed_in({})
    assert one.said == ("reachable", "")


def test_a_trunk_that_is_called_otherwise_is_where_it_was() -> None:
    trunks, _ = trunks_of(KNOWN)
    trunks.noticed(trunk_name(TRUNK), "Unreachable")
    trunks.set([replace(KNOWN, name="Another name")])
    assert trunks.standing[TRUNK].state == "unreachable"
    trunks.set([replace(KNOWN, host="192.0.2.8")])
    assert trunks.standing[TRUNK].state == "unknown"


@pytest.mark.parametrize("sip", [401, 403, 407])
def test_one_call_that_it_does_not_know_us_for_is_enough(sip: int) -> None:
    trunks, one = trunks_of(KNOWN)
    trunks.answered(TRUNK, sip)
    assert one.said == ("rejected", in_words(sip))
    trunks.answered(TRUNK, None)
    assert one.state == "rejected"
    trunks.answered(TRUNK, 486)
    assert one.said == ("reachable", "")


def test_codecs_that_nobody_takes_are_named() -> None:
    trunks, one = trunks_of(KNOWN)
    trunks.answered(TRUNK, 488)
    assert one.said == ("rejected", "488 Not Acceptable Here: the other side takes none of our codecs (alaw, g722)")


def test_a_trunk_that_refuses_all_says_so_and_goes_on_being_tried() -> None:
    trunks, one = trunks_of(KNOWN)
    for _ in range(REFUSALS_MAX - 1):
        trunks.answered(TRUNK, 503)
    assert one.state == "unknown"
    trunks.answered(TRUNK, 503)
    assert one.said == ("rejected", f"503 Service Unavailable: the last {REFUSALS_MAX} calls were all refused")
    assert trunks.take("+12125550123", "+12125550100") is one
    trunks.answered(TRUNK, 200)
    assert one.said == ("reachable", "")


def test_who_is_called_may_refuse_as_often_as_they_like() -> None:
    trunks, one = trunks_of(KNOWN)
    for sip in (480, 486, 603, 607, 404, 486, 600, 487):
        trunks.answered(TRUNK, sip)
    assert one.said == ("reachable", "")


# ── with a real Asterisk ────────────────────────────────────────────────────────────────────────────────────────────


def registrar(status: str, *, asks: bool = True) -> str:
    """A carrier where somebody signs in: asks for the password, then says this; and answers OPTIONS."""
    answer = (
        "\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]S[call_number]\n[last_Call-ID:]\n[last_CSeq:]"
        "\n{more}Content-Length: 0\n"
    )

    def send(status: str, more: str = "") -> str:
        return f"<send><![CDATA[\nSIP/2.0 {status}{answer.format(more=more)}\n]]></send>"

    challenge = 'WWW-Authenticate: Digest realm="carrier", nonce="n1", algorithm=MD5, qop="auth"\n'
    granted = "[last_Contact:];expires=60\n" if status.startswith("200") else ""
    again = challenge.replace("n1", "n2") if status.startswith("401") else ""
    first = '<recv request="REGISTER"/>' + send("401 Unauthorized", challenge) if asks else ""
    return (
        f'<?xml version="1.0"?><scenario name="registrar">{first}<recv request="REGISTER"/>'
        f"{send(status, granted + again)}</scenario>"
    )


@asynccontextmanager
async def signing_in(asterisk: RunningAsterisk, tmp_path: Path, port: int, **more: object) -> AsyncIterator[Standing]:
    assert asterisk.settings.folders is not None
    log = asterisk.settings.folders.log / "messages.log"
    registrations = Registrations(asterisk.url, asterisk.user, asterisk.password, log=log)
    settings = {"kind": "registration", "username": "us", "secret": "secret", **more}
    async with room(asterisk, tmp_path, port, **settings) as made:
        asking = asyncio.create_task(keep_asking(made.board, registrations, every_s=0.1))
        try:
            yield made.board.trunks[FLOOR].standing[TRUNK]
        finally:
            asking.cancel()
            made.link.house({})  # else it goes on trying, into the next test's
            async with asyncio.timeout(5):
                while made.board._pushing._there:
                    await asyncio.sleep(0.02)


async def until(one: Standing, state: State) -> str:
    """Its words when it stands so."""
    try:
        async with asyncio.timeout(15):
            while one.state != state:
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it is {one.said}") from None
    return one.why


@pytest.mark.stack
@pytest.mark.parametrize(
    ("answers", "asks", "state", "why"),
    [
        ("200 OK", True, "registered", ""),
        ("403 Forbidden", True, "rejected", "403 Forbidden: name or password of the trunk is not accepted"),
        ("401 Unauthorized", True, "rejected", "401 Unauthorized: name or password of the trunk is not accepted"),
        (
            "503 Service Unavailable",
            False,
            "rejected",
            "503 Service Unavailable: the carrier does not let us sign in",
        ),
    ],
)
def test_signing_in_ends_as_the_carrier_says(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, answers: str, asks: bool, state: State, why: str
) -> None:
    far = sipp(registrar(answers, asks=asks), 0)

    async def walk() -> None:
        async with signing_in(asterisk, tmp_path, far.port) as one:
            assert await until(one, state) == why

    run(walk)
    if asks:
        assert re.search(r'Authorization: Digest username="us", realm="carrier"', far.messages)


@pytest.mark.stack
def test_where_nobody_is_there_it_is_unreachable(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async def walk() -> None:
        async with signing_in(asterisk, tmp_path, 9, watched=True) as one:
            assert await until(one, "unreachable") == "it does not answer OPTIONS"

    run(walk)


@pytest.mark.stack
@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        ("403 Forbidden", "403 Forbidden"),
        (
            "488 Not Acceptable Here",
            "488 Not Acceptable Here: the other side takes none of our codecs (ulaw, alaw)",
        ),
    ],
)
def test_a_refused_call_is_on_the_trunks_state(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, refusal: str, why: str
) -> None:
    far = sipp(carrier.refuses(refusal), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            await made.dial()
            await made.until(HungUp)
            assert told(made) == ("rejected", why)

    run(walk)


def told(made: Room) -> tuple[str, str]:
    """As the screens are told."""
    (trunk,) = made.board.standing(FLOOR)["trunks"]
    assert UUID(trunk["id"]) == TRUNK
    return trunk["state"], trunk["reason"]


# ── signed calls ────────────────────────────────────────────────────────────────────────────────────────────────────

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
FETCHED_FROM = "https://certificates.example/ours.pem"


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.mark.stack
@pytest.mark.parametrize("attestation", ["A", "B", "C"])
def test_a_call_carries_the_houses_word_for_its_number(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, attestation: str
) -> None:
    far = sipp(carrier.answers(), 0, "-m", "1")
    signs = {"attestation": attestation, "stir_key": PEM, "certificate_url": FETCHED_FROM}

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, **signs) as made:
            await made.dial()
            await made.until(HungUp)

    run(walk)
    (invite,) = far.received("INVITE")
    found = re.search(r"^Identity: ([^;]+);info=<([^>]+)>;alg=ES256;ppt=\"?shaken\"?\s*$", invite, re.MULTILINE)
    assert found, invite
    head, body, signature = found[1].split(".")
    assert json.loads(unpacked(head)) == {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": FETCHED_FROM}
    said = json.loads(unpacked(body))
    assert said["attest"] == attestation
    assert said["orig"] == {"tn": SHOWN.removeprefix("+")}
    assert said["dest"] == {"tn": [NUMBER.removeprefix("+")]}
    assert abs(said["iat"] - SystemClock().now().timestamp()) < 60
    r, s = unpacked(signature)[:32], unpacked(signature)[32:]
    der = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    KEY.public_key().verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))  # raises where it does not fit
    assert found[2] == FETCHED_FROM


@pytest.mark.stack
def test_a_broken_key_is_said_on_the_trunk_and_the_next_one_is_taken(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers(), 0, "-m", "1")
    signs = {"attestation": "A", "stir_key": "no key at all", "certificate_url": FETCHED_FROM}

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, **signs) as made:
            one = made.board.trunks[FLOOR].standing[TRUNK]
            assert "calls go out unsigned" in await until(one, "rejected")
            await made.dial()
            await made.until(HungUp)
            assert "calls go out unsigned" in told(made)[1]
            better = replace(made.board.houses[FLOOR].trunks[0], stir_key=PEM)
            made.link.house(to_json(House(trunks=(better,))))
            async with asyncio.timeout(5):
                while told(made)[0] == "rejected":
                    await asyncio.sleep(0.02)

    run(walk)
    (invite,) = far.received("INVITE")
    assert "\nIdentity:" not in invite
    assert asterisk.settings.folders is not None
    kept = list(keys_folder(asterisk.settings.folders).iterdir())
    assert [file.read_text() for file in kept] == [PEM]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
