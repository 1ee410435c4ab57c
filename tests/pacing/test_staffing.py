"""Seats for a half hour: published figures, the limits of the model, and callers counted one by one."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.kernel.errors import BadInput
from ahize.pacing import staffing, waiting_line
from ahize.pacing.staffing import Load, Target, blocked, least_seats, service
from ahize.pacing.waiting_line import Manner, play, seats_by_play


@pytest.mark.parametrize(
    ("seats", "erlangs", "share"),
    [(1, 1.0, 0.5), (2, 1.0, 0.2), (10, 10.0, 0.2146), (15, 10.0, 0.0365)],
)
def test_erlang_b_as_its_tables_have_it(seats: int, erlangs: float, share: float) -> None:
    assert blocked(seats, erlangs) == pytest.approx(share, abs=6e-5)
    assert blocked(117, 100.0) <= 0.01 < blocked(116, 100.0)


def test_erlang_c_as_its_textbook_example_has_it() -> None:
    """100 calls of three minutes in half an hour, 14 seats, 20 seconds."""
    found = service(Load(100, 180), 14, 20)
    assert found.waits == pytest.approx(0.174, abs=5e-4)
    assert found.in_time == pytest.approx(0.888, abs=5e-4)
    assert found.mean_wait_s == pytest.approx(7.8, abs=0.05)
    assert found.occupancy == pytest.approx(0.714, abs=5e-4)


def test_erlang_a_as_published_beside_erlang_c() -> None:
    """48 calls a minute of one minute, 50 seats, patience of two minutes (Gans, Koole, Mandelbaum 2003)."""
    patient, real = service(Load(1440, 60), 50, 20), service(Load(1440, 60, 120), 50, 20)
    assert patient.mean_wait_s == pytest.approx(20.8, abs=0.05)
    assert patient.occupancy == pytest.approx(0.96, abs=5e-3)
    assert real.abandons == pytest.approx(0.031, abs=5e-4)
    assert real.mean_wait_s == pytest.approx(3.7, abs=0.05)
    assert real.occupancy == pytest.approx(0.93, abs=5e-3)


@given(calls=st.floats(1, 3000), handle_s=st.floats(20, 900), over=st.floats(1.02, 1.6), within_s=st.floats(0, 60))
@settings(max_examples=60, deadline=None)
def test_it_lies_between_its_limits(calls: float, handle_s: float, over: float, within_s: float) -> None:
    load = Load(calls, handle_s)
    seats = max(1, math.ceil(load.erlangs * over))
    endless, none = (
        service(Load(calls, handle_s, 1e10), seats, within_s),
        service(Load(calls, handle_s, 1e-7), seats, 0),
    )
    c = service(load, seats, within_s)
    assert endless.in_time == pytest.approx(c.in_time, abs=1e-5)
    assert none.abandons == pytest.approx(blocked(seats, load.erlangs), abs=1e-5)
    real = service(Load(calls, handle_s, 120.0), seats, within_s)
    assert none.waits - 1e-6 <= real.waits <= c.waits + 1e-9
    more = service(Load(calls, handle_s, 120.0), seats + 1, within_s)
    assert more.in_time >= real.in_time - 1e-9
    assert more.abandons <= real.abandons + 1e-12


@pytest.mark.parametrize("calls", [9_000, 10_000, 20_000])
def test_a_thousand_seats_keep_the_balance_of_callers(calls: float) -> None:
    """Who is served and who hangs up are all there are; and by Little's law, who hangs up is who waits."""
    found = service(Load(calls, 180, 300), 1000, 20)
    served = found.occupancy * 1000 * staffing.HALF_HOUR_S / 180
    assert served == pytest.approx(calls * (1 - found.abandons), rel=1e-9)
    assert found.abandons == pytest.approx(found.mean_wait_s / 300, rel=1e-9)


def test_time_in_queue_agrees_with_a_sum_over_every_place_in_it() -> None:
    """The share that is answered in time, by another way: the k-th in the queue waits for k + 1 departures, each served
    with its own chance; added up by small steps of time."""
    load, seats, within = Load(100, 180, 120), 11, 20.0
    ends, leaves, arrival = seats / 180, 1 / 120, 100 / 1800
    weight = [1.0]
    for j in range(1, seats + 1):
        weight.append(weight[-1] * arrival * 180 / j)
    for k in range(1, 200):
        weight.append(weight[-1] * arrival / (ends + k * leaves))
    total = sum(weight)
    steps = 4000
    soon = 0.0
    queue = [w / total for w in weight[seats:]]  # how many stand before the caller who watches
    for _ in range(steps):
        dt = within / steps
        served = queue[0] * ends * dt
        soon += served
        after = [0.0] * len(queue)
        for k, share in enumerate(queue):
            out = ends + k * leaves
            after[k] += share * (1 - (out + leaves) * dt)
            if k:
                after[k - 1] += share * out * dt
        queue = after
    expected = sum(weight[:seats]) / total + soon
    assert service(load, seats, within).in_time == pytest.approx(expected, abs=5e-4)


