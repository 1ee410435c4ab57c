"""Whole walks through the engine, and the turns that must never be missed."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from ahize.calls.events import (
    AgentJoined,
    Answered,
    EndUnknown,
    HumanHeard,
    HungUp,
    MachineHeard,
    OriginateRefused,
    Ringing,
)
from ahize.dialer import engine
from ahize.dialer.commands import (
    Conclude,
    Connect,
    DisposeFor,
    HangUp,
    Offer,
    Originate,
    PlayMessage,
    Recycle,
    Release,
    SeekLeave,
    SetSeat,
    Warn,
)
from ahize.dialer.events import (
    Barred,
    CampaignSet,
    Cleared,
    DialAsked,
    Disposed,
    Event,
    FinishAsked,
    HangUpAsked,
    NumberSuppressed,
    OpenCall,
    OpenSeat,
    Recovered,
    ResumeAsked,
    SeatClosed,
    SeatLost,
    SeatPaused,
    SkipAsked,
    StopAsked,
    Tick,
)
from dialer.desk import CALLER_ID, CAMPAIGN, NOW, SELLER, Desk, candidate, of, permit, seat, settings


def test_every_event_is_heard() -> None:
    assert set(engine._RECORD) == set(get_args(Event))


def test_a_contact_becomes_a_conversation_with_a_disposition() -> None:
    desk = Desk()
    (ask,) = of(SeekLeave, desk.ready(1))
    assert ask.method == "predictive"
    (originate,) = desk.clear([ask])
    assert originate.permit.caller_id == CALLER_ID
    assert of(Connect, desk.answered(originate)) == [Connect(originate.call, seat(1))]
    desk.tell(AgentJoined(originate.call, seat(1)), 0.1)
    over = desk.tell(HungUp(originate.call, 16, "callee"), 60)
    assert of(Conclude, over) == [Conclude(originate.call, "connected", 16, True)]
    (wrap_up,) = of(SetSeat, over)
    assert (wrap_up.state, wrap_up.deadline) == ("wrap_up", desk.now + timedelta(seconds=30))
    said = desk.tell(Disposed(originate.call, seat(1), "sale", True, None), 5)
    assert of(Recycle, said) == [Recycle(CAMPAIGN, ask.candidate.contact, None, "sale")]
    assert of(SetSeat, said)[0].state == "ready"
    assert of(SeekLeave, said), "the next number is sought at once"


def test_a_campaign_begins_one_to_one_whatever_its_ratio() -> None:
    desk = Desk(ratio=3.0)
    assert len(of(SeekLeave, desk.ready(1, 2, 3))) == 3


def test_the_longest_waiting_agent_is_taken_first() -> None:
    desk = Desk()
    asks = of(SeekLeave, desk.ready(1, 2))
    first, second = desk.clear(asks)
    assert of(Connect, desk.answered(second)) == [Connect(second.call, seat(1))]
    assert of(Connect, desk.answered(first)) == [Connect(first.call, seat(2))]


def test_who_waits_comes_before_a_new_number() -> None:
    desk = Desk(ratio=3.0, live_answers=1000)
    asks = of(SeekLeave, desk.ready(1))
    first, second = desk.clear(asks)[:2]
    desk.answered(first)
    assert not of(Connect, desk.answered(second))
    desk.tell(AgentJoined(first.call, seat(1)))
    said = desk.ready(2)
    assert isinstance(said[1], SetSeat)
    assert of(Connect, said) == [Connect(second.call, seat(2))]


def test_nobody_free_in_time_means_the_message_and_the_budget_pays() -> None:
    desk = Desk(ratio=3.0, live_answers=1000)
    asks = of(SeekLeave, desk.ready(1))
    first, second = desk.clear(asks)[:2]
    desk.answered(first)
    desk.tell(AgentJoined(first.call, seat(1)))
    desk.answered(second)
    at = desk.dialer.wakeup()
    assert at is not None
    assert at < desk.now + timedelta(seconds=2)
    said = desk.tell(Tick(), 1.8)
    assert of(PlayMessage, said) == [PlayMessage(second.call, "abandoned")]
    assert desk.dialer.boards[CAMPAIGN].ledger.own.abandoned == 1
    over = desk.tell(HungUp(second.call, 16, "us"), 8)
    assert of(Conclude, over)[0].outcome == "abandoned"


def test_a_machine_is_hung_up_on_and_tried_again_later() -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    desk.tell(Answered(originate.call), 5)
    said = desk.tell(MachineHeard(originate.call, "voicemail", "9 words without a pause"), 2)
    assert of(HangUp, said) == [HangUp(originate.call, "machine")]
    over = desk.tell(HungUp(originate.call, 16, "us"))
    assert of(Conclude, over)[0].outcome == "machine"
    again = of(Recycle, over)[0].due_at
    assert again is not None
    assert again > desk.now


@pytest.mark.parametrize(
    ("cause", "outcome"), [(17, "busy"), (19, "no_answer"), (1, "disconnected"), (34, "congestion")]
)
def test_what_the_network_says_is_kept_beside_the_outcome(cause: int, outcome: str) -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    over = desk.tell(HungUp(originate.call, cause, "network"), 3)
    assert of(Conclude, over) == [Conclude(originate.call, outcome, cause, False)]


def test_a_barred_contact_waits_for_its_lawful_hour() -> None:
    desk = Desk()
    (ask,) = of(SeekLeave, desk.ready(1))
    said = desk.tell(Barred(ask.attempt, ("hours",), NOW + timedelta(hours=5)))
    assert of(Recycle, said)[0] == Recycle(CAMPAIGN, ask.candidate.contact, NOW + timedelta(hours=5), "hours")
    assert of(SeekLeave, said), "and the next one is sought"


def test_a_permit_that_comes_after_a_stop_is_not_dialled() -> None:
    desk = Desk()
    (ask,) = of(SeekLeave, desk.ready(1))
    desk.tell(StopAsked(None, False))
    said = desk.tell(Cleared(ask.attempt, permit(ask, desk.now)))
    assert not of(Originate, said)
    assert of(Conclude, said) == [Conclude(ask.attempt, "withdrawn", None, False)]
    assert of(SeekLeave, desk.tell(ResumeAsked()))


def test_a_stop_releases_the_hopper_and_serves_what_rings() -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    desk.tell(Ringing(originate.call), 1)
    said = desk.tell(StopAsked(None, False))
    assert of(Release, said)
    assert not of(HangUp, said)
    desk.tell(Answered(originate.call), 2)
    assert of(Connect, desk.tell(HumanHeard(originate.call, "a short greeting"), 1))


def test_a_stop_that_hangs_up_ends_what_rings() -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    desk.tell(Ringing(originate.call), 1)
    assert of(HangUp, desk.tell(StopAsked(None, True))) == [HangUp(originate.call, "cancelled")]


def test_a_paused_campaign_dials_no_more() -> None:
    desk = Desk()
    (ask,) = of(SeekLeave, desk.ready(1))
    assert of(Release, desk.tell(CampaignSet(settings(running=False, version=2))))
    assert not of(Originate, desk.tell(Cleared(ask.attempt, permit(ask, desk.now))))


def test_a_person_who_was_taken_for_a_machine_is_paid_for_once_it_is_known() -> None:
    desk = Desk(ratio=3.0, live_answers=100, abandoned=1)
    budget = desk.dialer.boards[CAMPAIGN].ledger.own
    assert budget.left == 2
    desk.tell(CampaignSet(settings(ratio=3.0, live_answers=101, abandoned=3)))
    assert budget.left == 0


def test_an_expired_permit_and_one_for_another_number_are_not_dialled() -> None:
    old = {"sealed_at": NOW - timedelta(seconds=9), "valid_until": NOW - timedelta(seconds=4)}
    for changes in ({"number": "+12125550199"}, old):
        desk = Desk()
        (ask,) = of(SeekLeave, desk.ready(1))
        assert not of(Originate, desk.tell(Cleared(ask.attempt, permit(ask, NOW, **changes))))


def test_a_permit_without_a_seat_any_more_is_withdrawn() -> None:
    desk = Desk()
    (ask,) = of(SeekLeave, desk.ready(1))
    desk.tell(SeatPaused(seat(1), "lunch"))
    said = desk.tell(Cleared(ask.attempt, permit(ask, desk.now)))
    assert not of(Originate, said)
    assert of(Recycle, said)[0].reason == "no_seat_left"


def test_a_suppressed_number_is_dropped_hung_up_and_not_dialled() -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    desk.tell(Ringing(originate.call), 1)
    said = desk.tell(NumberSuppressed(originate.permit.number, SELLER))
    assert of(HangUp, said) == [HangUp(originate.call, "cancelled")]
    (ask,) = of(SeekLeave, said)
    over = desk.tell(HungUp(originate.call, 16, "us"))
    assert of(Recycle, over)[0].due_at is None

    desk.tell(NumberSuppressed(ask.candidate.number, None))
    assert not of(Originate, desk.tell(Cleared(ask.attempt, permit(ask, desk.now))))

    waiting = next(iter(desk.dialer.boards[CAMPAIGN].hopper._line.values()))
    said = desk.tell(NumberSuppressed(waiting.number, SELLER))
    assert of(Recycle, said) == [Recycle(CAMPAIGN, waiting.contact, None, "suppressed")]


def test_a_pause_in_a_talk_holds_afterwards() -> None:
    desk = Desk()
    originate = desk.talking()
    assert not of(SetSeat, desk.tell(SeatPaused(seat(0), "lunch")))
    desk.tell(HungUp(originate.call, 16, "callee"), 30)
    said = desk.tell(Disposed(originate.call, seat(0), "sale", True, None), 3)
    assert [(one.state, one.reason) for one in of(SetSeat, said)] == [("paused", "lunch")]


def test_a_wrap_up_ends_by_itself() -> None:
    desk = Desk()
    originate = desk.talking()
    desk.tell(HungUp(originate.call, 16, "callee"), 30)
    said = desk.tell(Tick(), 31)
    assert of(DisposeFor, said) == [DisposeFor(originate.call, seat(0), "not_dispositioned")]
    assert of(SetSeat, said)[0].state == "ready"


def test_a_disposition_in_the_talk_holds_when_it_ends() -> None:
    desk = Desk()
    originate = desk.talking()
    desk.tell(Disposed(originate.call, seat(0), "sale", True, None), 20)
    over = desk.tell(HungUp(originate.call, 16, "callee"), 5)
    assert [one.state for one in of(SetSeat, over)] == ["ready"]
    assert of(Recycle, over)[0].reason == "sale"


def test_finish_after_this_call_holds_after_this_call() -> None:
    desk = Desk()
    originate = desk.talking()
    desk.tell(FinishAsked(seat(0), True))
    desk.tell(HangUpAsked(seat(0), originate.call), 10)
    desk.tell(HungUp(originate.call, 16, "us"))
    said = desk.tell(Disposed(originate.call, seat(0), "sale", True, None), 3)
    assert [(one.state, one.reason) for one in of(SetSeat, said)] == [("paused", "finished")]


def test_a_lost_screen_gets_no_call_and_in_a_talk_alarms_the_supervisor() -> None:
    desk = Desk()
    desk.ready(5)
    assert of(SetSeat, desk.tell(SeatLost(seat(5))))[0].state == "paused"
    desk = Desk()
    desk.talking()
    assert of(Warn, desk.tell(SeatLost(seat(0))))[0].kind == "seat_lost_in_talk"


def test_a_person_being_joined_to_a_lost_seat_waits_for_another() -> None:
    desk = Desk()
    first, _ = desk.clear(of(SeekLeave, desk.ready(1, 2)))
    assert of(Connect, desk.answered(first))[0].seat == seat(1)
    assert of(Connect, desk.tell(SeatLost(seat(1)))) == [Connect(first.call, seat(2))]


def test_signing_off_in_wrap_up_leaves_nothing_open() -> None:
    desk = Desk()
    originate = desk.talking()
    desk.tell(HungUp(originate.call, 16, "callee"), 30)
    said = desk.tell(SeatClosed(seat(0)))
    assert of(DisposeFor, said)
    assert of(SetSeat, said)[0].state == "closed"


def test_in_preview_the_agent_looks_first() -> None:
    desk = Desk(mode="preview")
    (offer,) = of(Offer, desk.ready(1))
    assert not of(SeekLeave, desk.commands)
    (ask,) = of(SeekLeave, desk.tell(DialAsked(seat(1), candidate(0, origin="preview", seat=seat(1))), 4))
    assert (ask.candidate.contact, ask.method) == (offer.candidate.contact, "preview")
    (originate,) = desk.clear([ask])
    desk.tell(Ringing(originate.call), 1)
    assert of(Connect, desk.tell(Answered(originate.call), 3)) == [Connect(originate.call, seat(1))]


def test_a_skipped_contact_goes_back_and_the_next_is_offered() -> None:
    desk = Desk(mode="preview")
    (first,) = of(Offer, desk.ready(1))
    said = desk.tell(SkipAsked(seat(1)), 2)
    assert of(Release, said)[0].contacts == (first.candidate.contact,)
    assert of(Offer, said)[0].candidate != first.candidate


def test_who_does_not_look_in_time_is_paused() -> None:
    desk = Desk(mode="preview")
    desk.ready(1)
    said = desk.tell(Tick(), 21)
    assert of(Release, said)
    assert of(SetSeat, said)[-1].state == "paused"


def test_a_callback_reserves_its_agent_first() -> None:
    promised = candidate(9, origin="callback", seat=seat(2))
    desk = Desk(leased=[promised, candidate(1), candidate(2)])
    desk.ready(1)
    asks = of(SeekLeave, desk.ready(2))
    assert [ask.candidate for ask in asks] == [promised]
    assert desk.dialer.floor.seat(seat(2)).state == "ringing"
    (originate,) = desk.clear(asks)
    assert of(Connect, desk.tell(Answered(originate.call), 5)) == [Connect(originate.call, seat(2))]


def test_a_dead_clearance_stops_nothing_for_long() -> None:
    desk = Desk()
    (ask,) = of(SeekLeave, desk.ready(1))
    said = desk.tell(Tick(), 5.1)
    assert of(Warn, said)[0].kind == "clearance_silent"
    assert of(SeekLeave, said)
    late = desk.tell(Cleared(ask.attempt, permit(ask, desk.now)))
    assert of(Conclude, late) == [Conclude(ask.attempt, "withdrawn", None, False)]
    assert not of(Conclude, desk.tell(Cleared(ask.attempt, permit(ask, desk.now))))


def test_late_and_doubled_events_are_counted_and_change_nothing() -> None:
    desk = Desk()
    originate = desk.talking()
    for event in (Ringing(originate.call), Answered(originate.call), AgentJoined(originate.call, seat(0))):
        assert desk.tell(event) == []
    assert sum(desk.dialer.surprises.values()) == 3


def test_somebody_on_a_line_we_know_nothing_of_hears_the_message() -> None:
    desk = Desk()
    stranger = desk.talking().call
    desk.tell(EndUnknown(stranger))
    assert of(PlayMessage, desk.tell(Answered(stranger))) == [PlayMessage(stranger, "abandoned")]


def test_a_call_whose_end_is_never_told_ends_all_the_same() -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    for _ in range(12):
        desk.tell(Tick(), 10)
    assert [one.outcome for one in of(Conclude, desk.commands) if one.attempt == originate.call] == ["no_answer"]
    assert [one for one in of(HangUp, desk.commands) if one.call == originate.call]


def test_the_gate_s_refusal_is_an_outcome() -> None:
    desk = Desk()
    (originate,) = desk.clear(of(SeekLeave, desk.ready(1)))
    said = desk.tell(OriginateRefused(originate.call, "permit_void"))
    assert of(Conclude, said)[0].outcome == "refused"


def test_a_second_life_goes_on_where_the_first_stopped() -> None:
    first = Desk()
    originate = first.talking()
    who = candidate(0)
    second = engine.Dialer()
    said = list(
        second.handle(
            Recovered(
                2,
                (settings(),),
                (OpenSeat(seat(0), CAMPAIGN, "talking", True, originate.call, None, "", False),),
                (OpenCall(originate.call, who, "talking", first.now, seat(0)),),
                seed=9,
            ),
            first.now,
        )
    )
    assert [(one.state, one.attempt) for one in of(SetSeat, said)] == [("talking", originate.call)]
    over = second.handle(HungUp(originate.call, 16, "callee"), first.now + timedelta(seconds=9))
    assert of(SetSeat, list(over))[0].state == "wrap_up"
