"""The telephone in the browser, in Chromium, at a real Asterisk: rung by the gate, with a person who speaks a tone."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from ahize.calls.events import AgentJoined, HumanHeard, HungUp
from ahize.dialer.commands import Connect, HangUp
from ahize.dialer.events import PhoneLost, PhoneUp
from ahize.kernel.ids import CallId
from ahize.telephony.house import Phone
from ahize.telephony.words import REALM, seat_name
from telephony.chromium import Tab, build_page, tab
from telephony.conftest import RunningAsterisk
from telephony.rooms import SEAT, Room, room, run
from telephony.sounds import FAINT, Talker, pressed, speech, until

pytestmark = [pytest.mark.stack, pytest.mark.browser]

NAME = seat_name(SEAT)
PHONE = Phone(SEAT, "browser", ha1=hashlib.md5(f"{NAME}:{REALM}:secret".encode()).hexdigest())
THROUGH_A_BROWSER = 800.0
"""So loud a voice is at least that its noise suppression lets through; silence is below ``FAINT``."""
TALKING = "phone.snapshot().state.kind === 'talking'"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page") / "made"
    build_page(place)
    return place / "dist"


@dataclass
class Desk:
    """An agent's browser with its phone up, and a person who is called."""

    made: Room
    tab: Tab
    person: Talker

    async def join(self) -> CallId:
        self.made.heard.clear()
        call = await self.made.dial()
        await self.made.until(HumanHeard)
        await self.made.link.obey(Connect(call, SEAT))
        await self.made.until(AgentJoined)
        return call

    async def end(self, call: CallId) -> None:
        await self.made.link.obey(HangUp(call, "connected"))
        await self.made.until(HungUp)

    async def person_hears_the_agent(self) -> None:
        at = monotonic()
        await until(lambda: self.person.listener.first("agent", at, least=THROUGH_A_BROWSER) is not None)

    async def agent_hears(self, seconds: float = 15.0) -> None:
        """Sound that is no silence comes out of the line."""
        before = await self._heard()
        async with asyncio.timeout(seconds):
            while await self._heard() < before + 0.005:
                await asyncio.sleep(0.1)

    async def _heard(self) -> float:
        return float((await self.tab.stats()).get("inbound-rtp", {}).get("totalAudioEnergy", 0.0))


@asynccontextmanager
async def desk(chromium: str, page: Path, asterisk: RunningAsterisk, tmp_path: Path) -> AsyncIterator[Desk]:
    person = Talker(asterisk, "person")
    await person.open()
    speech(tmp_path / "microphone.wav", ["agent", None], 0.3)
    microphone = f"--use-file-for-fake-audio-capture={tmp_path / 'microphone.wav'}"
    try:
        async with (
            room(asterisk, tmp_path, person.port, phones=(PHONE,)) as made,
            tab(chromium, page, tmp_path, microphone) as opened,
        ):
            await opened.ask(f"phone.connect({json.dumps(credentials(asterisk))})")
            await opened.until(TALKING)
            await made.until(PhoneUp)
            yield Desk(made, opened, person)
    finally:
        await person.close()


def credentials(asterisk: RunningAsterisk) -> dict[str, object]:
    return {
        "server": asterisk.phone_ws,
        "uri": f"sip:{NAME}@{REALM}",
        "user": NAME,
        "password": "secret",
        "realm": REALM,
        "iceServers": [],
        "echo": f"sip:echo@{REALM}",
    }


