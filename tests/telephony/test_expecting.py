"""An agent who is there when somebody answers: on a real line, heard by the sound itself.

The carrier sends its ringing as sound (183) and the agent speaks all the time. No engine says ``Connect`` here, so what
is joined was joined by the word of before the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Literal

import pytest

from ahize.calls.events import AgentJoined
from ahize.dialer.commands import Expect, HangUp
from ahize.run.made_up_phone import Address, Dialog, Message
from ahize.run.made_up_sound import Mouth
from ahize.telephony.wire import Ari
from telephony.conftest import RunningAsterisk
from telephony.rooms import SEAT, Room, bridges, room
from telephony.rooms import run as run_walk
from telephony.sounds import VOICES, Talker, speech, until

pytestmark = pytest.mark.stack

LIMIT_S = 2.0
AT_ONCE_S = 1.0
"""Far from the two seconds of a guard; the figures themselves are measured by ``./ahize bench calls``."""


class Person(Talker):
    """Whose telephone rings with a tone until they ``pick_up``."""

    def __init__(self, asterisk: RunningAsterisk) -> None:
        super().__init__(asterisk, "person")
        self.invites: list[tuple[Message, Address]] = []

    def _invited(self, invite: Message, addr: Address) -> None:
        self.invites.append((invite, addr))
        if len(self.invites) == 1:
            port = int(invite.body.partition("m=audio ")[2].split()[0])
            assert self._sound is not None, "it was opened"
            ringing = self.dialog = Dialog(invite.get("call-id"), "rings")
            ringing.mouth = Mouth(self._sound, ("127.0.0.1", port), tone_hz=VOICES["person"])
            ringing.mouth.start()
            self._answer(invite, addr, "183 Session Progress", tag=ringing.tag, body=self._offer())

    def pick_up(self) -> float:
        """When that was."""
        super()._invited(*self.invites[0])
        return self.answered[-1] if self.answered else monotonic()


@asynccontextmanager
async def both(asterisk: RunningAsterisk) -> AsyncIterator[tuple[Person, Talker]]:
    person, agent = Person(asterisk), Talker(asterisk, "agent", SEAT)
    await person.open()
    await agent.open()
    try:
        yield person, agent
    finally:
        await person.close()
        await agent.close()


async def rings_for(made: Room, person: Person, agent: Talker, *, hears: bool) -> object:
    """It rings and the agent is expected; returns the call."""
    speech(made.board.sounds / "sorry.wav", ["card"], 1.0)
    await agent.sign_in()
    await until(lambda: made.board.phones.hears(SEAT))
    call = await made.dial()
    await made.link.obey(Expect(call, SEAT, hears))
    await until(lambda: bool(person.invites))
    await asyncio.sleep(0.6)  # It rings so long.
    return call


@pytest.mark.parametrize("hears", [False, True])
def test_the_agent_is_there_at_the_answer_and_silent_before_it(
    asterisk: RunningAsterisk, tmp_path: Path, hears: bool
) -> None:
    async def walk() -> None:
        async with (
            both(asterisk) as (person, agent),
            room(asterisk, tmp_path, person.port, phones=(agent.phone,)) as made,
        ):
            call = await rings_for(made, person, agent, hears=hears)
            heard_it_ring = agent.listener.first("person", 0.0) is not None
            assert heard_it_ring == hears
            assert person.listener.frames == [], "no microphone is open to a line that rings"
            answered = person.pick_up()
            await made.until(AgentJoined)
            await until(lambda: person.listener.first("agent", answered) is not None)
            await until(lambda: agent.listener.first("person", answered) is not None)
            to_person = person.listener.first("agent", answered)
            to_agent = agent.listener.first("person", answered)
            assert to_person is not None
            assert to_agent is not None
            assert max(to_person, to_agent) - answered < AT_ONCE_S
            await until_alone(made, str(call))
            await made.link.obey(HangUp(call, "connected"))
            assert len(person.invites) == 1

    run_walk(walk)


async def until_alone(made: Room, call: str) -> None:
    """Nobody stands in the seat's bridge but the two: the ear is gone."""
    async with asyncio.timeout(5):
        while len([one for who in (await bridges(made)).values() if call in who for one in who]) != 2:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("who", ["engine", "gate"])
def test_whoever_dies_while_it_rings_the_person_hears_the_message_in_time(
    asterisk: RunningAsterisk, tmp_path: Path, who: Literal["engine", "gate"]
) -> None:
    """The agent stands ready, expected and listening: there is nobody left who would know of the talk."""

    async def walk() -> None:
        async with both(asterisk) as (person, agent):
            async with room(asterisk, tmp_path, person.port, phones=(agent.phone,), leaves=False) as made:
                await rings_for(made, person, agent, hears=True)
                if who == "engine":
                    made.link.close()
                    await until(lambda: not made.board.server.is_listening())
                    await hears_the_message(person)
            if who == "gate":
                await hears_the_message(person)
            ari = await Ari.connect(asterisk.url, asterisk.user, asterisk.password, wanted=())
            for channel in (await ari.ask("GET", "channels")).body:
                await ari.ask("DELETE", f"channels/{channel['id']}")
            await ari.close()

    run_walk(walk)


async def hears_the_message(person: Person) -> None:
    answered = person.pick_up()
    await until(lambda: person.listener.first("card", answered) is not None, LIMIT_S)
    assert person.listener.first("agent", 0.0) is None
