"""A campaign that predicts: one dial for each free seat at once, more on the beat, and never past the bound."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, Ringing
from ahize.dialer.commands import Explain, Learned, Originate, SeekLeave
from ahize.dialer.engine import Dialer
from ahize.dialer.events import CampaignSet, Cleared, Disposed, FinishAsked, OpenCall, OpenSeat, Recovered, Tick
from ahize.dialer.leave import OPEN_S
from ahize.dialer.pace import BEAT_S, WORD_S
from ahize.kernel.ids import AttemptId
from ahize.pacing import learned
from dialer.desk import CAMPAIGN, NOW, Desk, candidate, of, permit, seat, settings

SEATS = 60
RICH = {"live_answers": 20_000, "abandoned": 100}
"""There is allowance for far more than so few seats can use."""
BEATS = 4
"""Within these nobody gives up on a clearance that is silent."""


def talking(seats: int, **changes: Any) -> Desk:
    """A floor that has just become one that predicts, with so many seats, all of them in a talk."""
    desk = Desk(contacts=300, mode="progressive", **changes)
    originates = desk.clear(of(SeekLeave, desk.ready(*range(seats))))
    desk.tell(Tick(), 8.0)
    for originate in originates:
        for news in (Ringing(originate.call), Answered(originate.call), HumanHeard(originate.call, "certain")):
            desk.tell(news)
    for call in list(desk.dialer.calls.values()):
        assert call.seat is not None
        desk.tell(AgentJoined(call.id, call.seat))
    desk.tell(CampaignSet(settings(mode="predictive", **changes)))
    return desk


def ahead(desk: Desk, beats: int = BEATS) -> list[SeekLeave]:
    return [ask for _ in range(beats) for ask in of(SeekLeave, desk.tell(Tick(), BEAT_S))]


def test_a_new_campaign_dials_one_for_each_seat() -> None:
    desk = Desk(mode="predictive")
    assert len(of(SeekLeave, desk.ready(1, 2, 3))) == 3
    assert not ahead(desk)


def test_with_allowance_it_dials_ahead_of_seats_that_finish_their_calls() -> None:
    desk = talking(SEATS, **RICH)
    for call in list(desk.dialer.calls.values())[::2]:
        desk.tell(HungUp(call.id, 16, "callee"))
    assert ahead(desk, 2 * BEATS)
    snapshot = desk.dialer.snapshot(desk.dialer.boards[CAMPAIGN])
    assert 0 < snapshot.exposure <= snapshot.allowance


def test_without_allowance_nobody_is_dialled_ahead() -> None:
    assert not ahead(talking(SEATS, live_answers=1000, abandoned=30))


def test_the_allowance_is_never_passed() -> None:
    desk = talking(SEATS, live_answers=1000, abandoned=28)
    assert len(ahead(desk)) <= 2


def test_with_a_confidence_the_price_decides_where_the_bound_would_stop_it() -> None:
    def exposed(confidence: float | None) -> int:
        desk = talking(SEATS, live_answers=1000, abandoned=22, confidence=confidence)
        for call in list(desk.dialer.calls.values())[::2]:
            desk.tell(HungUp(call.id, 16, "callee"))
        ahead(desk, 2 * BEATS)
        return desk.dialer.snapshot(desk.dialer.boards[CAMPAIGN]).exposure

    assert exposed(None) <= 9 < exposed(0.95)


def test_seats_that_will_not_come_back_are_not_dialled_for() -> None:
    desk = talking(SEATS, **RICH)
    for n in range(SEATS):
        desk.tell(FinishAsked(seat(n), True))
    assert not ahead(desk, 2)


def test_between_two_beats_only_a_free_seat_gets_its_dial() -> None:
    desk = talking(2, **RICH)
    assert not ahead(desk), "two talks may last"
    one = next(iter(desk.dialer.calls.values()))
    agent = one.seat
    assert agent is not None
    desk.tell(HungUp(one.id, 16, "callee"), 0.1)
    said = desk.tell(Disposed(one.id, agent, "sale", True, None), 0.1)
    assert len(of(SeekLeave, said)) == 1


def test_it_says_why_now_and_then() -> None:
    desk = talking(3, **RICH)
    said = [word for _ in range(10) for word in of(Explain, desk.tell(Tick(), BEAT_S))]
    assert 10 * BEAT_S / WORD_S - 1 <= len(said) <= 10 * BEAT_S / WORD_S + 1
    assert said[-1].campaign == CAMPAIGN
    assert (said[-1].free, said[-1].allowance) == (0, 500)


def test_a_floor_without_seats_has_no_beat() -> None:
    desk = Desk(contacts=200, mode="predictive", **RICH)
    desk.tell(Tick(), 60.0)
    at = desk.dialer.wakeup()
    assert at is None or at > desk.now + timedelta(seconds=BEAT_S)


def test_what_a_dial_came_to_is_learned_once() -> None:
    desk = Desk(mode="predictive")
    pacer = desk.dialer.boards[CAMPAIGN].pacer
    before, keep = pacer.rate._answers[1], 1 - 1 / pacer.rate.memories[1]
    originate = desk.talking(1)
    assert pacer.rate._answers[1] == before * keep + 1.0
    desk.tell(HungUp(originate.call, 16, "callee"), 60)
    assert pacer.rate._answers[1] == before * keep + 1.0
    exposed = pacer.rate._exposures[1]
    for busy in desk.clear(of(SeekLeave, desk.ready(2))):
        desk.tell(HungUp(busy.call, 17, "callee"), 30)
    assert exposed < pacer.rate._exposures[1] <= exposed + 1.0


@pytest.mark.parametrize("left_s", [1.0, OPEN_S + 1.0])
def test_who_may_be_answered_in_the_next_period_is_one_for_each_seat(left_s: float) -> None:
    until = NOW + timedelta(seconds=left_s)
    desk = Desk(mode="ratio", ratio=2.5, live_answers=3000, abandoned=50, period_until=until)
    asks = of(SeekLeave, desk.ready(1, 2))
    assert len(asks) == (5 if left_s > OPEN_S else 2)
    late = [desk.tell(Cleared(ask.attempt, permit(ask, desk.now)), 2.0 * (n == 0)) for n, ask in enumerate(asks)]
    assert sum(len(of(Originate, said)) for said in late) == 2


def test_a_new_engine_begins_with_what_the_last_one_learned() -> None:
    desk = talking(SEATS, **RICH)
    for _ in range(70):
        desk.tell(Tick(), BEAT_S)
    said = of(Learned, desk.commands)
    assert len(said) == 2, "about once a minute"
    again = Desk(mode="predictive", learned=said[-1].text)
    cold = Desk(mode="predictive")
    means = [one.dialer.boards[CAMPAIGN].pacer.answer_s.mean_s for one in (desk, again, cold)]
    assert abs(means[0] - means[1]) < 1e-3 < abs(means[0] - means[2])


def test_a_new_engine_knows_how_long_talks_and_wrap_ups_have_lasted_and_how_likely_a_call_is_answered() -> None:
    first = Desk(mode="predictive")
    kinds = first.dialer.boards[CAMPAIGN].pacer.kinds
    for _ in range(60):
        kinds.learn(("0",), True, 0.2)
    text = learned.written(first.dialer.boards[CAMPAIGN].pacer)
    ids = [AttemptId(UUID(int=n)) for n in range(1, 4)]
    second = Dialer()
    second.handle(
        Recovered(
            2,
            (settings(mode="predictive", learned=text),),
            (
                OpenSeat(
                    seat(0), CAMPAIGN, "talking", True, ids[0], None, "", False, since=NOW - timedelta(seconds=90)
                ),
                OpenSeat(
                    *(seat(1), CAMPAIGN, "wrap_up", True, ids[1], NOW + timedelta(seconds=9), "", False),
                    candidate(1),
                    since=NOW - timedelta(seconds=20),
                ),
            ),
            (
                OpenCall(ids[0], candidate(0), "talking", NOW - timedelta(seconds=90), seat(0)),
                OpenCall(ids[2], candidate(2), "ringing", NOW - timedelta(seconds=7), None),
            ),
            seed=9,
        ),
        NOW,
    )
    view = second._view(second.boards[CAMPAIGN])
    assert (view.talking, view.wrapping, view.open_dials) == ([90.0], [20.0], [7.0])
    assert view.chances == pytest.approx([kinds.of(("0",))], rel=0.01)
    assert view.chances[0] > 2.0


def test_a_list_that_nobody_answers_is_told_from_the_other() -> None:
    desk = Desk(leased=[candidate(n, place=n % 2) for n in range(60)], mode="predictive")
    pacer = desk.dialer.boards[CAMPAIGN].pacer
    for originate in desk.clear(of(SeekLeave, desk.ready(*range(40)))):
        call = desk.dialer.calls[originate.call]
        if call.candidate.place:
            desk.tell(Answered(call.id))
            desk.tell(HumanHeard(call.id, "certain"))
        else:
            desk.tell(HungUp(call.id, 17, "callee"), 1)
    assert pacer.kinds.of(("0",)) < 1.0 < pacer.kinds.of(("1",))