def test_it_signs_in_is_rung_and_hears_and_is_heard(
    chromium: str, page: Path, asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """In Opus; keys reach the person; who is muted is silent, and not gone."""

    async def walk() -> None:
        async with desk(chromium, page, asterisk, tmp_path) as at:
            call = await at.join()
            await at.person_hears_the_agent()
            await at.agent_hears()
            told = await at.tab.stats()
            assert told["codec"]["mimeType"] == "audio/opus"
            assert told["inbound-rtp"]["packetsReceived"] > 0 < told["outbound-rtp"]["packetsSent"]

            since = monotonic()
            await at.tab.ask("phone.sendDigits('15#')")
            await until(lambda: pressed(at.person.listener.since(since)) == "15#", every_s=0.5)
            await at.tab.ask("phone.mute(true)")
            await until(lambda: at.person.listener.hears(0.6)["agent"] < FAINT)
            sent = (await at.tab.stats())["outbound-rtp"]["packetsSent"]
            await at.agent_hears()
            assert (await at.tab.stats())["outbound-rtp"]["packetsSent"] > sent
            await at.tab.ask("phone.mute(false)")
            await at.person_hears_the_agent()
            await at.end(call)
            assert await at.tab.ask(TALKING), "the line stays up between calls"
            assert at.tab.errors == []

    run(walk)


def test_a_cut_socket_leaves_the_talk_alone_and_it_signs_in_again(
    chromium: str, page: Path, asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """And whoever loses the line itself is rung again."""

    async def walk() -> None:
        async with desk(chromium, page, asterisk, tmp_path) as at:
            call = await at.join()
            await at.person_hears_the_agent()
            await at.tab.ask("sockets.at(-1).close()")
            await at.tab.until("phone.snapshot().state.signal === false")
            await at.agent_hears()
            await at.person_hears_the_agent()
            await at.tab.until("phone.snapshot().state.signal === true")
            await at.agent_hears()
            await at.person_hears_the_agent()
            await at.end(call)
            assert PhoneLost not in [type(event) for event in at.made.heard]

            at.made.heard.clear()
            await at.tab.ask("phone.hangUp()")
            await at.made.until(PhoneLost, PhoneUp)
            await at.tab.until(TALKING)
            await at.join()
            await at.agent_hears()
            await at.person_hears_the_agent()

    run(walk)


def test_a_page_that_is_loaded_anew_goes_on_and_one_that_is_gone_is_told(
    chromium: str, page: Path, asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """Nobody signs out where a tab is reloaded, or a laptop shut: the switch must not take a dead line for an ear."""

    async def walk() -> None:
        async with desk(chromium, page, asterisk, tmp_path) as at:
            call = await at.join()
            await at.person_hears_the_agent()
            await at.tab.reload()
            await at.tab.ask(f"phone.connect({json.dumps(credentials(asterisk))})")
            await at.made.until(AgentJoined, PhoneLost, PhoneUp)
            await at.made.link.obey(Connect(call, SEAT))
            await at.agent_hears()
            await at.person_hears_the_agent()
            at.made.heard.clear()
            at.tab.crash()
            await at.made.until(PhoneLost, seconds=15)

    run(walk)


def test_it_comes_back_by_itself_to_a_switch_that_crashed(
    chromium: str, page: Path, asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async def walk() -> None:
        async with desk(chromium, page, asterisk, tmp_path) as at:
            at.made.heard.clear()
            asterisk.restart(kill=True)  # Here, not in a thread: it dies with who starts it.
            begun = monotonic()
            await at.made.until(PhoneLost, PhoneUp, seconds=30)
            print(f"a telephone is back {monotonic() - begun:.1f} s after its switch")
            await at.join()
            await at.agent_hears()
            await at.person_hears_the_agent()

    run(walk)


def test_one_hears_oneself_in_the_echo_test(
    chromium: str, page: Path, asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async def walk() -> None:
        async with desk(chromium, page, asterisk, tmp_path) as at:
            await at.tab.ask("phone.test()")
            await at.tab.until("phone.snapshot().test.kind === 'speaking'")
            await at.tab.until("phone.snapshot().test.kind === 'done'")
            assert await at.tab.ask("phone.snapshot().test.verdict") == "good"
            assert await at.tab.ask(TALKING), "the line of the calls is up beside it"

    run(walk)
