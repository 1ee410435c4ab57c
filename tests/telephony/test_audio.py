"""Who hears whom: everybody speaks a tone of their own at a real Asterisk, and what reaches each is measured."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from ahize.calls.events import AgentJoined, HumanHeard, HungUp
from ahize.dialer.commands import (
    Connect,
    Consult,
    HangUp,
    Hold,
    JoinAll,
    Listen,
    PauseRecording,
    PlayMessage,
    SendDigits,
)
from ahize.kernel.envelopes import Envelope
from ahize.kernel.ids import CallId
from telephony.conftest import RunningAsterisk
from telephony.rooms import KEY, OTHER, RECORDS, SEAT, Room, archive_of, reported, room, run
from telephony.sounds import CLEAR, FAINT, Talkers, in_frames, loudness, pressed, speech, talkers, until

pytestmark = pytest.mark.stack

PEOPLE = {"person", "agent", "second"}


@asynccontextmanager
async def talking(
    asterisk: RunningAsterisk, tmp_path: Path, **more: Any
) -> AsyncIterator[tuple[Room, Talkers, CallId]]:
    """The person talks with the agent; a second agent's telephone is up."""
    async with (
        talkers(asterisk) as them,
        room(asterisk, tmp_path, them.person.port, phones=them.phones, **more) as made,
    ):
        await them.sign_in(made)
        yield made, them, await joined(made)


async def joined(made: Room) -> CallId:
    made.heard.clear()
    call = await made.dial()
    await made.until(HumanHeard)
    await made.link.obey(Connect(call, SEAT))
    await made.until(AgentJoined)
    return call


async def ended(made: Room, call: CallId) -> None:
    await made.link.obey(HangUp(call, "connected"))
    await made.until(HungUp)


# ── a talk ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_both_hear_each_other_soon_after_the_answer_and_nobody_else_hears_them(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """How soon is printed, call by call; here it is only asked that nobody waits a second."""

    async def walk() -> None:
        waits: list[float] = []
        async with talking(asterisk, tmp_path) as (made, them, first):
            call = first
            await them.hear(person={"agent"}, agent={"person"}, second=set())
            for _ in range(6):
                await ended(made, call)
                call = await joined(made)
                at = them.person.answered[-1]
                ears = (them.person.listener, "agent"), (them.agent.listener, "person")
                await until(lambda at=at, ears=ears: all(ear.first(voice, at) for ear, voice in ears))
                waits.append(max((ear.first(voice, at) or at) - at for ear, voice in ears))
            await them.hear(person={"agent"}, agent={"person"}, second=set())
        print("answer to two-way audio, ms:", [round(1000 * wait) for wait in waits])
        assert median(waits) < 1.0

    run(walk)


