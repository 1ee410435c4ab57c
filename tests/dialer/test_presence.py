"""How long a seat is there: the end of a shift, a pause that waits for who rings, and what else the pacer is told."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, Ringing
from ahize.dialer import codec
from ahize.dialer.commands import Originate, PlayMessage, SeekLeave, SetSeat
from ahize.dialer.events import (
    ClosingHeard,
    Disposed,
    OpenSeat,
    Recovered,
    SeatPaused,
    SeatReady,
    ShiftEnds,
    Tick,
    TransferAsked,
)
from ahize.dialer.leave import OPEN_S
from dialer.desk import CAMPAIGN, NOW, Desk, candidate, of, seat, settings

RICH: dict[str, Any] = {"live_answers": 20_000, "abandoned": 100}


def ends(desk: Desk, n: int, after_s: float) -> list[Any]:
    return desk.tell(ShiftEnds(seat(n), desk.now + timedelta(seconds=after_s)))


# ── the end of a shift ──────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_dialled_for_a_seat_that_will_be_gone() -> None:
    desk = Desk(mode="progressive")
    ends(desk, 1, OPEN_S - 1)
    assert not of(SeekLeave, desk.ready(1))
    assert of(SeekLeave, desk.tell(ShiftEnds(seat(1), None))), "who stays after all is dialled for"
    other = Desk(mode="progressive")
    ends(other, 1, OPEN_S + 1)
    assert of(SeekLeave, other.ready(1))


def test_at_its_end_a_free_seat_goes_and_a_talk_goes_on() -> None:
    desk = Desk(mode="progressive")
    call = desk.talking(1).call
    ends(desk, 1, 5.0)
    ends(desk, 2, 5.0)
    desk.ready(2)
    desk.tell(Tick(), 6.0)
    assert (desk.state(1), desk.state(2)) == ("talking", "paused: shift_over")
    desk.tell(HungUp(call, 16, "callee"), 10.0)
    desk.tell(Disposed(call, seat(1), "sale", True, None), 1.0)
    assert desk.state(1) == "paused: shift_over"
    desk.ready(1)
    assert desk.state(1) != "paused: shift_over", "whoever works on says so"


def test_the_pacer_knows_when_each_seat_goes() -> None:
    desk = Desk(mode="predictive", contacts=0, **RICH)
    desk.ready(1, 2)
    ends(desk, 2, 90.0)
    view = desk.dialer._view(desk.dialer.boards[CAMPAIGN])
    assert view.free_until == [math.inf, 90.0]


def test_a_new_engine_knows_when_shifts_end() -> None:
    desk = Desk(mode="progressive")
    until = desk.now + timedelta(seconds=30)
    open_seats = tuple(
        OpenSeat(seat(n), CAMPAIGN, "ready", True, None, None, code, False, until=at)
        for n, code, at in ((1, "", until), (2, "", NOW - timedelta(hours=1)), (3, "lunch", None))
    )
    desk.tell(Recovered(2, (settings(mode="progressive"),), open_seats, seed=8))
    desk.tell(Tick())
    assert [desk.state(n) for n in (1, 2, 3)] == ["ready", "paused: shift_over", "paused: lunch"]
    desk.tell(Tick(), 31.0)
    assert desk.state(1) == "paused: shift_over"


# ── a pause while calls ring ────────────────────────────────────────────────────────────────────────────────────────


def ringing(**changes: Any) -> tuple[Desk, Originate]:
    """One free seat, and one number that rings for it."""
    desk = Desk(mode="progressive", **changes)
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    desk.tell(Ringing(originate.call), 1.0)
    return desk, originate


def test_a_pause_waits_for_who_rings_where_the_cap_needs_the_seat() -> None:
    desk, originate = ringing()
    said = of(SetSeat, desk.tell(SeatPaused(seat(1), "lunch", True)))
    assert [(one.state, one.reason) for one in said] == [("ready", "leaving:lunch")]
    assert said[0].deadline is not None
    desk.tell(Answered(originate.call), 3.0)
    desk.tell(HumanHeard(originate.call, "a short greeting, then silence"), 1.0)
    desk.tell(AgentJoined(originate.call, seat(1)), 0.1)
    assert desk.state(1) == "talking"
    desk.tell(HungUp(originate.call, 16, "callee"), 30.0)
    desk.tell(Disposed(originate.call, seat(1), "sale", True, None), 1.0)
    assert desk.state(1) == "paused: lunch"
    assert not of(PlayMessage, desk.commands)


def test_it_goes_as_soon_as_nobody_rings_for_it_and_no_more_are_dialled() -> None:
    desk, originate = ringing()
    desk.tell(SeatPaused(seat(1), "lunch", True))
    assert not of(SeekLeave, desk.tell(Tick(), 2.0))
    desk.tell(HungUp(originate.call, 17, "callee"), 3.0)
    assert desk.state(1) == "paused: lunch"


def test_another_free_seat_or_an_allowance_lets_it_go_at_once() -> None:
    desk, _ = ringing()
    asks = of(SeekLeave, desk.ready(2))
    assert len(asks) == 1
    desk.tell(SeatPaused(seat(1), "lunch", True))
    assert desk.state(1) == "ready", "two ring for two"
    desk.ready(3)
    assert desk.state(1) == "paused: lunch"
    rich, _ = ringing(**RICH)
    rich.tell(SeatPaused(seat(1), "lunch", True))
    assert rich.state(1) == "paused: lunch"


@pytest.mark.parametrize("waits", [True, False])
def test_asked_twice_or_by_somebody_else_it_goes_at_once(waits: bool) -> None:
    desk, originate = ringing()
    if waits:
        desk.tell(SeatPaused(seat(1), "lunch", True))
    desk.tell(SeatPaused(seat(1), "lunch", waits))
    assert desk.state(1) == "paused: lunch"
    assert originate.call in desk.dialer.calls


def test_who_changes_their_mind_stays() -> None:
    desk, _ = ringing()
    desk.tell(SeatPaused(seat(1), "lunch", True))
    desk.tell(SeatReady(seat(1), CAMPAIGN))
    assert desk.state(1) == "ready"
    desk.tell(Tick(), 100.0)
    assert desk.state(1) != "paused: lunch"


def test_it_waits_no_longer_than_calls_last() -> None:
    desk, _ = ringing()
    desk.tell(SeatPaused(seat(1), "lunch", True))
    for _ in range(70):
        desk.tell(Tick(), 1.0)
    assert desk.state(1) == "paused: lunch"


def test_an_older_journal_says_nothing_of_waiting() -> None:
    older = {"type": "SeatPaused", "seat": str(seat(1)), "code": "lunch"}
    assert codec.decode_event(older) == SeatPaused(seat(1), "lunch", False)


# ── cues, chances, and seats taken from elsewhere ───────────────────────────────────────────────────────────────────


def test_a_talk_that_is_closing_is_expected_to_end_soon_and_how_soon_is_learned() -> None:
    desk = Desk(mode="predictive", **RICH)
    call = desk.talking(1).call
    board = desk.dialer.boards[CAMPAIGN]
    assert desk.dialer._view(board).talk_closing is None
    desk.tell(ClosingHeard(seat(1), call), 20.0)
    desk.tell(Tick(), 4.0)
    assert desk.dialer._view(board).talk_closing == [pytest.approx(4.0)]
    desk.tell(ClosingHeard(seat(2), call))
    assert desk.dialer.surprises["ClosingHeard of no talk"] == 1
    before = board.pacer.talk_ends.after.mean_s
    desk.tell(HungUp(call, 16, "callee"), 60.0)
    assert board.pacer.talk_ends.after.mean_s > before


def test_a_contacts_own_chance_counts_beside_the_others() -> None:
    likely = [candidate(n, chance=0.4 if n % 2 else 0.1) for n in range(40)]
    desk = Desk(mode="predictive", leased=likely, **RICH)
    desk.clear(of(SeekLeave, desk.ready(*range(20))))
    chances = {call.candidate.chance: call.chance for call in desk.dialer.calls.values()}
    assert chances[0.1] < 1.0 < chances[0.4]
    assert not desk.dialer.boards[CAMPAIGN].pacer.kinds.kept(10), "what is said of a contact is not the list's"


def test_seats_that_are_taken_from_elsewhere_are_counted() -> None:
    desk = Desk(mode="predictive", **RICH)
    board = desk.dialer.boards[CAMPAIGN]
    call = desk.talking(1).call
    desk.ready(2)
    assert desk.dialer._view(board).taken_per_s == 0.0
    desk.tell(TransferAsked(seat(1), call, seat(2), None, True))
    assert desk.dialer._view(board).taken_per_s > 0.0
