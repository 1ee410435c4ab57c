"""The figures mean what they say, and following outcomes never looks ahead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.chance import stream
from ahize.scores.calling import Prior, Worth, best_hours, calling_order, expected_value, warmed
from ahize.scores.cells import Style
from ahize.scores.champion import Schedule, judged
from ahize.scores.columns import Labels, Numbers
from ahize.scores.drift import watch
from ahize.scores.fairness import fairness
from ahize.scores.level import chance, fit_level, followed
from ahize.scores.measures import alift, auc, ece, gain, lift, psi, within

RNG = np.random.default_rng(5)
Z = RNG.normal(-1, 1, 4000)
YES = RNG.random(4000) < chance(Z)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=25))
def test_auc_is_the_share_of_pairs_in_order_and_ties_count_half(rows):
    yes = np.array([each for each, _ in rows])
    p = np.array([each / 4 for _, each in rows])
    pairs = [(a > b) + 0.5 * (a == b) for a in p[yes] for b in p[~yes]]
    assert auc(yes, p) == pytest.approx(np.mean(pairs)) if pairs else np.isnan(auc(yes, p))
    if yes.any():
        assert gain(yes, p, 1.0) == pytest.approx(1.0)
        assert gain(yes, p, 0.5) == pytest.approx(gain(yes[::-1], p[::-1], 0.5))


def test_lift_alift_and_calibration_of_a_score_that_is_known():
    yes = np.arange(100) < 10
    assert lift(yes, 1.0 - np.arange(100) / 100) == pytest.approx(10)
    assert lift(yes, np.full(100, 0.1)) == pytest.approx(1)
    assert alift(yes, np.full(100, 0.1)) == pytest.approx(0.5)
    assert ece(YES, chance(Z)) < 0.03
    assert ece(YES, chance(Z + 1)) > 0.1
    assert within(np.array([0, 1, 0, 1], dtype=bool), np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1])) == 1
    assert psi(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    assert psi(np.array([0.5, 0.5]), np.array([0.9, 0.1])) > 0.25


def test_a_level_that_is_off_is_put_right_and_the_ranking_stays():
    level = fit_level(0.5 * Z + 2, YES)
    assert level.scale == pytest.approx(2, abs=0.2)
    assert ece(YES, chance(level.applied(0.5 * Z + 2))) < 0.03
    assert fit_level(-Z, YES).scale > 0


def test_following_uses_only_outcomes_that_are_known_by_then():
    changed = YES.copy()
    changed[1500:] = ~changed[1500:]
    one, other = (followed(Z + 1, each, late=200) for each in (YES, changed))
    assert (one[:1700] == other[:1700]).all()
    assert (one[1800:] != other[1800:]).any()
    assert ece(YES[2000:], chance(one[2000:])) < 0.5 * ece(YES[2000:], chance(Z[2000:] + 1))


def test_the_watch_rings_for_what_is_too_good_for_what_is_lost_and_for_a_level_that_is_off():
    p = chance(Z)
    promised = auc(YES, p)
    assert watch(YES, p, promised_auc=promised).alarms == ()
    assert "too good" in watch(YES, np.where(YES, 0.9, 0.1) * p, promised_auc=promised).alarms[0]
    assert "down to" in watch(YES, RNG.permutation(p), promised_auc=promised).alarms[0]
    assert "level is off" in watch(YES, chance(Z + 0.5), promised_auc=promised).alarms[0]


def test_the_challenger_takes_over_only_when_it_is_better_by_more_than_chance():
    better, worse = chance(Z), chance(0.3 * Z - 1)
    assert judged(YES, worse, better, seed=1).takes_over
    assert not judged(YES, better, worse, seed=1).takes_over
    assert not judged(YES, better, better, seed=1).takes_over
    assert "too few" in judged(YES[:100], worse[:100], better[:100], seed=1).says
    due = Schedule(outcomes=500, days=30)
    assert due.is_due(new_outcomes=500, trained_on=date(2026, 11, 1), today=date(2026, 11, 2))
    assert due.is_due(new_outcomes=1, trained_on=date(2026, 10, 1), today=date(2026, 11, 2))
    assert not due.is_due(new_outcomes=0, trained_on=date(2026, 1, 1), today=date(2026, 11, 2))


def test_a_random_share_is_called_whatever_its_score_and_nobody_twice():
    worth = np.arange(2000.0)
    order = calling_order(worth, random_share=0.1, chance=stream(3, "order"))
    assert sorted(order.rows) == list(range(2000))
    assert order.explored.mean() == pytest.approx(0.1, abs=0.03)
    first = order.rows[:500][order.explored[:500]]
    assert 500 < first.mean() < 1400  # from all over the list
    assert (np.diff(order.rows[~order.explored]) < 0).all()
    again = calling_order(worth, random_share=0.1, chance=stream(3, "order"))
    assert (again.rows == order.rows).all()


def test_a_group_that_is_passed_over_holds_the_score_back_and_its_proxy_is_named():
    member = RNG.random(4000) < 0.4
    group = Labels("group", member.astype(np.int64), ("a", "b"))
    fields = [
        Numbers("street", member + RNG.normal(0, 0.5, 4000), Style(comma=False, point=True)),
        Numbers("age", RNG.normal(size=4000), Style(comma=False, point=True)),
    ]
    fair = fairness(group, fields, chance(Z), YES)
    assert fair.may_be_activated
    assert [name for name, _ in fair.proxies] == ["street"]
    skewed = fairness(group, fields, chance(Z - 1.5 * member), YES)
    assert not skewed.may_be_activated
    assert skewed.ratio < 0.8
    assert "would be called" in skewed.holds_back[0]
    few = fairness(Labels("group", np.zeros(4000, dtype=np.int64), ("a",)), fields, chance(Z), YES)
    assert not few.may_be_activated


def test_without_history_the_prior_speaks_and_gives_way():
    prior = Prior(yes=2, talks=40)
    assert prior.with_history(0, 0) == 0.05
    assert prior.with_history(300, 1000) == pytest.approx(0.29, abs=0.01)
    p = np.array([0.1, 0.5])
    assert warmed(p, prior, talks=0) == pytest.approx([0.05, 0.05])
    assert warmed(p, prior, talks=10**9) == pytest.approx(p)
    nobody = best_hours({}, {}, {}, [9, 18])
    assert [(each.hour, each.chance) for each in nobody] == [(9, 0.1), (18, 0.1)]
    evening = best_hours({18: (6, 4)}, {9: (100, 10)}, {9: (1000, 200), 18: (1000, 200)}, [9, 18, 20])
    assert [each.hour for each in evening] == [18, 20, 9]
    value = expected_value(np.array([0.5]), np.array([0.8]), p[:1], Worth(Decimal(100), Decimal("0.5"), Decimal(2)))
    assert value == pytest.approx([0.5 * 0.8 * 0.1 * 100 - 0.5 - 0.4 * 2])
