"""The switchboard with a real Asterisk, SIPp as the carrier: one INVITE for a permit, and nobody left in silence."""

from __future__ import annotations

import asyncio
import io
import socket
import wave
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
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
from ahize.dialer.commands import (
    Connect,
    Consult,
    DropSound,
    HangUp,
    Hold,
    JoinAll,
    Listen,
    Originate,
    PauseRecording,
    RunFlow,
    SendDigits,
)
from ahize.dialer.events import PhoneLost, PhoneUp
from ahize.kernel.envelopes import Envelope
from ahize.kernel.ids import CallId
from ahize.telephony.house import FlowText, House, SoundFile, to_json
from ahize.telephony.link import GateLink
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp, free_ports
from telephony.registering import register
from telephony.rooms import (
    FLOOR,
    FLOW,
    KEY,
    NUMBER,
    OTHER,
    RECORDS,
    SEAT,
    SHA,
    SHOWN,
    Telephone,
    archive_of,
    changed,
    permit,
    reported,
    room,
    run,
    sound,
    stands,
    talk,
)

pytestmark = pytest.mark.stack


def test_nobody_comes_and_the_message_is_heard(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    person = sipp(carrier.answers(), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, person.port) as made:
            call = await made.dial()
            heard = await made.until(Ringing, Answered, HumanHeard, MessagePlayed, HungUp)
            assert [type(event) for event in heard] == [Ringing, Answered, HumanHeard, MessagePlayed, HungUp]
            assert heard[-1] == HungUp(call, 16, "us")
            assert made.link.take_spent() == [call]

    run(walk)
    assert person.wait(5) == 0
    (invite,) = person.received("INVITE")
    assert f"sip:{NUMBER}@" in invite
    assert SHOWN in invite


@pytest.mark.parametrize(
    ("scenario", "cause", "by"),
    [
        (carrier.refuses("486 Busy Here", rings=True), 17, "network"),
        (carrier.refuses("503 Service Unavailable"), 34, "network"),
        (carrier.refuses("404 Not Found"), 1, "network"),
        (carrier.refuses("607 Unwanted"), 21, "network"),
        (carrier.refuses("488 Not Acceptable Here"), 58, "network"),
    ],
)
def test_a_refusal_is_told_by_its_cause(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, scenario: str, cause: int, by: str
) -> None:
    far = sipp(scenario, 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            call = await made.dial()
            assert (await made.until(HungUp))[-1] == HungUp(call, cause, by)

    run(walk)
    assert len(far.received("INVITE")) == 1


def test_ringing_ends_when_its_time_is_over(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    far = sipp(carrier.rings_for_ever(), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            call = await made.dial(ring_s=1)
            assert (await made.until(HungUp))[-1] == HungUp(call, 19, "us")

    run(walk)


def test_the_callee_hangs_up(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    person = sipp(carrier.leaves(), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, person.port) as made:
            call = await made.dial()
            assert (await made.until(HungUp))[-1] == HungUp(call, 16, "callee")

    run(walk)
    assert person.wait(5) == 0


def test_a_permit_rings_once_and_only_a_good_one(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    far = sipp(carrier.answers(), 0)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            good = permit()
            old = permit(at=made.board.began_at - timedelta(seconds=1))
            forged = changed(permit(), number="+12125550199")
            for one in (good, good, old, forged):
                await made.link.obey(Originate(CallId(one.attempt), one, 20, detect=False))
            await made.until(OriginateRefused, OriginateRefused, OriginateRefused)
            why = [event.why for event in made.heard if isinstance(event, OriginateRefused)]
            assert why == ["already_spent", "permit_void", "bad_signature"]
            await made.until(Answered)
            await made.link.obey(HangUp(CallId(good.attempt), "done"))
            await made.until(HungUp)

    run(walk)
    assert len(far.received("INVITE")) == 1


def test_a_full_trunk_refuses_and_a_call_gives_its_place_back(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers(), 0)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, channels_max=1) as made:
            first = await made.dial()
            await made.dial("+12125550124")
            assert isinstance((await made.until(OriginateRefused))[-1], OriginateRefused)
            assert made.heard[-1].why == "trunk_full"
            await made.link.obey(HangUp(first, "done"))
            await made.until(HungUp)
            third = await made.dial("+12125550125")
            await made.until(HungUp, Answered)
            await made.link.obey(HangUp(third, "done"))
            await made.until(HungUp, HungUp)

    run(walk)


def test_an_agents_telephone_is_kept_up_and_people_are_joined_to_it(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers())
    its = Telephone(asterisk, sipp)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,)) as made:
            await asyncio.to_thread(its.sign_in)
            assert (await made.until(PhoneUp)) == [PhoneUp(SEAT)]
            for _ in range(2):  # One leg serves talk after talk.
                made.heard.clear()
                call = await made.dial()
                await made.until(HumanHeard)
                await made.link.obey(Connect(call, SEAT))
                await made.until(AgentJoined)
                assert made.heard[-1] == AgentJoined(call, SEAT)
                assert [one.state for one in made.board.present()] == ["talking"]
                await made.link.obey(HangUp(call, "connected"))
                await made.until(HungUp)
            assert made.board.phones.hears(SEAT)

    run(walk)
    assert len(its.rings.received("INVITE")) == 1


def test_a_telephone_that_signs_out_of_existence_is_told(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers())
    its = Telephone(asterisk, sipp)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,)) as made:
            await asyncio.to_thread(its.sign_in)
            await made.until(PhoneUp)
            made.link.house(to_json(House()))  # The login has ended, and with it its credentials.
            await made.until(PhoneUp, PhoneLost)
            again = await asyncio.to_thread(
                register, its.name, "secret", port=free_ports(1, socket.SOCK_DGRAM)[0], switch=asterisk.sip_port
            )
            assert again != 200

    run(walk)


def test_whoever_is_alone_when_the_gate_dies_hears_the_message_from_the_next(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """And who talks goes on talking (P2, P3)."""
    far = sipp(carrier.answers())
    its = Telephone(asterisk, sipp)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,), leaves=False) as first:
            await asyncio.to_thread(its.sign_in)
            await first.until(PhoneUp)
            talks = await first.dial()
            await first.until(HumanHeard)
            await first.link.obey(Connect(talks, SEAT))
            await first.until(AgentJoined)
            waits = await first.dial("+12125550124")
            await first.until(HumanHeard, HumanHeard)
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,)) as second:
            events = await second.link.reconcile([talks, waits])
            assert {type(event) for event in events if event.call == talks} == {Answered, AgentJoined}
            assert set(second.link.take_spent()) == {talks, waits}
            await second.until(PhoneUp, MessagePlayed, HungUp)
            assert HungUp(waits, 16, "us") in second.heard
            assert [one.call for one in second.board.present()] == [talks]
            await second.link.obey(HangUp(talks, "connected"))
            await second.until(HungUp, HungUp)

    run(walk)


