"""Advice for a team, against the theory's own table and against common sense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ahize.pacing.advice import Team, advise, ahead_s, one_by_one_s

BASE = Team(seats=5, answer_rate=0.15, handle_s=87.0)


@pytest.mark.parametrize(
    ("seats", "rate", "busy"), [(5, 0.05, 0.586), (10, 0.15, 0.740), (25, 0.15, 0.855), (50, 0.4, 0.917)]
)
def test_dialling_ahead_is_what_the_formula_says(seats: int, rate: float, busy: float) -> None:
    """Answers take 0.15 of a call, and nobody waits."""
    team = Team(seats, rate, handle_s=100.0, answer_s=15.0, patience_s=0.0)
    assert 100.0 / (100.0 + ahead_s(team)) == pytest.approx(busy, abs=0.005)


def test_one_by_one_leaves_agents_busy_for_a_third_of_the_time() -> None:
    assert 87.0 / (87.0 + one_by_one_s(BASE)) == pytest.approx(0.37, abs=0.01)


def test_where_nothing_may_be_abandoned_it_is_one_to_one() -> None:
    told = advise(replace(BASE, cap=0.0))
    assert (told.mode, told.why, told.wait_s) == ("progressive", "no_allowance", one_by_one_s(BASE))


def test_a_small_team_gains_by_dialling_ahead_and_one_whose_calls_are_all_answered_does_not() -> None:
    for seats in range(2, 6):
        told = advise(replace(BASE, seats=seats))
        assert told.mode == "predictive"
        assert told.wait_s < told.other_s
    assert advise(replace(BASE, answer_rate=0.95, seats=1)).why == "no_gain"


def test_the_larger_the_team_the_shorter_the_wait_and_the_later_it_has_earned_its_speed() -> None:
    told = [advise(replace(BASE, seats=seats)) for seats in (2, 5, 10, 50)]
    assert [one.wait_s for one in told] == sorted((one.wait_s for one in told), reverse=True)
    assert [one.full_speed_after for one in told] == sorted(one.full_speed_after for one in told)
