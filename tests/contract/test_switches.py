"""One suite for both worlds' switches: the same commands in the same calls are told by the same events.

The made-up switch runs in virtual time; the real one is Asterisk with SIPp as the carrier and telephones that sign in.
Each walk is a call as an engine sees it; what is compared is the whole trace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol
from uuid import UUID

import pytest

from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    EndUnknown,
    FlowEnded,
    HumanHeard,
    HungUp,
    MessagePlayed,
    OriginateRefused,
    Ringing,
    StopPressed,
)
from ahize.calls.greeting import Heard
from ahize.dialer.commands import (
    Connect,
    Consult,
    DropSound,
    Expect,
    HangUp,
    Hold,
    JoinAll,
    Listen,
    Originate,
    PlayMessage,
    RunFlow,
    SendDigits,
    SwitchCommand,
)
from ahize.dialer.events import Event
from ahize.dialer.gate import Gate
from ahize.kernel.ids import CallId, SeatId
from ahize.sim.people import Fate, Manners, Talk
from ahize.sim.switch import Switch
from ahize.telephony.house import FlowText, SoundFile
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import (
    FLOW,
    OTHER,
    SEALER,
    SEAT,
    SHA,
    Room,
    Telephone,
    changed,
    permit,
    room,
    sound,
)

Who = Literal["stays", "leaves", "busy", "no_such_number", "rejects", "silent", "opts_out", "wants_somebody"]
SOUND = UUID(int=77)
SCENARIOS: dict[Who, str] = {
    "stays": carrier.answers(),
    "leaves": carrier.leaves(),
    "busy": carrier.refuses("486 Busy Here"),
    "no_such_number": carrier.refuses("404 Not Found"),
    "rejects": carrier.refuses("603 Decline"),
    "silent": carrier.rings_for_ever(),
    "opts_out": carrier.answers(presses="9"),
    "wants_somebody": carrier.answers(presses="1"),
}


class Side(Protocol):
    """One switch behind its gate, with two agents' telephones up, and one kind of person at the other end."""

    heard: list[Event]

    async def obey(self, command: SwitchCommand) -> None: ...

    async def until(self, *kinds: type) -> None:
        """Until these were heard, in this order."""

    async def lose_phone(self, seat: SeatId) -> None: ...


# ── the two sides ───────────────────────────────────────────────────────────────────────────────────────────────────


class Steady:
    """Chance that takes no chances: nobody is impatient, everything takes its shortest time."""

    def uniform(self, least: float, most: float) -> float:
        return least

    def expovariate(self, rate: float) -> float:
        return 1e9

    def random(self) -> float:
        return 0.5


@dataclass
class OnePerson:
    """Whoever is called is this one."""

    who: Who

    @property
    def manners(self) -> Manners:
        wants = {"opts_out": 1.0 if self.who == "opts_out" else 0.0}
        wants |= {"wants_an_agent": 1.0 if self.who == "wants_somebody" else 0.0, "hears_it_out": 1.0}
        return Manners(**wants)

    def fate(self, number: str, *, factor: float) -> Fate:
        ends = {"busy": 17, "no_such_number": 1, "rejects": 21}
        cause = ends.get(self.who, 16)
        rings = None if self.who in ends else 0.1
        after = None if self.who == "silent" else 0.3
        talk = Talk(0.5 if self.who == "leaves" else 900.0, "callee", "")
        patience = 0.5 if self.who == "leaves" else 1e9
        kind = {"busy": "busy", "no_such_number": "disconnected", "rejects": "busy", "silent": "silent"}
        return Fate(kind.get(self.who, "person"), rings, after, cause, Heard(0.2, 0.5, 1), 0.6, patience, talk)  # type: ignore[arg-type]