def test_nobody_listens_so_nothing_is_dialled_and_who_answers_hears_the_message(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers(after_s=3.0), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            await made.dial()
            await made.until(Ringing)
            made.link.close()  # The engine is gone; the telephone rings on.
            async with asyncio.timeout(10):
                while made.board.lines:
                    await asyncio.sleep(0.05)
            assert not made.board.server.is_listening(FLOOR)

    begun = monotonic()
    run(walk)
    assert far.wait(5) == 0
    assert monotonic() - begun < 9  # Not the guard's two seconds on top: it was played at once.


def test_a_switch_that_crashes_takes_its_calls_along(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """Nobody is told by it (P9): the next connection finds out, and dialling goes on."""
    far = sipp(carrier.answers())

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            call = await made.dial()
            await made.until(HumanHeard)
            asterisk.restart(kill=True)  # Here, not in a thread: it dies with who starts it.
            await made.until(EndUnknown)
            assert made.heard[-1] == EndUnknown(call)
            async with asyncio.timeout(10):
                while not made.board._pushing._there:
                    await asyncio.sleep(0.02)
            made.heard.clear()
            again = await made.dial("+12125550124")
            await made.until(HumanHeard)
            await made.link.obey(HangUp(again, "done"))
            await made.until(HungUp)

    run(walk)


# ── in a talk ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_on_hold_hears_music_and_comes_back(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far, its = sipp(carrier.answers()), Telephone(asterisk, sipp)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,)) as made, talk(made, its) as call:
            await made.link.obey(Hold(call, True))
            await stands(made, {SEAT: {"agent 3"}})
            await made.link.obey(Hold(call, False))
            await stands(made, {SEAT: {"agent 3", "person"}})
            assert made.heard == []

    run(walk)


def test_a_warm_transfer_goes_over_or_back_or_all_three_speak(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far, its, others = sipp(carrier.answers()), Telephone(asterisk, sipp), Telephone(asterisk, sipp, OTHER)

    async def walk() -> None:
        async with (
            room(asterisk, tmp_path, far.port, phones=(its.phone, others.phone)) as made,
            talk(made, its, others) as call,
        ):
            await made.link.obey(Consult(call, OTHER))
            await stands(made, {SEAT: {"agent 3", "agent 4"}, OTHER: set()})
            await made.link.obey(Connect(call, SEAT))  # back
            await stands(made, {SEAT: {"agent 3", "person"}, OTHER: {"agent 4"}})
            await made.link.obey(Consult(call, OTHER))
            await made.link.obey(JoinAll(call))
            await stands(made, {SEAT: {"agent 3", "agent 4", "person"}, OTHER: set()})
            made.heard.clear()
            await made.link.obey(Connect(call, OTHER))  # over
            await stands(made, {SEAT: {"agent 3"}, OTHER: {"agent 4", "person"}})
            await made.until(AgentJoined)
            assert made.heard == [AgentJoined(call, OTHER)]

    run(walk)


def test_a_cold_transfer_is_one_step(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    far, its, others = sipp(carrier.answers()), Telephone(asterisk, sipp), Telephone(asterisk, sipp, OTHER)

    async def walk() -> None:
        async with (
            room(asterisk, tmp_path, far.port, phones=(its.phone, others.phone)) as made,
            talk(made, its, others) as call,
        ):
            await made.link.obey(Connect(call, OTHER))
            await made.until(AgentJoined)
            await stands(made, {SEAT: {"agent 3"}, OTHER: {"agent 4", "person"}})

    run(walk)


def test_a_supervisor_listens_whispers_and_joins_in(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    """Only who joins in stands with the person; a whisper hangs on the agent's leg."""
    far, its, ear = sipp(carrier.answers()), Telephone(asterisk, sipp), Telephone(asterisk, sipp, OTHER)

    async def walk() -> None:
        async with (
            room(asterisk, tmp_path, far.port, phones=(its.phone, ear.phone)) as made,
            talk(made, its, ear),
        ):
            for how in ("listen", "whisper"):
                await made.link.obey(Listen(OTHER, SEAT, how))
                await stands(made, {SEAT: {"agent 3", "person"}, OTHER: {"agent 4", "ear"}})
            await made.link.obey(Listen(OTHER, SEAT, "barge"))
            await stands(made, {SEAT: {"agent 3", "person", "agent 4"}, OTHER: set()})
            await made.link.obey(Listen(OTHER, SEAT, "off"))
            await stands(made, {SEAT: {"agent 3", "person"}, OTHER: {"agent 4"}})

    run(walk)


def test_an_agents_telephone_dies_in_a_talk_and_the_person_hears_somebody_in_time(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far, its = sipp(carrier.answers()), Telephone(asterisk, sipp)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,)) as made:
            async with talk(made, its):
                assert made.board.ari is not None
                await made.board.ari.ask("DELETE", f"channels/{made.board.phones.leg(SEAT)}")
                lost_at = monotonic()
                await made.until(PhoneLost, MessagePlayed)
                assert monotonic() - lost_at < 2 + 1.5, "two seconds, and the message"
            assert HungUp in [type(event) for event in made.heard]

    run(walk)


def test_keys_reach_the_other_side_and_a_recording_is_left_on_a_machine(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far, its = sipp(carrier.answers()), Telephone(asterisk, sipp)
    left = UUID(int=77)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,)) as made:
            made.board.sounds = asterisk.spool
            sound(asterisk.spool / "left.wav")
            house = made.board.houses[FLOOR]
            made.link.house(to_json(replace(house, sounds=(SoundFile(left, "left"),))))
            async with talk(made, its) as call:
                await made.link.obey(SendDigits(call, "12#"))
                await made.link.obey(DropSound(call, left))
                await made.until(HungUp)
                assert made.heard == [HungUp(call, 16, "us")]
                await stands(made, {SEAT: {"agent 3"}})

    run(walk)


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_talk_is_recorded_in_two_channels_and_sealed(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """A pause is missing from the sound and marked; no take is left in the clear."""
    far, its = sipp(carrier.answers()), Telephone(asterisk, sipp)
    archive = archive_of(asterisk, tmp_path)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,), says=RECORDS, archive=archive) as made:
            async with talk(made, its) as call:
                await asyncio.sleep(1.0)
                await made.link.obey(PauseRecording(call, True))
                await asyncio.sleep(0.6)
                await made.link.obey(PauseRecording(call, False))
                await asyncio.sleep(0.5)
            told = await reported(made)
        assert told["attempt"] == str(call)
        assert (told["channels"], told["cut_short"]) == (2, False)
        assert told["seconds"] == pytest.approx(1.5, abs=0.4)
        (gap,) = told["gaps"]
        assert gap["lasted_s"] == pytest.approx(0.6, abs=0.2)
        with (tmp_path / "kept" / told["path"]).open("rb") as sealed:
            opened = b"".join(Envelope(sealed, key=KEY, purpose=b"recording " + call.bytes).read())
        with wave.open(io.BytesIO(opened)) as heard:
            assert (heard.getnchannels(), heard.getframerate()) == (2, 8000)
        assert list((asterisk.spool / "recording").glob(f"{call}*")) == []

    run(walk)


def test_a_recording_outlives_the_gate_that_began_it(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far, its = sipp(carrier.answers()), Telephone(asterisk, sipp)
    archive = archive_of(asterisk, tmp_path)

    async def walk() -> None:
        async with room(
            asterisk, tmp_path, far.port, phones=(its.phone,), says=RECORDS, archive=archive, leaves=False
        ) as first:
            await asyncio.to_thread(its.sign_in)
            await first.until(PhoneUp)
            call = await first.dial()
            await first.until(HumanHeard)
            await first.link.obey(Connect(call, SEAT))
            await first.until(AgentJoined)
            await asyncio.sleep(0.5)
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,), says=RECORDS, archive=archive) as second:
            await second.link.reconcile([call])
            await second.link.obey(HangUp(call, "connected"))
            told = await reported(second)
            assert (told["attempt"], told["cut_short"]) == (str(call), False)

    run(walk)


# ── flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("", [FlowEnded]),
        ("9", [StopPressed, FlowEnded]),
        ("1", [AgentWanted, MessagePlayed]),
    ],
)
def test_a_flow_is_heard_and_keys_work(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, keys: str, told: list[type]
) -> None:
    """Nobody comes for who pressed 1: within two seconds they hear the message, not silence."""
    far = sipp(carrier.answers(presses=keys), 0, "-m", "1")

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port) as made:
            house = made.board.houses[FLOOR]
            made.link.house(to_json(replace(house, flows=(FlowText(SHA, FLOW),))))
            call = await made.dial()
            await made.until(HumanHeard)
            made.heard.clear()
            await made.link.obey(RunFlow(call, SHA, agents=True))
            await made.until(*told, HungUp)
            assert [type(event) for event in made.heard] == [*told, HungUp]
            ended = [event.outcome for event in made.heard if isinstance(event, FlowEnded)]
            assert ended == ([] if keys == "1" else ["opted_out" if keys == "9" else "no_answer"])

    run(walk)


