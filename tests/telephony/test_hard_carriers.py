"""What a carrier may do to us and still must not leave anybody in silence, or anything hanging."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ahize.calls.events import Answered, HumanHeard, HungUp, MessagePlayed, Ringing
from ahize.dialer.commands import PlayMessage
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import Room, room, run

pytestmark = pytest.mark.stack


async def nothing_left(made: Room) -> None:
    assert made.board.ari is not None
    async with asyncio.timeout(5):
        while (await made.board.ari.ask("GET", "channels")).body:
            await asyncio.sleep(0.05)
    assert made.board.lines == {}


def test_an_answer_that_crosses_our_cancel_is_ended_at_once(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """The line is open although we had given up: it is taken and hung up, and counts as not answered."""
    far = sipp(carrier.answers_after_cancel(), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            call = await made.dial(ring_s=1)
            heard = await made.until(Ringing, HungUp)
            assert heard[-1] == HungUp(call, 19, "us")
            await asyncio.to_thread(far.wait, 10)
            await nothing_left(made)

    run(walk)
    assert far.received("ACK"), "what was answered must be acknowledged"
    assert far.received("BYE"), "and ended"


def test_a_codec_that_we_did_not_offer_ends_the_call_with_a_cause(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers(codec="18"), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            await made.dial()
            heard = await made.until(HungUp)
            assert not [event for event in heard if isinstance(event, Answered | HumanHeard)]
            await nothing_left(made)

    run(walk)


def test_a_carrier_that_is_silent_costs_its_time_and_no_more(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """Nobody listens at that port: no ringing, no answer, and the ringing time is the limit."""

    async def walk() -> None:
        async with room(asterisk, tmp_path, 9) as made:
            call = await made.dial(ring_s=2)
            heard = await made.until(HungUp)
            assert heard[-1] in (HungUp(call, 19, "us"), HungUp(call, 38, "network"), HungUp(call, 102, "network"))
            await nothing_left(made)

    run(walk)


def test_a_person_without_a_sound_hears_the_message_although_the_detector_still_listens(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """Nothing comes from their line, not even silence: what the engine asks for is done as soon as it can be."""
    far = sipp(carrier.answers(), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            call = await made.dial(detect=True)
            await made.until(Answered)
            await made.link.obey(PlayMessage(call, "abandoned"))
            heard = await made.until(Answered, MessagePlayed, HungUp)
            assert heard[-1] == HungUp(call, 16, "us")

    run(walk)
