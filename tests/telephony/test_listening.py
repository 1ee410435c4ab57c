"""During a call nothing of Asterisk's listens beyond the address that it was given, whoever is called."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from ahize.calls.events import HumanHeard
from ahize.telephony.asterisk.settings import Settings
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.registering import register
from telephony.rooms import Telephone, room, run

LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def listening(ports: tuple[int, int]) -> dict[int, str]:
    """The address of each UDP socket of this machine in this range, as the kernel writes it."""
    found = {}
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, _, port = line.split()[1].partition(":")
            if ports[0] <= int(port, 16) < ports[1]:
                found[int(port, 16)] = address
    return found


@pytest.mark.stack
@pytest.mark.parametrize("kind", ["browser", "sip"])
def test_sound_is_listened_for_on_the_given_address_alone(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, kind: Literal["browser", "sip"]
) -> None:
    person = sipp(carrier.answers(), 0, "-m", "1")

    async def walk() -> None:
        telephone = Telephone(asterisk, sipp)
        async with room(asterisk, tmp_path, person.port, phones=(replace(telephone.phone, kind=kind),)) as made:
            assert (
                await asyncio.to_thread(
                    register, telephone.name, "secret", port=telephone.port, switch=asterisk.sip_port
                )
                == 200
            )
            rings = sipp(carrier.rings_for_ever(), telephone.port)
            await made.dial()
            await made.until(HumanHeard)
            async with asyncio.timeout(10):
                while not (offers := rings.received("INVITE")):
                    await asyncio.sleep(0.02)
            assert ("a=fingerprint" in offers[0]) == (kind == "browser")
            found = listening(asterisk.rtp)
            assert len(found) >= 3  # Two for the person; one for a browser, which needs no second, else two.
            assert set(found.values()) <= LOOPBACK

    run(walk)


def test_what_listens_everywhere_says_so() -> None:
    told = Settings(ari_password="a-password-of-tests")
    assert told.media_address == "127.0.0.1"
    assert replace(told, bind="0.0.0.0").media_address == ""
    assert replace(told, bind="::").media_address == ""
