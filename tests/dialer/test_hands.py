"""Hold, keys, recording pause, a message left on a machine, parking, and supervisors' ears."""

from __future__ import annotations

from uuid import UUID

import pytest

from ahize.calls.events import AgentJoined, HungUp
from ahize.dialer.commands import (
    Conclude,
    Connect,
    DisposeFor,
    DropSound,
    Hold,
    Listen,
    PauseRecording,
    PlayMessage,
    Recycle,
    SendDigits,
    SetSeat,
    Warn,
)
from ahize.dialer.engine import Dialer
from ahize.dialer.events import (
    DigitsAsked,
    Disposed,
    DropAsked,
    EarsAsked,
    Event,
    HoldAsked,
    OpenCall,
    OpenSeat,
    ParkAsked,
    PhoneLost,
    PhoneUp,
    RecordingPauseAsked,
    Recovered,
    SeatPaused,
    SeatReady,
    Tick,
)
from ahize.kernel.ids import CallId
from dialer.desk import CAMPAIGN, Desk, of, seat, settings

SOUND = UUID(int=7)


@pytest.fixture
def desk() -> Desk:
    return Desk(contacts=1)


@pytest.fixture
def call(desk: Desk) -> CallId:
    """Seat 0 talks; 1 waits."""
    found = desk.talking().call
    desk.ready(1)
    return found


def test_what_the_agent_asks_in_a_talk_is_what_the_switch_is_told(desk: Desk, call: CallId) -> None:
    for event, command in (
        (HoldAsked(seat(0), call, True), Hold(call, True)),
        (HoldAsked(seat(0), call, False), Hold(call, False)),
        (DigitsAsked(seat(0), call, "42#"), SendDigits(call, "42#")),
        (RecordingPauseAsked(seat(0), call, True), PauseRecording(call, True)),
        (RecordingPauseAsked(seat(0), call, False), PauseRecording(call, False)),
    ):
        assert desk.tell(event) == [command]


@pytest.mark.parametrize("is_over", [False, True])
def test_nobody_touches_anothers_talk_nor_one_that_is_over(desk: Desk, call: CallId, is_over: bool) -> None:
    own = 0 if is_over else 1
    if is_over:
        desk.tell(HungUp(call, 16, "callee"))
    wishes: list[Event] = [
        HoldAsked(seat(own), call, True),
        DigitsAsked(seat(own), call, "1"),
        RecordingPauseAsked(seat(own), call, True),
        DropAsked(seat(own), call, SOUND),
        ParkAsked(seat(own), call, True),
    ]
    assert [desk.tell(wish) for wish in wishes] == [[]] * 5
    assert sum(desk.dialer.surprises.values()) == 5


@pytest.mark.parametrize("keys", ["", "1;rm", "1 2", "Ü", "1" * 65])
def test_only_keys_are_keys(desk: Desk, call: CallId, keys: str) -> None:
    assert desk.tell(DigitsAsked(seat(0), call, keys)) == []


def test_a_message_is_left_on_a_machine_and_its_agent_is_free_at_once(desk: Desk, call: CallId) -> None:
    live = desk.dialer.boards[CAMPAIGN].ledger.own
    assert live.live_answers == 1
    said = desk.tell(DropAsked(seat(0), call, SOUND), 4)
    assert desk.of_switch(said) == [DropSound(call, SOUND)]
    assert desk.state(0) == "wrap_up"
    assert live.live_answers == 0, "a machine is no live answer"
    desk.tell(Disposed(call, seat(0), "machine", False, None), 2)
    assert desk.state(0) == "ready"
    over = desk.tell(HungUp(call, 16, "us"), 20)
    assert of(Conclude, over) == [Conclude(call, "machine", 16, True)]
    assert [one.reason for one in of(Recycle, over)] == ["machine"]
    assert not of(SetSeat, over)


def test_one_who_said_nothing_of_it_is_not_asked_again(desk: Desk, call: CallId) -> None:
    desk.tell(DropAsked(seat(0), call, SOUND), 4)
    desk.tell(Tick(), 31)
    assert desk.state(0) == "ready"
    over = desk.tell(HungUp(call, 16, "us"), 20)
    assert of(DisposeFor, over) == [DisposeFor(call, seat(0), "not_dispositioned")]
    assert not of(SetSeat, over)


# ── parking ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_parked_hears_music_and_is_taken_back(desk: Desk, call: CallId) -> None:
    assert desk.of_switch(desk.tell(ParkAsked(seat(0), call, True), 20)) == [Hold(call, True, free=True)]
    assert desk.state(0) == "paused: parked"
    assert not desk.of_switch(desk.tell(SeatReady(seat(1), CAMPAIGN))), "nobody is given them unasked"
    assert desk.of_switch(desk.tell(ParkAsked(seat(0), call, False), 30)) == [Connect(call, seat(0))]
    desk.tell(AgentJoined(call, seat(0)), 0.1)
    assert desk.state(0) == "talking"


def test_or_taken_by_somebody_else_who_then_has_the_last_word(desk: Desk, call: CallId) -> None:
    desk.tell(ParkAsked(seat(0), call, True), 20)
    desk.tell(ParkAsked(seat(1), call, False), 30)
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    assert desk.state(0) == "paused: parked"
    over = desk.tell(HungUp(call, 16, "callee"), 10)
    assert [(one.seat, one.state) for one in of(SetSeat, over)] == [(seat(1), "wrap_up")]