def test_on_hold_the_person_hears_music_and_nobody_hears_anybody(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async def walk() -> None:
        async with talking(asterisk, tmp_path) as (made, them, call):
            await made.link.obey(Hold(call, True))
            await them.hear(person={"music"}, agent=set(), second=set())
            await made.link.obey(Hold(call, False))
            await them.hear(person={"agent"}, agent={"person"}, second=set())
            await made.link.obey(Hold(call, True, free=True))  # parked
            await them.hear(person={"music"}, agent=set(), second=set())
            await made.link.obey(Connect(call, OTHER))
            await them.hear(person={"second"}, second={"person"}, agent=set())

    run(walk)


def test_a_warm_transfer_as_each_of_the_three_hears_it(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async def walk() -> None:
        async with talking(asterisk, tmp_path) as (made, them, call):
            await made.link.obey(Consult(call, OTHER))
            await them.hear(person={"music"}, agent={"second"}, second={"agent"})
            await made.link.obey(JoinAll(call))
            await them.hear(**{one: PEOPLE - {one} for one in PEOPLE})
            await made.link.obey(Connect(call, OTHER))
            await them.hear(person={"second"}, second={"person"}, agent=set())

    run(walk)


def test_a_supervisor_is_heard_by_whom_they_mean_to_be(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async def walk() -> None:
        async with talking(asterisk, tmp_path) as (made, them, _):
            await made.link.obey(Listen(OTHER, SEAT, "listen"))
            await them.hear(second={"person", "agent"}, agent={"person"}, person={"agent"})
            await made.link.obey(Listen(OTHER, SEAT, "whisper"))
            await them.hear(second={"person", "agent"}, agent={"person", "second"}, person={"agent"})
            await made.link.obey(Listen(OTHER, SEAT, "barge"))
            await them.hear(**{one: PEOPLE - {one} for one in PEOPLE})
            await made.link.obey(Listen(OTHER, SEAT, "off"))
            await them.hear(second=set(), agent={"person"}, person={"agent"})

    run(walk)


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recording_has_the_person_left_the_agent_right_and_nothing_of_its_pause(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """While it is paused both read out a card in another voice, and keys are sent: none of it is in the file."""
    archive = archive_of(asterisk, tmp_path)

    async def state(made: Room, call: CallId) -> set[str]:
        assert made.board.ari is not None
        takes = [await made.board.ari.ask("GET", f"recordings/live/{call}-{side}") for side in ("said", "heard")]
        return {take.body["state"] if take.ok else "none" for take in takes}

    async def walk() -> None:
        async with talking(asterisk, tmp_path, says=RECORDS, archive=archive) as (made, them, call):
            await them.hear(person={"agent"}, agent={"person"})
            await made.link.obey(PauseRecording(call, True))
            async with asyncio.timeout(5):
                while await state(made, call) != {"paused"}:
                    await asyncio.sleep(0.02)
            them.person.speak("card")
            them.agent.speak("card")
            await them.hear(person={"card"}, agent={"card"})
            await made.link.obey(SendDigits(call, "4111"))
            await asyncio.sleep(0.8)
            them.person.speak("person")
            them.agent.speak("agent")
            await them.hear(person={"agent"}, agent={"person"})
            await made.link.obey(PauseRecording(call, False))
            async with asyncio.timeout(5):
                while await state(made, call) != {"recording"}:
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.5)
            await ended(made, call)
            told = await reported(made)
        both = opened(tmp_path, told, call)
        left, right = (loudness(in_frames(both[:, side])) for side in (0, 1))
        assert np.median(left["person"]) > CLEAR
        assert np.median(right["agent"]) > CLEAR
        for side, mine in ((left, "person"), (right, "agent")):
            for name in side.keys() - {mine}:
                assert np.mean(side[name]) < FAINT, name
        for side in (left, right):
            assert np.max(side["card"]) < CLEAR
        assert [pressed(in_frames(both[:, side])) for side in (0, 1)] == ["", ""]
        assert told["gaps"][0]["lasted_s"] > 1.0

    run(walk)


def opened(tmp_path: Path, told: dict[str, Any], call: CallId) -> np.ndarray:
    """The samples of what was kept, shape (samples, 2): what the person said, and what they heard."""
    with (tmp_path / "kept" / told["path"]).open("rb") as sealed:
        content = b"".join(Envelope(sealed, key=KEY, purpose=b"recording " + call.bytes).read())
    with wave.open(io.BytesIO(content)) as heard:
        return np.frombuffer(heard.readframes(heard.getnframes()), "<i2").reshape(-1, 2).astype(float)


def test_both_hear_that_they_are_recorded_before_they_are(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    says = replace(RECORDS, announces=True, announcement="This talk is recorded.")

    async def walk() -> None:
        async with talkers(asterisk) as them:
            archive = archive_of(asterisk, tmp_path)
            async with room(
                asterisk, tmp_path, them.person.port, phones=them.phones, says=says, archive=archive
            ) as made:
                speech(asterisk.spool / "sorry.wav", ["card"], 2.0)
                await them.sign_in(made)
                call = await joined(made)
                await them.hear(person={"agent", "card"}, agent={"person", "card"}, second=set())
                await them.hear(person={"agent"}, agent={"person"})
                await ended(made, call)
                told = await reported(made)
        left, right = (loudness(in_frames(opened(tmp_path, told, call)[:, side])) for side in (0, 1))
        assert (np.median(left["person"]) > CLEAR, np.median(right["agent"]) > CLEAR) == (True, True)
        assert (np.max(left["card"]) < CLEAR, np.max(right["card"]) < CLEAR) == (True, True)

    run(walk)


# ── the required message ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_required_message_is_heard_from_its_first_sound_to_its_last(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    parts = ("agent", "second", "card")
    lasts_s = 0.5

    async def walk() -> None:
        async with talkers(asterisk) as them, room(asterisk, tmp_path, them.person.port) as made:
            speech(asterisk.spool / "sorry.wav", parts, lasts_s)
            call = await made.dial()
            await made.until(HumanHeard)
            await made.link.obey(PlayMessage(call, "abandoned"))
            await made.until(HungUp)
            heard = loudness(them.person.listener.since(them.person.answered[-1]))
        frames = {name: np.flatnonzero(heard[name] > CLEAR) for name in parts}
        for name, where in frames.items():
            assert len(where) == pytest.approx(lasts_s / 0.02, abs=2), name
        assert [int(where[0]) for where in frames.values()] == sorted(int(where[0]) for where in frames.values())

    run(walk)
