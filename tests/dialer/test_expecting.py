"""Whose the answer is, said while it rings: a word to the switch that changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, Ringing
from ahize.dialer.commands import Command, Connect, Expect, SeekLeave, SetSeat
from ahize.dialer.events import CampaignSet, DialAsked, Event, SeatPaused
from ahize.kernel.ids import CallId
from dialer.desk import Desk, candidate, of, seat, settings

RICH = {"live_answers": 20_000, "abandoned": 100}


def ringing(*seats: int, **changes: Any) -> tuple[Desk, list[CallId], list[Command]]:
    """These seats came in this order, and a call rings for each; what the switch was told of whose they are."""
    desk = Desk(**({"mode": "progressive", "join_while_ringing": "silent"} | changes))
    originates = desk.clear(of(SeekLeave, desk.ready(*seats)))
    for originate in originates:
        desk.tell(Ringing(originate.call))
    return desk, [originate.call for originate in originates], list(of(Expect, desk.commands))


def answered(desk: Desk, call: CallId) -> list[Command]:
    return [said for event in (Answered(call), HumanHeard(call, "certain")) for said in desk.tell(event)]


def test_who_waits_longest_is_expected_to_have_the_call_that_was_dialled_first_and_stays_free() -> None:
    desk, calls, said = ringing(1, 2)
    assert [(one.call, one.seat) for one in said] == [(calls[0], seat(1)), (calls[1], seat(2))]
    assert [desk.state(n) for n in (1, 2)] == ["ready", "ready"]
    assert of(Connect, answered(desk, calls[1])) == [Connect(calls[1], seat(2))]
    desk.tell(AgentJoined(calls[1], seat(2)))
    assert desk.state(2) == "talking"
    assert of(Expect, desk.tell(HungUp(calls[0], 19, "us"))) == []


@pytest.mark.parametrize(
    "changes", [{"detect": True}, {"join_while_ringing": "no"}, {"mode": "broadcast", "flow": "f"}]
)
def test_nobody_is_expected_where_a_machine_or_a_flow_might_be_first_or_nobody_wants_it(changes: Any) -> None:
    assert ringing(1, 2, **changes)[2] == []


def test_an_agent_who_goes_is_expected_no_more_and_who_comes_takes_their_place() -> None:
    desk, calls, _ = ringing(1, 2)
    assert of(Expect, desk.tell(SeatPaused(seat(1), "lunch"))) == [Expect(calls[0], None)]
    assert Expect(calls[0], seat(3)) in desk.ready(3)
    assert of(Expect, desk.tell(CampaignSet(settings(mode="progressive")))) != []
    assert desk.dialer.boards[settings().campaign].expected == {}


def test_a_call_of_ones_own_is_expected_also_where_machines_are_listened_for_in_other_modes() -> None:
    desk = Desk(mode="manual", detect=True, join_while_ringing="heard", leased=[])
    desk.ready(1)
    asked = of(SeekLeave, desk.tell(DialAsked(seat(1), candidate(5, origin="typed"))))
    (originate,) = desk.clear(asked)
    assert of(Expect, desk.commands) == [Expect(originate.call, seat(1), hears=True)]


def test_who_is_answered_first_has_the_seat_though_another_was_expected_there() -> None:
    desk, calls, said = ringing(1, mode="ratio", ratio=2.0, **RICH)
    assert len(calls) == 2
    assert [(one.call, one.seat) for one in said] == [(calls[0], seat(1))]
    told = answered(desk, calls[1])
    assert of(Connect, told) == [Connect(calls[1], seat(1))]
    assert of(Expect, told) == [Expect(calls[0], None)]


def test_what_the_switch_says_of_who_hears_whom_is_the_truth() -> None:
    """Two answer at once: we give the seat to one, and the switch has joined the other, who was expected."""
    desk, calls, _ = ringing(1, mode="ratio", ratio=2.0, **RICH)
    answered(desk, calls[1])
    answered(desk, calls[0])
    desk.tell(AgentJoined(calls[0], seat(1)))
    assert desk.dialer.floor.seat(seat(1)).call == calls[0]
    assert desk.state(1) == "talking"
    assert Connect(calls[1], seat(2)) in desk.ready(2), "the other waits, and has who comes"


def test_a_pause_that_crosses_the_answer_is_granted_after_the_talk() -> None:
    desk, calls, _ = ringing(1)
    desk.tell(SeatPaused(seat(1), "lunch"))
    answered(desk, calls[0])
    desk.tell(AgentJoined(calls[0], seat(1)))
    assert desk.state(1) == "talking"
    assert desk.dialer.floor.seat(seat(1)).pausing == "lunch"


@pytest.mark.parametrize("mode", ["progressive", "ratio", "predictive"])
def test_who_is_dialled_joined_and_abandoned_is_as_without_it(mode: str) -> None:
    """Only which of the free agents has a call may be another."""

    def commands(join: str) -> list[Command]:
        desk, calls, _ = ringing(1, 2, 3, mode=mode, ratio=2.0, join_while_ringing=join, **RICH)
        for call in calls[::2]:
            answered(desk, call)
        for call in list(desk.dialer.calls.values()):
            news: Event = AgentJoined(call.id, call.seat) if call.seat else HungUp(call.id, 19, "us")
            desk.tell(news, 1.0)
        return [command for command in desk.commands if not isinstance(command, Expect | SetSeat | Connect)]

    assert commands("silent") == commands("no")