@dataclass
class MadeUp:
    """``sim.switch``, in virtual time."""

    who: Who
    heard: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = permit().sealed_at
        gate = Gate(world="made_up", verifier=SEALER.verifier())
        self.switch = Switch(gate, OnePerson(self.who), Steady(), phones={SEAT, OTHER})  # type: ignore[arg-type]

    async def obey(self, command: SwitchCommand) -> None:
        self.switch.obey(command, self.now)
        self.heard += self.switch.pop(self.now)

    async def until(self, *kinds: type) -> None:
        end = self.now + timedelta(seconds=60)
        while not _in_order(self.heard, kinds):
            due = self.switch.due()
            assert due is not None and due <= end, f"{[kind.__name__ for kind in kinds]} are not in {self.heard}"  # noqa: PT018 - one reason
            self.now = max(self.now, due)
            self.heard += self.switch.pop(self.now)

    async def lose_phone(self, seat: SeatId) -> None:
        self.switch.lose_phone(seat, self.now)


@dataclass
class Real:
    """Asterisk, through gate and switchboard."""

    room: Room

    @property
    def heard(self) -> list[Event]:
        return [event for event in self.room.heard if hasattr(event, "call")]

    async def obey(self, command: SwitchCommand) -> None:
        await self.room.link.obey(command)

    async def until(self, *kinds: type) -> None:
        await self.room.until(*kinds)

    async def lose_phone(self, seat: SeatId) -> None:
        assert self.room.board.ari is not None
        await self.room.board.ari.ask("DELETE", f"channels/{self.room.board.phones.leg(seat)}")


def _in_order(heard: list[Event], kinds: tuple[type, ...]) -> bool:
    rest = iter(heard)
    return all(any(isinstance(event, kind) for event in rest) for kind in kinds)


Walk = Callable[[Side], Awaitable[None]]


# ── the calls ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def dial(side: Side, *, ring_s: int = 20, at: datetime | None = None) -> CallId:
    made = permit(at=at or getattr(side, "now", None))
    await side.obey(Originate(CallId(made.attempt), made, ring_s, detect=False))
    return CallId(made.attempt)


async def talk(side: Side) -> CallId:
    call = await dial(side)
    await side.until(HumanHeard)
    await side.obey(Connect(call, SEAT))
    await side.until(AgentJoined)
    return call


async def nobody_comes(side: Side) -> None:
    await dial(side)
    await side.until(HungUp)


async def nobody_picks_up(side: Side) -> None:
    await dial(side, ring_s=1)
    await side.until(HungUp)


async def the_ringing_is_stopped(side: Side) -> None:
    call = await dial(side)
    await side.until(Ringing)
    await side.obey(HangUp(call, "cancelled"))
    await side.until(HungUp)


async def the_engine_asks_for_the_message(side: Side) -> None:
    call = await dial(side)
    await side.until(HumanHeard)
    await side.obey(PlayMessage(call, "abandoned"))
    await side.until(HungUp)


async def a_talk(side: Side) -> None:
    call = await talk(side)
    await side.obey(SendDigits(call, "12#"))
    await side.obey(Connect(call, SEAT))  # Said twice: it is so already.
    await side.until(AgentJoined, AgentJoined)
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def the_answer_is_somebodys(side: Side) -> None:
    """Nobody asks for the join; the engine's own word, which crosses it, says nothing new."""
    call = await dial(side)
    await side.obey(Expect(call, SEAT, hears=True))
    await side.until(AgentJoined)
    await side.obey(Connect(call, OTHER))
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def the_answer_is_nobodys_after_all(side: Side) -> None:
    call = await dial(side)
    await side.obey(Expect(call, SEAT))
    await side.obey(Expect(call, None))
    await side.until(HungUp)


async def the_answer_is_another_seats(side: Side) -> None:
    call = await dial(side)
    await side.obey(Expect(call, SEAT, hears=True))
    await side.obey(Expect(call, OTHER, hears=True))
    await side.until(AgentJoined)
    assert next(event.seat for event in side.heard if isinstance(event, AgentJoined)) == OTHER
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def the_answer_is_of_a_seat_without_a_telephone(side: Side) -> None:
    await side.obey(Expect(await dial(side), SeatId(UUID(int=99))))
    await side.until(HungUp)


async def the_answer_is_of_a_seat_that_talks(side: Side) -> None:
    """No agent hears two."""
    await talk(side)
    call = await dial(side)
    await side.obey(Expect(call, SEAT))
    await side.until(AgentJoined, HumanHeard)
    await side.obey(Connect(call, SEAT))
    await side.until(HungUp)


