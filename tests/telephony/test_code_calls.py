"""Whoever asked for a code is called: who presses 1 hears it twice, a voicemail hears none, and 9 ends all calls."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ahize.flows.checking import check
from ahize.telephony.code_calls import CODE, flow, heard, spoken
from ahize.telephony.link import About
from ahize.web.dialing.code_calls import DUTY
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import NUMBER, Room, changed, permit, room, run

ABOUT = About("tr", {"seller_name": "Kuzey Pencere", CODE: "407193"})


def test_digits_are_words_in_either_language_and_said_twice() -> None:
    assert spoken(ABOUT).fields[CODE] == "Dört. Sıfır. Yedi. Bir. Dokuz. Üç."
    assert heard(ABOUT).count("Dört. Sıfır. Yedi. Bir. Dokuz. Üç.") == 2
    assert "Four. Zero. Seven." in heard(About("de", ABOUT.fields)), "English where we speak no other"
    assert [one for one in check(flow()) if one.about != CODE] == []


async def ended(made: Room) -> dict[str, Any]:
    async with asyncio.timeout(25):
        while True:
            for told in made.link.take("code_call"):
                if told["state"] in ("ended", "refused"):
                    return told
            await asyncio.sleep(0.02)


@pytest.mark.stack
@pytest.mark.parametrize(("keys", "outcome"), [("1", "told"), ("9", "opted_out")])
def test_a_key_and_the_code_is_said_or_all_calls_end(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, keys: str, outcome: str
) -> None:
    person = sipp(carrier.answers(presses=keys), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, person.port) as made:
            one = changed(permit(), duties=(DUTY,))
            made.link.code_call(permit(duties=(DUTY,)), ABOUT)
            told = await ended(made)
            assert (told["outcome"], told["stopped"]) == (outcome, outcome == "opted_out")
            made.link.code_call(one, ABOUT)
            assert (await ended(made))["why"] == "bad_signature", "no permit, no call"

    run(walk)
    (invite,) = person.received("INVITE")
    assert f"sip:{NUMBER}@" in invite