def test_callers_counted_one_by_one_agree_with_the_formula() -> None:
    load, seats = Load(100, 180, 120), 11
    manner = Manner(waves=0.0, exponential=True)
    seen = play([load] * 8, [seats] * 8, within_s=20, days=150, seed=4, manner=manner)[3:]
    expected = service(load, seats, 20)
    assert sum(one.in_time for one in seen) / len(seen) == pytest.approx(expected.in_time, abs=0.015)
    assert sum(one.abandons for one in seen) / len(seen) == pytest.approx(expected.abandons, abs=0.01)


def test_the_least_seats_are_the_least() -> None:
    for load in (Load(5, 300, 100), Load(140, 200, 180), Load(10_000, 180, 300), Load(10_000, 180)):
        seats = least_seats(load, Target())
        assert service(load, seats, 20).in_time >= 0.8 > service(load, seats - 1, 20).in_time
    assert least_seats(Load(0, 180), Target()) == 0
    relaxed = least_seats(Load(140, 200, 180), Target())
    assert least_seats(Load(140, 200, 180), Target(occupancy_max=0.7)) > relaxed
    assert least_seats(Load(140, 200, 180), Target(abandons_max=0.01)) > relaxed
    with pytest.raises(BadInput, match="allow for more"):
        least_seats(Load(15_000, 3600, 60), Target(abandons_max=0.0))


def test_a_day_with_waves_needs_what_the_formula_says_or_a_little_more() -> None:
    loads = [Load(calls, 200, 180) for calls in (20, 110, 150, 100, 40, 0)]
    begin = [least_seats(load, Target()) for load in loads]
    seats, seen = seats_by_play(loads, begin, Target(), days=40, seed=1)
    assert [n - b for n, b in zip(seats, begin, strict=True)] == pytest.approx([1, 1, 2, 1, 1, 0], abs=2)
    assert all(one.in_time >= 0.78 for one in seen)
    assert seats_by_play(loads, begin, Target(), days=40, seed=1) == (seats, seen)


def test_shrinkage_and_dialling_out() -> None:
    assert staffing.with_shrinkage(10, 0.3) == 15
    assert staffing.with_shrinkage(7, 0.3) == 10
    assert staffing.with_shrinkage(0, 0.3) == 0
    for measured, share in (staffing.BUSY_BY_SEATS[2], (1000, staffing.BUSY_BY_SEATS[-1][1])):
        assert staffing.busy_share(measured) == pytest.approx(share), "beyond the curve its end holds"
    seats = staffing.dialling_seats(100, 200)
    assert seats * staffing.busy_share(seats) >= 100 * 200 / 1800 > (seats - 1) * staffing.busy_share(seats - 1)
    assert waiting_line.days_for([Load(1e6, 60)]) == 3


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: Load(-1, 60), "calls"),
        (lambda: Load(1, 0), "handle_s"),
        (lambda: Load(1, 60, math.nan), "patience_s"),
        (lambda: Target(share=1.0), "share"),
        (lambda: Target(within_s=-1), "within_s"),
        (lambda: service(Load(1, 60), -1, 20), "seats"),
        (lambda: staffing.with_shrinkage(1, 1.0), "shrinkage"),
    ],
)
def test_what_cannot_be_is_refused_by_name(made: Callable[[], object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        made()
    assert refused.value.facts["field"] == field


def test_a_great_half_hour_gets_as_many_as_it_needs_in_waves() -> None:
    """One rush of thousands is far from what the formula of an even stream says."""
    loads = [Load(0, 240, 180), Load(5000, 240, 180), Load(0, 240, 180)]
    begin = [least_seats(load, Target()) for load in loads]
    seats, seen = seats_by_play(loads, begin, Target(), days=12, seed=1)
    assert seats[1] > begin[1]
    assert seen[1].in_time >= 0.8