async def hold_and_back(side: Side) -> None:
    call = await talk(side)
    await side.obey(Hold(call, True))
    await side.obey(Hold(call, False))
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def a_cold_transfer(side: Side) -> None:
    call = await talk(side)
    await side.obey(Connect(call, OTHER))
    await side.until(AgentJoined, AgentJoined)
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def a_warm_transfer(side: Side) -> None:
    call = await talk(side)
    await side.obey(Consult(call, OTHER))
    await side.obey(JoinAll(call))
    await side.obey(Connect(call, OTHER))
    await side.until(AgentJoined, AgentJoined)
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def a_consultation_comes_to_nothing(side: Side) -> None:
    call = await talk(side)
    await side.obey(Consult(call, OTHER))
    await side.obey(Connect(call, SEAT))
    await side.until(AgentJoined, AgentJoined)
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def a_recording_is_left(side: Side) -> None:
    call = await talk(side)
    await side.obey(DropSound(call, SOUND))
    await side.until(HungUp)


async def somebody_listens(side: Side) -> None:
    call = await talk(side)
    for how in ("listen", "whisper", "off"):
        await side.obey(Listen(OTHER, SEAT, how))  # type: ignore[arg-type]
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def the_agents_telephone_dies(side: Side) -> None:
    await talk(side)
    await side.lose_phone(SEAT)
    await side.until(HungUp)


async def an_agent_without_a_telephone(side: Side) -> None:
    call = await dial(side)
    await side.until(HumanHeard)
    await side.obey(Connect(call, SeatId(UUID(int=99))))
    await side.until(HungUp)


async def a_flow(side: Side) -> None:
    call = await dial(side)
    await side.until(HumanHeard)
    await side.obey(RunFlow(call, SHA, agents=True))
    await side.until(HungUp)


async def somebody_takes_who_asked(side: Side) -> None:
    call = await dial(side)
    await side.until(HumanHeard)
    await side.obey(RunFlow(call, SHA, agents=True))
    await side.until(AgentWanted)
    await side.obey(Connect(call, SEAT))
    await side.until(AgentJoined)
    await side.obey(HangUp(call, "connected"))
    await side.until(HungUp)


async def a_permit_is_used_again(side: Side) -> None:
    """While its call lives, and after (P6)."""
    made = permit(at=getattr(side, "now", None))
    originate = Originate(CallId(made.attempt), made, 20, detect=False)
    await side.obey(originate)
    await side.obey(originate)
    await side.until(Answered)
    await side.obey(HangUp(originate.call, "done"))
    await side.until(HungUp)
    await side.obey(originate)
    await side.until(OriginateRefused, OriginateRefused)


async def a_forged_permit(side: Side) -> None:
    made = changed(permit(at=getattr(side, "now", None)), number="+12125550199")
    await side.obey(Originate(CallId(made.attempt), made, 20, detect=False))
    await side.until(OriginateRefused)


async def a_call_that_nobody_knows(side: Side) -> None:
    await side.obey(HangUp(CallId(permit().attempt), "not_ours"))
    await side.until(EndUnknown)