def test_who_hangs_up_while_parked_leaves_the_disposition_to_who_parked_them(desk: Desk, call: CallId) -> None:
    desk.tell(ParkAsked(seat(0), call, True), 20)
    desk.tell(HungUp(call, 16, "callee"), 10)
    assert desk.state(0) == "wrap_up"
    desk.tell(Disposed(call, seat(0), "sale", True, None), 5)
    assert desk.state(0) == "ready"


def test_a_lunch_is_not_forgotten_over_it(desk: Desk, call: CallId) -> None:
    desk.tell(ParkAsked(seat(0), call, True), 20)
    desk.tell(SeatPaused(seat(0), "lunch"))
    desk.tell(HungUp(call, 16, "callee"), 10)
    desk.tell(Disposed(call, seat(0), "sale", True, None), 5)
    assert desk.state(0) == "paused: lunch"


def test_nobody_is_parked_for_ever(desk: Desk, call: CallId) -> None:
    desk.tell(ParkAsked(seat(0), call, True), 20)
    assert desk.of_switch(desk.tell(Tick(), 300)) == [Connect(call, seat(1))]
    desk.tell(SeatPaused(seat(1), "lunch"))
    assert desk.of_switch(desk.tell(Tick(), 5)) == [PlayMessage(call, "abandoned")]


# ── supervisors' ears ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_supervisor_hears_whispers_joins_in_and_stops(desk: Desk, call: CallId) -> None:
    for how in ("listen", "whisper", "barge", "off"):
        (said,) = desk.of_switch(desk.tell(EarsAsked(seat(9), seat(0), how)))
        assert said == Listen(seat(9), seat(0), how)


def test_ears_end_with_the_talk(desk: Desk, call: CallId) -> None:
    desk.tell(EarsAsked(seat(9), seat(0), "listen"))
    over = desk.tell(HungUp(call, 16, "callee"))
    assert of(Listen, over) == [Listen(seat(9), seat(0), "off")]


def test_one_pair_of_ears_hears_one_talk(desk: Desk, call: CallId) -> None:
    desk.tell(ParkAsked(seat(0), call, True))
    desk.tell(ParkAsked(seat(1), call, False))
    desk.tell(AgentJoined(call, seat(1)))
    desk.tell(EarsAsked(seat(9), seat(1), "listen"))
    refused = desk.tell(EarsAsked(seat(9), seat(0), "listen"))
    assert of(Warn, refused)[0].about["why"] == "no_talk"
    assert not of(Listen, refused)


def test_who_could_take_calls_steps_back_to_listen(desk: Desk, call: CallId) -> None:
    desk.tell(EarsAsked(seat(1), seat(0), "listen"))
    assert desk.state(1) == "paused: listening"
    assert of(Listen, desk.tell(SeatReady(seat(1), CAMPAIGN))) == [Listen(seat(1), seat(0), "off")]


def test_who_has_a_talk_of_their_own_hears_no_other(desk: Desk, call: CallId) -> None:
    said = desk.tell(EarsAsked(seat(0), seat(0), "listen"))
    assert of(Warn, said)[0].about["why"] == "supervisor_busy"


def test_a_supervisor_takes_a_talk_over(desk: Desk, call: CallId) -> None:
    desk.tell(EarsAsked(seat(9), seat(0), "listen"))
    said = desk.of_switch(desk.tell(EarsAsked(seat(9), seat(0), "take_over")))
    assert said == [Listen(seat(9), seat(0), "off"), Connect(call, seat(9))]
    desk.tell(AgentJoined(call, seat(9)), 0.1)
    assert (desk.state(0), desk.state(9)) == ("wrap_up", "talking")
    desk.tell(HungUp(call, 16, "callee"), 60)
    desk.tell(Disposed(call, seat(9), "sale", True, None), 5)
    assert desk.state(9) == "paused: listening"


def test_ears_without_a_telephone_hear_nothing_and_one_lost_ends_them() -> None:
    desk = Desk(contacts=1, phones=True)
    desk.talking()
    said = desk.tell(EarsAsked(seat(9), seat(0), "listen"))
    assert of(Warn, said)[0].about["why"] == "no_phone"
    desk.tell(PhoneUp(seat(9)))
    assert of(Listen, desk.tell(EarsAsked(seat(9), seat(0), "listen")))
    assert of(Listen, desk.tell(PhoneLost(seat(9)))) == [Listen(seat(9), seat(0), "off")]


def test_a_supervisor_whose_telephone_fails_on_the_way_is_not_made_an_agent() -> None:
    desk = Desk(contacts=1, phones=True)
    call = desk.talking().call
    desk.tell(PhoneUp(seat(9)))
    desk.tell(EarsAsked(seat(9), seat(0), "take_over"))
    assert desk.of_switch(desk.tell(PhoneLost(seat(9)))) == [Connect(call, seat(0))]
    desk.tell(PhoneUp(seat(9)))
    assert desk.state(9) == "paused: listening"


def test_a_new_life_knows_who_was_parked(desk: Desk, call: CallId) -> None:
    who, now = desk.dialer.calls[call].candidate, desk.now
    second = Dialer()
    said = list(
        second.handle(
            Recovered(
                2,
                (settings(),),
                (
                    OpenSeat(seat(0), CAMPAIGN, "paused", True, None, None, "parked", False),
                    OpenSeat(seat(1), CAMPAIGN, "ready", True, None, None, "", False),
                ),
                (OpenCall(call, who, "talking", now, seat(0)),),
                seed=9,
            ),
            now,
        )
    )
    assert of(Hold, said) == [Hold(call, True, free=True)]
    assert not of(Connect, said), "nobody is given them unasked"
    assert of(Connect, list(second.handle(ParkAsked(seat(0), call, False), now))) == [Connect(call, seat(0))]
