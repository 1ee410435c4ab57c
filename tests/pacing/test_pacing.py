"""The strict bound holds for every policy, whatever happens next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ahize.pacing.budget import allowance, most_dials
from ahize.pacing.ledger import Budget, Stretch
from ahize.pacing.policies import PACERS, dials_now
from ahize.pacing.snapshot import Snapshot

few = st.integers(0, 40)
snapshots = st.builds(
    Snapshot,
    ready=few,
    talking=few,
    seeking=few,
    ringing=few,
    listening=few,
    waiting=few,
    lines=st.integers(0, 100),
    ratio=st.floats(1.0, 5.0),
    allowance=few,
    playing=few,
    lines_max=st.integers(0, 60),
)
QUIET = Snapshot(ready=4, talking=6, seeking=0, ringing=0, listening=0, waiting=0, lines=100, ratio=1.5, allowance=100)


@given(mode=st.sampled_from(sorted(PACERS)), now=snapshots)
def test_if_everyone_answers_at_once_the_budget_still_pays(mode: str, now: Snapshot) -> None:
    dials = dials_now(mode, now)
    assert dials >= 0
    after = replace(now, seeking=now.seeking + dials)
    assert dials == 0 or after.exposure <= now.allowance
    assert dials <= now.lines


@given(now=snapshots)
def test_a_broadcast_without_agents_is_bound_by_its_lines_alone(now: Snapshot) -> None:
    dials = dials_now("broadcast", replace(now, needs_agents=False))
    assert dials == max(0, min(now.lines_max - now.in_flight, now.lines))


@given(now=snapshots)
def test_one_that_leads_to_agents_dials_no_more_than_a_ratio_might(now: Snapshot) -> None:
    assert dials_now("broadcast", now) <= most_dials(now)


def test_people_found_to_have_been_abandoned_are_paid_for_in_their_period() -> None:
    now = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    budget = Budget(0.03, live_answers=100, abandoned=1)
    budget.hear_of(2, now + timedelta(days=9), now)
    assert budget.left == 1
    budget.hear_of(0, now + timedelta(days=9), now)
    budget.hear_of(50, now, now)
    assert budget.abandoned == 2


@given(live=st.integers(0, 10_000), abandoned=st.integers(0, 400), cap=st.floats(0, 0.1), seats=few, gone=few, air=few)
def test_when_all_agents_vanish_no_more_is_lost_than_was_in_the_air(
    live: int, abandoned: int, cap: float, seats: int, gone: int, air: int
) -> None:
    """Every dial up to the bound is made; then everyone answers, and ``gone`` seats have left."""
    left = allowance(live_answers=live, abandoned=abandoned, cap=cap)
    before = replace(QUIET, ready=seats, talking=0, ringing=air, allowance=left)
    ringing = air + most_dials(before)
    still_here = max(0, seats - gone)
    lost = max(0, ringing - still_here)
    assert lost <= max(left, air - seats) + min(gone, seats)
    after = replace(before, ready=still_here, ringing=ringing)
    assert most_dials(after) == 0 or gone == 0 or after.exposure < left


@given(
    cap=st.floats(0, 0.2), moves=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=60)
)
def test_the_share_stays_under_its_cap_at_every_prefix(cap: float, moves: list[tuple[int, int, bool]]) -> None:
    """An adversary decides who answers and when seats come free; no seat leaves with calls in the air."""
    budget, air, seats = Budget(cap), 0, 3
    for free, answer, person in moves:
        seats += free
        air += dials_now("ratio", replace(QUIET, ready=seats, talking=9, ringing=air, ratio=5.0, allowance=budget.left))
        for _ in range(min(answer, air)):
            air -= 1
            if not person:
                continue
            budget.live_answers += 1
            if seats:
                seats -= 1
            else:
                budget.abandoned += 1
        assert budget.abandoned <= cap * budget.live_answers + 1e-6


@pytest.mark.parametrize(
    ("live", "abandoned", "left"), [(0, 0, 0), (33, 0, 0), (34, 0, 1), (100, 0, 3), (100, 3, 0), (100, 9, 0)]
)
def test_three_in_a_hundred_are_three(live: int, abandoned: int, left: int) -> None:
    assert allowance(live_answers=live, abandoned=abandoned, cap=0.03) == left


def test_a_campaign_begins_one_to_one() -> None:
    assert dials_now("ratio", replace(QUIET, allowance=0)) == 4


def test_a_ratio_counts_those_who_talk() -> None:
    assert dials_now("ratio", QUIET) == 9


def test_in_flight_counts_leave_being_sought_and_calls_listened_to() -> None:
    assert replace(QUIET, seeking=1, ringing=2, listening=3, waiting=4).in_flight == 10


def test_by_hand_nothing_is_dialled_unasked() -> None:
    assert dials_now("manual", QUIET) == dials_now("preview", QUIET) == 0


def test_a_new_period_begins_at_zero() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    budget = Budget(0.03, 1000, 30, at)
    budget.turn(at - timedelta(seconds=1))
    assert budget.left == 0
    assert budget.share == 0.03
    budget.turn(at)
    assert (budget.live_answers, budget.abandoned) == (0, 0)


def test_a_period_that_ends_is_followed_by_its_next() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    month, thirty = (Budget(0.03, 1000, 30, at, days) for days in (31, 30))
    for budget in (month, thirty):
        budget.turn(at + timedelta(days=35))
        assert (budget.live_answers, budget.abandoned, budget.left) == (0, 0, 0)
    assert month.until == datetime(2026, 5, 1, tzinfo=UTC)
    assert thirty.until == at + timedelta(days=60)


def _hours(heard: list[tuple[datetime, int, int]]) -> list[Stretch]:
    """As the rows are counted when an engine begins: an hour is one stretch."""
    hours: dict[datetime, tuple[int, int]] = {}
    for at, live, abandoned in heard:
        hour = at.replace(minute=0, second=0, microsecond=0)
        before = hours.get(hour, (0, 0))
        hours[hour] = before[0] + live, before[1] + abandoned
    return [Stretch(at, *counts) for at, counts in sorted(hours.items())]


@given(
    st.lists(
        st.tuples(st.integers(1, 200), st.integers(0, 5), st.integers(0, 2), st.booleans(), st.booleans()), max_size=80
    )
)
@example([(48, 0, 1, False, False), (5, 0, 0, False, True), *[(200, 0, 0, False, False)] * 7, (30, 0, 0, False, False)])
@example(
    [(15, 0, 1, True, False), (200, 0, 1, False, False), *[(200, 0, 0, False, False)] * 6, (71, 0, 0, False, False)]
)
def test_no_moment_of_a_moving_day_is_judged_too_kindly(calls: list[tuple[int, int, int, bool, bool]]) -> None:
    """Against counting every call of the last 24 hours: never more answers, never fewer abandoned.

    Some are joined after all, a little later; and some minutes find a new engine, which counts the rows by the hour.
    """
    now = datetime(2026, 3, 1, 0, 7, tzinfo=UTC)
    budget: Budget = Budget.moving(0.03, ())
    heard: list[tuple[datetime, int, int]] = []
    for minutes, live, abandoned, joined, anew in calls:
        now += timedelta(minutes=minutes)
        if anew:
            since = now - timedelta(days=1)
            budget = Budget.moving(0.03, _hours([one for one in heard if one[0] >= since]))
        budget.turn(now)
        budget.answer(live)
        budget.abandon(abandoned)
        refunded = joined and abandoned > 0
        heard.append((now, live, abandoned - refunded))
        if refunded:
            now += timedelta(minutes=minutes % 16)
            budget.turn(now)
            budget.abandon(-1)
        last = [one for one in heard if one[0] > now - timedelta(days=1)]
        assert budget.live_answers <= sum(one[1] for one in last)
        assert budget.abandoned >= sum(one[2] for one in last)
