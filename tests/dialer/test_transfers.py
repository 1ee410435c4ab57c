"""From one agent to another, and nobody is lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ahize.calls.events import AgentJoined, EndUnknown, HungUp
from ahize.dialer import engine
from ahize.dialer.commands import (
    Command,
    Conclude,
    Connect,
    Consult,
    DisposeFor,
    HangUp,
    Hold,
    JoinAll,
    Recycle,
    SetSeat,
    Warn,
)
from ahize.dialer.events import (
    Disposed,
    HangUpAsked,
    OpenCall,
    OpenSeat,
    PhoneLost,
    Recovered,
    SeatLost,
    Tick,
    TransferAsked,
    TransferEnded,
)
from ahize.kernel.ids import CallId
from dialer.desk import CAMPAIGN, Desk, candidate, of, seat, settings


class Talk(Desk):
    """Seat 0 talks; 1 and 2 wait, 1 longer."""

    def __init__(self) -> None:
        super().__init__(contacts=1, phones=True)
        self.call: CallId = self.talking().call
        self.ready(1, 2)


@pytest.fixture
def desk() -> Talk:
    return Talk()


def asked(desk: Talk, *, to: int | None = None, warm: bool = False) -> list[Command]:
    return desk.tell(TransferAsked(seat(0), desk.call, None if to is None else seat(to), None, warm), 20)


def test_cold_the_person_goes_to_who_waits_longest_and_the_last_agent_has_the_last_word(desk: Talk) -> None:
    call = desk.call
    assert desk.of_switch(asked(desk)) == [Hold(call, True), Connect(call, seat(1))]
    assert (desk.state(0), desk.state(1)) == ("talking", "ringing")
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    assert (desk.state(0), desk.state(1)) == ("wrap_up", "talking")

    said = desk.tell(Disposed(call, seat(0), "handed_over", False, None), 5)
    assert not of(Recycle, said), "the first agent's word is not the last"
    assert desk.state(0) == "ready"
    over = desk.tell(HungUp(call, 16, "callee"), 60)
    assert of(Conclude, over) == [Conclude(call, "connected", 16, True)]
    said = desk.tell(Disposed(call, seat(1), "sale", True, None), 5)
    assert [one.reason for one in of(Recycle, said)] == ["sale"]


def test_to_a_certain_colleague(desk: Talk) -> None:
    assert of(Connect, asked(desk, to=2)) == [Connect(desk.call, seat(2))]


def test_where_the_last_agent_says_nothing_an_earlier_word_holds(desk: Talk) -> None:
    call = desk.call
    asked(desk)
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    desk.tell(Disposed(call, seat(0), "sale", True, None), 5)
    desk.tell(HungUp(call, 16, "callee"), 60)
    said = desk.tell(Tick(), 31)
    assert not of(DisposeFor, said)
    assert [one.reason for one in of(Recycle, said)] == ["sale"]


def test_the_first_agents_wrap_up_ends_without_a_word_for_the_attempt(desk: Talk) -> None:
    call = desk.call
    asked(desk)
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    said = desk.tell(Tick(), 31)
    assert desk.state(0) == "ready"
    assert not of(DisposeFor, said)


def test_nobody_free_leaves_the_call_where_it_is(desk: Talk) -> None:
    desk.tell(SeatLost(seat(1)))
    said = asked(desk, to=1)
    assert [one.kind for one in of(Warn, said)] == ["transfer_found_nobody"]
    assert not desk.of_switch(said)
    assert desk.state(0) == "talking"


def test_a_colleague_who_is_not_joined_leaves_the_person_with_the_first(desk: Talk) -> None:
    call = desk.call
    asked(desk)
    said = desk.tell(Tick(), 5)
    assert [one.kind for one in of(Warn, said)] == ["transfer_failed"]
    assert desk.of_switch(said) == [Connect(call, seat(0))]
    assert (desk.state(0), desk.state(1)) == ("talking", "paused: no_answer")


def test_one_whose_screen_is_lost_on_the_way_too(desk: Talk) -> None:
    asked(desk)
    assert desk.of_switch(desk.tell(SeatLost(seat(1)))) == [Connect(desk.call, seat(0))]
    assert (desk.state(0), desk.state(1)) == ("talking", "paused: lost")


def test_one_who_declines_too(desk: Talk) -> None:
    asked(desk)
    assert desk.of_switch(desk.tell(HangUpAsked(seat(1), desk.call))) == [Connect(desk.call, seat(0))]
    assert desk.state(1) == "ready"


def test_the_first_agents_telephone_fails_on_the_way_and_the_person_still_arrives(desk: Talk) -> None:
    call = desk.call
    asked(desk)
    assert not desk.of_switch(desk.tell(PhoneLost(seat(0)), 0.1))
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    assert (desk.state(0), desk.state(1)) == ("wrap_up", "talking")


def test_both_fail_and_the_third_takes_them(desk: Talk) -> None:
    call = desk.call
    asked(desk)
    desk.tell(PhoneLost(seat(0)), 0.1)
    said = desk.tell(PhoneLost(seat(1)), 0.1)
    assert desk.of_switch(said) == [Hold(call, True, free=True), Connect(call, seat(2))]


def test_warm_the_two_speak_and_then_the_person_is_handed_over(desk: Talk) -> None:
    call = desk.call
    assert desk.of_switch(asked(desk, warm=True)) == [Consult(call, seat(1))]
    assert (desk.state(0), desk.state(1)) == ("talking", "talking")
    assert desk.of_switch(desk.tell(TransferEnded(seat(0), call, "complete"), 15)) == [Connect(call, seat(1))]
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    assert (desk.state(0), desk.state(1)) == ("wrap_up", "talking")


def test_warm_and_taken_back(desk: Talk) -> None:
    call = desk.call
    asked(desk, warm=True)
    said = desk.tell(TransferEnded(seat(0), call, "back"), 15)
    assert desk.of_switch(said) == [Connect(call, seat(0))]
    assert (desk.state(0), desk.state(1)) == ("talking", "ready")
    desk.tell(AgentJoined(call, seat(0)), 0.1)
    over = desk.tell(HungUp(call, 16, "callee"), 9)
    assert [(one.seat, one.state) for one in of(SetSeat, over)] == [(seat(0), "wrap_up")]


def test_all_three_speak_and_one_of_the_agents_leaves(desk: Talk) -> None:
    call = desk.call
    asked(desk, warm=True)
    assert desk.of_switch(desk.tell(TransferEnded(seat(0), call, "all"), 5)) == [JoinAll(call)]
    assert desk.of_switch(desk.tell(HangUpAsked(seat(0), call), 30)) == [Connect(call, seat(1))]
    desk.tell(AgentJoined(call, seat(1)), 0.1)
    assert (desk.state(0), desk.state(1)) == ("wrap_up", "talking")


def test_the_first_agents_telephone_fails_in_a_consultation_and_the_other_has_the_person(desk: Talk) -> None:
    call = desk.call
    asked(desk, warm=True)
    assert desk.of_switch(desk.tell(PhoneLost(seat(0)), 3)) == [Connect(call, seat(1))]


def test_the_others_telephone_fails_in_a_consultation_and_the_first_has_the_person(desk: Talk) -> None:
    call = desk.call
    asked(desk, warm=True)
    assert desk.of_switch(desk.tell(PhoneLost(seat(1)), 3)) == [Connect(call, seat(0))]
    assert desk.state(1) == "paused: no_phone"


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("is_told", [False, True])
def test_the_person_hangs_up_on_the_way(desk: Talk, warm: bool, is_told: bool) -> None:
    asked(desk, warm=warm)
    over = desk.tell(HungUp(desk.call, 16, "callee") if is_told else EndUnknown(desk.call), 0.1)
    assert of(Conclude, over)[0].connected
    assert (desk.state(0), desk.state(1)) == ("wrap_up", "ready")


def test_a_second_transfer_waits_for_the_first_and_nobody_else_transfers_ones_talk(desk: Talk) -> None:
    call = desk.call
    assert not desk.of_switch(desk.tell(TransferAsked(seat(2), call, seat(1), None, False)))
    asked(desk, warm=True)
    assert not desk.of_switch(asked(desk, to=2))
    assert not desk.of_switch(desk.tell(TransferEnded(seat(1), call, "complete")))
    assert sum(desk.dialer.surprises.values()) == 3


def test_a_join_that_nobody_asked_for_is_put_right(desk: Talk) -> None:
    call = desk.call
    assert desk.of_switch(desk.tell(AgentJoined(call, seat(2)))) == [Connect(call, seat(0))]
    assert desk.state(2) == "ready"


def test_who_leaves_too_early_does_not_take_the_person_along(desk: Talk) -> None:
    asked(desk)
    assert not desk.of_switch(desk.tell(HangUpAsked(seat(0), desk.call)))
    desk.tell(Disposed(desk.call, seat(0), "handed_over", False, None))
    desk.tell(AgentJoined(desk.call, seat(1)), 0.1)
    assert (desk.state(0), desk.state(1)) == ("ready", "talking")


def test_after_the_end_of_everything_a_late_join_is_hung_up(desk: Talk) -> None:
    desk.tell(HangUpAsked(seat(0), desk.call))
    assert desk.of_switch(desk.tell(AgentJoined(desk.call, seat(1)))) == [HangUp(desk.call, "connected")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_new_life_gives_the_person_back_to_the_first_of_a_consultation(order: tuple[int, int]) -> None:
    desk = Desk()
    call, now = desk.talking().call, desk.now
    dialer = engine.Dialer()
    said = list(
        dialer.handle(
            Recovered(
                2,
                (settings(),),
                tuple(OpenSeat(seat(n), CAMPAIGN, "talking", True, call, None, "", False) for n in order),
                (OpenCall(call, candidate(0), "talking", now, seat(0)),),
                seed=9,
            ),
            now,
        )
    )
    assert of(Connect, said) == [Connect(call, seat(0))]
    assert dialer.floor.seat(seat(0)).state == "talking"
    dialer.handle(AgentJoined(call, seat(0)), now)
    over = list(dialer.handle(HungUp(call, 16, "callee"), now + timedelta(seconds=9)))
    assert [(one.seat, one.state) for one in of(SetSeat, over)] == [(seat(0), "wrap_up")]
