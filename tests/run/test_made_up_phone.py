"""A made-up agent's telephone with a real Asterisk: it signs in, is rung, hears and is heard, call after call."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest

from ahize.calls.events import AgentJoined, HumanHeard, HungUp
from ahize.dialer.commands import Connect, HangUp
from ahize.dialer.events import PhoneLost, PhoneUp
from ahize.kernel.errors import BadInput, Unavailable
from ahize.run import made_up_sound as sound
from ahize.run.made_up_phone import MadeUpPhone, Message
from ahize.telephony.house import House, Phone, to_json
from ahize.telephony.words import REALM, seat_name
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp, asterisk, free_ports, sipp
from telephony.rooms import SEAT, Room, room

__all__ = ["asterisk", "sipp"]  # fixtures
pytestmark = pytest.mark.stack

NAME = seat_name(SEAT)
PHONE = Phone(SEAT, "sip", ha1=hashlib.md5(f"{NAME}:{REALM}:secret".encode()).hexdigest())


def walk(steps: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(30):
            await steps()

    asyncio.run(whole())


@asynccontextmanager
async def phone(asterisk: RunningAsterisk, password: str = "secret") -> AsyncIterator[MadeUpPhone]:
    made = MadeUpPhone(NAME, password, ("127.0.0.1", asterisk.sip_port))
    await made.open()
    try:
        yield made
    finally:
        await made.close()


async def until(asked: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not asked():
            await asyncio.sleep(0.01)


async def talk(made: Room) -> None:
    call = await made.dial()
    await made.until(HumanHeard)
    await made.link.obey(Connect(call, SEAT))
    await made.until(AgentJoined)
    await asyncio.sleep(0.4)
    await made.link.obey(HangUp(call, "connected"))
    await made.until(HungUp)


def test_it_hears_its_own_voice_come_back_from_each_person_and_nobody_between(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    (media,) = free_ports(1, socket.SOCK_DGRAM)
    scenario = carrier.answers().replace("[auto_media_port]", "[media_port]")
    far = sipp(scenario, 0, "-mp", str(media), "-mi", "127.0.0.1", "-rtp_echo")

    async def steps() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(PHONE,)) as made, phone(asterisk) as its:
            await its.sign_in()
            await made.until(PhoneUp)
            began = monotonic()
            for _ in range(2):
                made.heard.clear()
                await talk(made)
                await asyncio.sleep(0.3)
            assert its.calls == 1
            assert its.is_up
            assert len(its.ear.heard) == 2
            for onset in its.ear.heard:
                assert onset.packets >= 10
                assert onset.gap_s < 0.2
            assert its.ear.silence_s(began, monotonic()) > 0.3
            made.link.house(to_json(House()))  # The login has ended: the switch hangs up.
            await made.until(PhoneLost)
            await until(lambda: not its.is_up)

    walk(steps)


def test_a_wrong_password_is_told_in_words(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    far = sipp(carrier.answers())

    async def steps() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(PHONE,)), phone(asterisk, "wrong") as its:
            with pytest.raises(BadInput, match="does not take the telephone seat-"):
                await its.sign_in()

    walk(steps)


def test_where_no_switch_is_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ahize.run.made_up_phone.ANSWER_S", 0.2)

    async def steps() -> None:
        made = MadeUpPhone(NAME, "x", ("127.0.0.1", free_ports(1, socket.SOCK_DGRAM)[0]))
        await made.open()
        with pytest.raises(Unavailable, match="No switch answers at 127"):
            await made.sign_in()
        await made.close()

    walk(steps)


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b"\xff\x00", b"INVITE sip:x HTTP/1.1\r\n\r\n", b"SIP/2.0 x\r\n\r\n"]
)
def test_what_is_no_message_moves_nothing(data: bytes) -> None:
    told = Message.parsed(data)
    assert told is None or (told.status, told.method) == (0, "")


def test_silence_is_no_voice_and_a_tone_is() -> None:
    assert not sound.is_voice(sound.tone(0)[:160])
    assert sound.is_voice(sound.tone(440)[:160])


def test_a_gap_in_what_was_heard_is_known() -> None:
    ear = sound.Ear(heard=[sound.Onset(10.0, 12.0, gap_s=0.1), sound.Onset(15.0, 20.0, gap_s=0.05)])
    assert ear.silence_s(10.0, 20.0) == 3.0
    assert ear.silence_s(15.0, 20.0) == pytest.approx(0.05)
    assert ear.silence_s(8.0, 11.9) == pytest.approx(2.0)
    assert ear.silence_s(21.0, 25.0) == 4.0