def test_an_opt_out_that_nobody_heard_is_told_to_the_next_engine(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers(presses="9"), 0, "-m", "1")

    async def walk() -> None:
        house = {"flows": (FlowText(SHA, FLOW),)}
        async with room(asterisk, tmp_path, far.port, house=house) as made:
            call = await made.dial()
            await made.until(HumanHeard)
            await made.link.obey(RunFlow(call, SHA, agents=False))
            await made.until(StopPressed)
            made.link.close()
            again = await GateLink.connect(tmp_path / "gate.sock", floor=FLOOR, epoch=2)
            await again.reconcile([call])
            heard = again.events()
            async with asyncio.timeout(5):
                while await anext(heard) != StopPressed(call):
                    pass
            again.close()

    run(walk)


def test_a_burst_waits_for_its_trunk_and_what_is_called_off_meanwhile_is_not_dialled(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    far = sipp(carrier.answers())

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, per_second_max=1) as made:
            begun = monotonic()
            first, second = await made.dial(), await made.dial("+12125550124")
            called_off = await made.dial("+12125550125")
            await made.link.obey(HangUp(called_off, "cancelled"))
            await made.until(EndUnknown, Answered, Answered)
            assert monotonic() - begun > 0.9
            assert EndUnknown(called_off) in made.heard
            assert {event.call for event in made.heard if isinstance(event, Answered)} == {first, second}
            assert set(made.link.take_spent()) == {first, second}

    run(walk)
    assert len(far.received("INVITE")) == 2
