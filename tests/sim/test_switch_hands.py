"""The made-up switch obeys what came with real telephones: hold, transfers, telephones that go, ears, flows."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    FlowEnded,
    HumanHeard,
    HungUp,
    MachineHeard,
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
    PauseRecording,
    PlayMessage,
    RunFlow,
    SendDigits,
)
from ahize.kernel.ids import CallId
from ahize.sim.channels import CONNECT_LIMIT_S
from ahize.sim.people import Manners
from dialer.desk import seat
from sim.test_switch import EVERYBODY, Line, joined

SOUND = UUID(int=9)


@pytest.fixture
def line() -> Line:
    return Line()


def test_without_detection_whoever_answers_is_a_person_at_once() -> None:
    line = Line(Manners(person=0.0, machine=1.0, disconnected=0, fax=0, misheard=0))
    call = line.dial(detect=False)
    line.until(Answered)
    assert line.heard[-2:] == [Answered(call), HumanHeard(call, "answered; machine detection is off")]


def test_hold_is_music_and_ends(line: Line) -> None:
    call = joined(line)
    for on in (True, False):
        line.switch.obey(Hold(call, on), line.now)
    assert line.happened(call)[-3:] == ["joined", "music", "no music"]


def test_keys_and_the_pause_of_a_recording_are_noted(line: Line) -> None:
    call = joined(line)
    line.switch.obey(SendDigits(call, "12#"), line.now)
    line.switch.obey(PauseRecording(call, True), line.now)
    line.switch.obey(PauseRecording(call, False), line.now)
    assert line.happened(call)[-3:] == ["keys", "unrecorded", "recorded"]


def test_another_seat_takes_the_person_and_the_first_is_free(line: Line) -> None:
    call = joined(line)
    line.switch.obey(Hold(call, True), line.now)
    line.switch.obey(Connect(call, seat(2)), line.now)
    assert line.until(AgentJoined) == AgentJoined(call, seat(2))
    other = line.dial(3)
    line.until(HumanHeard)
    line.switch.obey(Connect(other, seat(1)), line.now)
    assert line.until(AgentJoined) == AgentJoined(other, seat(1))


def test_a_consultation_ends_in_each_of_its_ways(line: Line) -> None:
    for n, (commands, stays) in enumerate(
        (
            ([], 1),
            ([JoinAll], 1),
            ([Connect], 2),
            ([JoinAll, Connect], 2),
        )
    ):
        fresh = Line(seed=n + 1)
        call = joined(fresh)
        fresh.switch.obey(Consult(call, seat(2)), fresh.now)
        assert fresh.switch.channels[call].hold
        for kind in commands:
            fresh.switch.obey(JoinAll(call) if kind is JoinAll else Connect(call, seat(2)), fresh.now)
            fresh.wait(0.2)
        if stays == 1:
            fresh.switch.obey(Connect(call, seat(1)), fresh.now)
        assert fresh.switch.present()[call] == ("talking", seat(stays))
        assert not fresh.switch.channels[call].hold
        assert fresh.switch.channels[call].guest is None


def test_a_busy_colleague_is_not_asked_in(line: Line) -> None:
    first = joined(line, 1)
    joined(line, 2)
    line.switch.obey(Consult(first, seat(2)), line.now)
    line.switch.obey(Connect(first, seat(2)), line.now)
    line.wait(1)
    assert line.switch.present()[first] == ("talking", seat(1))


def test_who_is_free_of_a_parked_person_can_take_another(line: Line) -> None:
    call = joined(line)
    line.switch.obey(Hold(call, True, free=True), line.now)
    assert line.switch.present()[call] == ("music", None)
    other = line.dial(2)
    line.until(HumanHeard)
    line.switch.obey(Connect(other, seat(1)), line.now)
    assert line.until(AgentJoined) == AgentJoined(other, seat(1))
    line.switch.obey(PlayMessage(call, "abandoned"), line.now)
    assert line.happened(call)[-1] in ("message", "ended")


def test_a_recording_is_left_and_the_agent_is_free(line: Line) -> None:
    call = joined(line)
    line.switch.obey(DropSound(call, SOUND), line.now)
    assert line.switch.present()[call] == ("drop", None)
    assert line.until(HungUp) == HungUp(call, 16, "us")


# ── telephones ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def phones() -> Line:
    """Seats 1 and 2 have telephones."""
    line = Line()
    line.switch.phones = {seat(1), seat(2)}
    return line


def test_a_seat_without_its_telephone_is_joined_to_nobody(phones: Line) -> None:
    call = phones.dial()
    phones.until(HumanHeard)
    phones.switch.obey(Connect(call, seat(3)), phones.now)
    phones.wait(1)
    assert "joined" not in phones.happened(call)


def test_whose_agent_is_gone_hears_the_message_in_time_though_nobody_asks(phones: Line) -> None:
    call = joined(phones)
    phones.switch.lose_phone(seat(1), phones.now)
    assert phones.switch.present()[call] == ("alone", None)
    phones.wait(CONNECT_LIMIT_S + 0.01)
    assert phones.switch.present()[call][0] == "message"


def test_or_music_and_then_their_agent_again(phones: Line) -> None:
    call = joined(phones)
    phones.switch.lose_phone(seat(1), phones.now)
    phones.switch.obey(Hold(call, True), phones.now)
    assert phones.switch.reconcile([call], phones.now) == [AgentWanted(call)]
    phones.switch.raise_phone(seat(1))
    phones.switch.obey(Connect(call, seat(1)), phones.now)
    assert phones.until(AgentJoined) == AgentJoined(call, seat(1))


def test_the_third_goes_on_with_the_person(phones: Line) -> None:
    call = joined(phones)
    phones.switch.obey(Consult(call, seat(2)), phones.now)
    phones.switch.obey(JoinAll(call), phones.now)
    phones.switch.lose_phone(seat(1), phones.now)
    assert phones.switch.present()[call] == ("talking", seat(2))


def test_in_a_consultation_the_person_stays_in_the_music_and_can_be_given_to_the_other(phones: Line) -> None:
    call = joined(phones)
    phones.switch.obey(Consult(call, seat(2)), phones.now)
    phones.switch.lose_phone(seat(1), phones.now)
    assert phones.switch.present()[call] == ("music", None)
    phones.switch.obey(Connect(call, seat(2)), phones.now)
    assert phones.until(AgentJoined) == AgentJoined(call, seat(2))


def test_ears_stay_on_a_seat_until_they_are_taken_off(phones: Line) -> None:
    call = joined(phones)
    phones.switch.obey(Listen(seat(2), seat(1), "listen"), phones.now)
    phones.switch.obey(HangUp(call, "connected"), phones.now)
    assert phones.switch.ears == {seat(2): seat(1)}
    phones.switch.obey(Listen(seat(2), seat(1), "off"), phones.now)
    assert phones.switch.ears == {}


# ── flows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def flow(line: Line, *, agents: bool = False) -> CallId:
    call = line.dial()
    line.until(HumanHeard)
    line.switch.obey(RunFlow(call, "f", agents), line.now)
    return call


PATIENT = replace(EVERYBODY, opts_out=0.0, wants_an_agent=0.0, hears_it_out=1.0)


def test_a_flow_plays_to_its_end_and_waits_to_be_hung_up() -> None:
    line = Line(PATIENT)
    call = flow(line)
    assert line.until(FlowEnded) == FlowEnded(call, "heard")
    line.switch.obey(HangUp(call, "played"), line.now)
    assert line.wait(0) == [HungUp(call, 16, "us")]


def test_one_that_runs_goes_on() -> None:
    line = Line(PATIENT)
    call = flow(line)
    line.switch.obey(RunFlow(call, "f", False), line.now)
    assert line.happened(call).count("flow") == 1


def test_who_presses_for_an_agent_gets_one_or_the_message() -> None:
    for comes in (True, False):
        line = Line(replace(PATIENT, wants_an_agent=1.0))
        call = flow(line, agents=True)
        assert line.until(AgentWanted) == AgentWanted(call)
        if comes:
            line.switch.obey(Connect(call, seat(1)), line.now)
        line.wait(CONNECT_LIMIT_S + 0.01)
        assert line.switch.present()[call][0] == ("talking" if comes else "message")


def test_who_opts_out_is_heard_and_the_flow_ends() -> None:
    line = Line(replace(PATIENT, opts_out=1.0))
    call = flow(line)
    assert line.until(StopPressed) == StopPressed(call)
    assert line.until(FlowEnded) == FlowEnded(call, "heard")


def test_a_machine_hears_the_version_for_machines() -> None:
    line = Line(Manners(person=0.0, machine=1.0, disconnected=0, fax=0, misheard=0))
    call = line.dial()
    line.until(MachineHeard)
    line.switch.obey(RunFlow(call, "f", False, machine=True), line.now)
    assert line.until(FlowEnded) == FlowEnded(call, "heard")
