"""Seats for callers and for dialling out in the gaps: the formula against its limits, and against playing it."""

from __future__ import annotations

import pytest

from ahize.pacing import blended, staffing
from ahize.pacing.blended_line import Half, blend_by_play, play
from ahize.pacing.staffing import HALF_HOUR_S, Load, Target
from ahize.pacing.waiting_line import Manner

LOAD = Load(100, 180, 120)


def test_with_every_seat_in_reserve_it_is_erlang_a_and_without_callers_the_pacers_curve() -> None:
    callers = blended.blend(LOAD, 12, 12, 20)
    assert callers.talks == 0.0
    alone = staffing.service(LOAD, 12, 20)
    for name in ("waits", "in_time", "abandons", "mean_wait_s", "occupancy"):
        assert getattr(callers.service, name) == pytest.approx(getattr(alone, name), rel=1e-9)
    dials = blended.blend(Load(1e-9, 180, 120), 25, 0, 20)
    assert dials.talks * 180 / HALF_HOUR_S / 25 == pytest.approx(staffing.busy_share(25), rel=1e-6)


@pytest.mark.parametrize(("load", "talks"), [(Load(20, 200, 120), 20), (LOAD, 50), (Load(100, 180, 40), 10)])
def test_callers_and_talks_counted_one_by_one_agree_with_the_formula(load: Load, talks: float) -> None:
    found = blended.least_blend(load, talks, Target())
    assert found is not None
    halves = [Half(load, found.seats, found.reserve)] * 8
    seen = play(halves, within_s=20, days=60, seed=3, manner=Manner(waves=0.0, exponential=True))[2:]
    assert sum(one.callers.in_time for one in seen) / 6 == pytest.approx(found.service.in_time, abs=0.02)
    assert sum(one.callers.abandons for one in seen) / 6 == pytest.approx(found.service.abandons, abs=0.01)
    assert sum(one.talks for one in seen) / 6 == pytest.approx(found.talks, rel=0.04)


@pytest.mark.parametrize(("calls", "talks"), [(5, 5), (20, 20), (100, 50), (300, 300)])
def test_the_same_seats_need_fewer_than_two_groups_and_one_less_would_not_do(calls: float, talks: float) -> None:
    load, target = Load(calls, 200, 180), Target()
    found = blended.least_blend(load, talks, target)
    assert found is not None
    assert found.seats < staffing.least_seats(load, target) + staffing.dialling_seats(talks, 200)
    assert found.service.in_time >= target.share
    assert found.talks >= talks
    fewer = blended.least_reserve(load, found.seats - 1, target)
    assert fewer is None or fewer.talks < talks


def test_a_reserve_gives_up_talks_for_callers() -> None:
    seen = [blended.blend(LOAD, 15, reserve, 20) for reserve in range(5)]
    assert sorted(seen, key=lambda one: one.service.in_time) == seen
    assert sorted(seen, key=lambda one: -one.talks) == seen
    assert blended.least_blend(Load(0, 180), 20, Target()) is None
    assert blended.least_blend(LOAD, 0, Target()) is None
    assert blended.least_blend(Load(2000, 200, 180), 400, Target()) is None, "callers who wait long are a saving too"
    assert blended.least_reserve(LOAD, 3, Target()) is None


def test_a_day_with_waves_gets_a_seat_more_where_it_misses_and_the_same_days_give_the_same_seats() -> None:
    target, talks = Target(), [30.0, 30.0, 0.0]
    loads = [Load(60, 200, 120), Load(140, 200, 120), Load(40, 200, 120)]
    found = [blended.least_blend(load, wanted, target) for load, wanted in zip(loads, talks, strict=True)]
    begin = [
        Half(load, 9, 9, dials=False) if one is None else Half(load, one.seats, one.reserve)
        for load, one in zip(loads, found, strict=True)
    ]
    most = [half.seats + 4 for half in begin]
    kept, seen = blend_by_play(begin, talks, most, target, days=40, seed=1)
    assert all(half.seats <= top for half, top in zip(kept, most, strict=True))
    assert all(one.callers.in_time >= 0.79 for one in seen)
    assert all(one.talks >= wanted for one, wanted in zip(seen, talks, strict=True))
    assert seen[2].talks == 0
    assert blend_by_play(begin, talks, most, target, days=40, seed=1) == (kept, seen)