ANSWERED: tuple[object, ...] = (Ringing, Answered, HumanHeard)
JOINED = (*ANSWERED, AgentJoined)
WE_END = (HungUp, 16, "us")
WALKS: tuple[tuple[Walk, Who, tuple[object, ...]], ...] = (
    (nobody_comes, "stays", (*ANSWERED, MessagePlayed, WE_END)),
    (nobody_comes, "leaves", (*ANSWERED, (HungUp, 16, "callee"))),
    (nobody_comes, "busy", ((HungUp, 17, "network"),)),
    (nobody_comes, "no_such_number", ((HungUp, 1, "network"),)),
    (nobody_comes, "rejects", ((HungUp, 21, "network"),)),
    (nobody_picks_up, "silent", (Ringing, (HungUp, 19, "us"))),
    (the_ringing_is_stopped, "silent", (Ringing, WE_END)),
    (the_engine_asks_for_the_message, "stays", (*ANSWERED, MessagePlayed, WE_END)),
    (a_talk, "stays", (*JOINED, AgentJoined, WE_END)),
    (the_answer_is_somebodys, "stays", (*JOINED, WE_END)),
    (the_answer_is_nobodys_after_all, "stays", (*ANSWERED, MessagePlayed, WE_END)),
    (the_answer_is_another_seats, "stays", (*JOINED, WE_END)),
    (the_answer_is_of_a_seat_without_a_telephone, "stays", (*ANSWERED, MessagePlayed, WE_END)),
    (the_answer_is_of_a_seat_that_talks, "stays", (*JOINED, *ANSWERED, MessagePlayed, WE_END)),
    (hold_and_back, "stays", (*JOINED, WE_END)),
    (a_cold_transfer, "stays", (*JOINED, AgentJoined, WE_END)),
    (a_warm_transfer, "stays", (*JOINED, AgentJoined, WE_END)),
    (a_consultation_comes_to_nothing, "stays", (*JOINED, AgentJoined, WE_END)),
    (a_recording_is_left, "stays", (*JOINED, WE_END)),
    (somebody_listens, "stays", (*JOINED, WE_END)),
    (the_agents_telephone_dies, "stays", (*JOINED, MessagePlayed, WE_END)),
    (an_agent_without_a_telephone, "stays", (*ANSWERED, MessagePlayed, WE_END)),
    (a_flow, "stays", (*ANSWERED, FlowEnded, WE_END)),
    (a_flow, "opts_out", (*ANSWERED, StopPressed, FlowEnded, WE_END)),
    (a_flow, "wants_somebody", (*ANSWERED, AgentWanted, MessagePlayed, WE_END)),
    (somebody_takes_who_asked, "wants_somebody", (*ANSWERED, AgentWanted, AgentJoined, WE_END)),
    (a_permit_is_used_again, "stays", (OriginateRefused, Ringing, Answered, HumanHeard, WE_END, OriginateRefused)),
    (a_forged_permit, "stays", (OriginateRefused,)),
    (a_call_that_nobody_knows, "stays", (EndUnknown,)),
)
NAMES = [f"{walk.__name__}-{who}" for walk, who, _ in WALKS]


def trace(heard: list[Event]) -> tuple[object, ...]:
    """Kinds alone; of an end also cause and who ended it."""
    return tuple(
        (HungUp, event.cause, event.by) if isinstance(event, HungUp) else type(event)
        for event in heard
        if {one.name for one in fields(event)} & {"call"}
    )


@pytest.mark.parametrize(("walk", "who", "expected"), WALKS, ids=NAMES)
def test_the_made_up_switch(walk: Walk, who: Who, expected: tuple[object, ...]) -> None:
    side = MadeUp(who)
    asyncio.run(walk(side))  # type: ignore[arg-type]
    assert trace(side.heard) == expected


@pytest.mark.stack
@pytest.mark.parametrize(("walk", "who", "expected"), WALKS, ids=NAMES)
def test_asterisk(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, walk: Walk, who: Who, expected: tuple[object, ...]
) -> None:
    far = sipp(SCENARIOS[who])
    telephones = [Telephone(asterisk, sipp), Telephone(asterisk, sipp, OTHER)]
    sound(asterisk.spool / "left.wav")

    async def whole() -> None:
        async with AsyncExitStack() as stack:
            more: dict[str, Any] = {"sounds": (SoundFile(SOUND, "left"),), "flows": (FlowText(SHA, FLOW),)}
            made = await stack.enter_async_context(
                room(asterisk, tmp_path, far.port, phones=tuple(one.phone for one in telephones), house=more)
            )
            for one in telephones:
                await asyncio.to_thread(one.sign_in)
            async with asyncio.timeout(10):
                while not all(made.board.phones.hears(one.seat) for one in telephones):
                    await asyncio.sleep(0.02)
            side = Real(made)
            async with asyncio.timeout(20):
                await walk(side)
            assert trace(side.heard) == expected

    asyncio.run(whole())
