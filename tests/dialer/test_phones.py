"""A seat is ready only while its telephone is up, and whose agent's telephone fails is not left in silence."""

from __future__ import annotations

from datetime import timedelta

from ahize.calls.events import AgentJoined, AgentWanted, HungUp, MessagePlayed
from ahize.dialer import engine
from ahize.dialer.commands import Conclude, Connect, Hold, PlayMessage, SeekLeave, SetSeat, Warn
from ahize.dialer.events import DialAsked, OpenCall, OpenSeat, PhoneLost, PhoneUp, Recovered, SeatLost, SeatReady, Tick
from dialer.desk import CAMPAIGN, NOW, Desk, candidate, of, seat, settings


def test_who_is_ready_without_a_telephone_waits_for_it_and_is_ready_by_itself() -> None:
    desk = Desk(phones=True)
    said = desk.tell(SeatReady(seat(1), CAMPAIGN))
    assert desk.state(1) == "paused: no_phone"
    assert not of(SeekLeave, said)
    assert of(SeekLeave, desk.tell(PhoneUp(seat(1))))
    assert desk.state(1) == "ready"


def test_a_telephone_that_comes_up_makes_nobody_ready_who_is_on_a_break() -> None:
    desk = Desk(phones=True)
    desk.ready(1)
    desk.tell(PhoneLost(seat(1)))
    assert desk.state(1) == "paused: phone_lost"
    desk.tell(PhoneUp(seat(1)))
    assert desk.state(1) == "ready"


def test_nothing_is_dialled_for_an_agent_who_would_not_hear_it() -> None:
    desk = Desk(phones=True, mode="manual")
    desk.tell(SeatReady(seat(1), CAMPAIGN))
    said = desk.tell(DialAsked(seat(1), candidate(1, origin="typed", seat=seat(1))))
    assert not of(SeekLeave, said)
    assert desk.state(1) == "paused: no_phone"


def test_somebody_being_joined_to_a_lost_telephone_goes_to_another() -> None:
    desk = Desk(phones=True)
    first, _ = desk.clear(of(SeekLeave, desk.ready(1, 2)))
    assert of(Connect, desk.answered(first))[0].seat == seat(1)
    assert of(Connect, desk.tell(PhoneLost(seat(1)))) == [Connect(first.call, seat(2))]
    assert desk.state(1) == "paused: phone_lost"


def test_a_telephone_that_is_soon_back_gets_its_person_back() -> None:
    desk = Desk(phones=True)
    call = desk.talking().call
    said = desk.tell(PhoneLost(seat(0)), 30)
    assert desk.of_switch(said) == [Hold(call, True)]
    assert [one.kind for one in of(Warn, said)] == ["phone_lost_in_talk"]
    assert desk.of_switch(desk.tell(PhoneUp(seat(0)), 6)) == [Connect(call, seat(0))]
    desk.tell(AgentJoined(call, seat(0)))
    assert not desk.of_switch(desk.tell(Tick(), 20)), "the ten seconds are over and mean nothing any more"
    assert desk.state(0) == "talking"


def test_one_that_stays_away_hands_its_person_to_who_waits_longest() -> None:
    desk = Desk(phones=True, contacts=1)
    call = desk.talking().call
    desk.ready(1, 2)
    desk.tell(PhoneLost(seat(0)), 30)
    said = desk.tell(Tick(), 10)
    assert desk.of_switch(said)[-1] == Connect(call, seat(1))
    assert desk.state(0) == "wrap_up"
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    over = desk.tell(HungUp(call, 16, "callee"), 60)
    assert of(Conclude, over) == [Conclude(call, "connected", 16, True)]
    assert desk.state(1) == "wrap_up"


def test_with_nobody_free_the_person_hears_the_message_and_no_budget_pays() -> None:
    desk = Desk(phones=True, contacts=1, live_answers=100)
    call = desk.talking().call
    desk.tell(PhoneLost(seat(0)), 30)
    said = desk.tell(Tick(), 10)
    assert desk.of_switch(said)[-1] == PlayMessage(call, "abandoned")
    assert [one.kind for one in of(Warn, said)] == ["person_left_alone"]
    desk.tell(MessagePlayed(call), 8)
    over = desk.tell(HungUp(call, 16, "us"))
    assert of(Conclude, over) == [Conclude(call, "connected", 16, True)]
    assert desk.dialer.boards[CAMPAIGN].ledger.own.abandoned == 0
    assert desk.state(0) == "wrap_up"
    desk.tell(Tick(), 40)
    assert desk.state(0) == "paused: no_phone"


def test_the_next_one_who_does_not_come_is_left_out_and_another_is_asked() -> None:
    desk = Desk(phones=True, contacts=1)
    call = desk.talking().call
    desk.ready(1, 2)
    desk.tell(PhoneLost(seat(0)), 30)
    desk.tell(Tick(), 10)
    said = desk.tell(Tick(), 5)
    assert desk.of_switch(said) == [Connect(call, seat(2))]
    assert desk.state(1) == "paused: no_answer"


def test_somebody_whom_the_switch_finds_alone_gets_their_agent_back() -> None:
    desk = Desk()
    call = desk.talking().call
    assert desk.of_switch(desk.tell(AgentWanted(call), 5)) == [Connect(call, seat(0))]
    desk.tell(AgentJoined(call, seat(0)))
    assert desk.state(0) == "talking"


def test_a_new_life_waits_for_the_telephones_it_is_told_of() -> None:
    dialer = engine.Dialer()
    (said,) = of(
        SetSeat,
        list(
            dialer.handle(
                Recovered(
                    2,
                    (settings(),),
                    (OpenSeat(seat(1), CAMPAIGN, "ready", True, None, None, "", False),),
                    phones=True,
                ),
                NOW,
            )
        ),
    )
    assert (said.state, said.reason) == ("paused", "no_phone")
    (said,) = of(SetSeat, list(dialer.handle(PhoneUp(seat(1)), NOW)))
    assert said.state == "ready"


def test_a_new_life_finds_somebody_for_whom_the_last_one_left_on_the_way() -> None:
    """The first agent wraps up, the second was being joined: the call is nobody's."""
    call, now = candidate(0), NOW
    attempt = Desk().talking().call
    dialer = engine.Dialer()
    said = list(
        dialer.handle(
            Recovered(
                2,
                (settings(),),
                (
                    OpenSeat(seat(0), CAMPAIGN, "wrap_up", True, attempt, now + timedelta(seconds=9), "", False),
                    OpenSeat(seat(1), CAMPAIGN, "ringing", True, attempt, None, "", False),
                ),
                (OpenCall(attempt, call, "talking", now, seat(1)),),
                seed=9,
            ),
            now,
        )
    )
    assert Hold(attempt, True, free=True) in said
    assert of(Connect, said) == [Connect(attempt, seat(1))]
    dialer.handle(AgentJoined(attempt, seat(1)), now)
    over = list(dialer.handle(HungUp(attempt, 16, "callee"), now + timedelta(seconds=5)))
    assert [(one.seat, one.state) for one in of(SetSeat, over)] == [(seat(1), "wrap_up")]


def test_a_telephone_that_rings_in_an_empty_room_makes_nobody_ready() -> None:
    desk = Desk(phones=True)
    desk.ready(1)
    desk.tell(PhoneLost(seat(1)))
    desk.tell(SeatLost(seat(1)))
    desk.tell(PhoneUp(seat(1)))
    assert desk.state(1) == "paused: lost"
