"""Each peer's arithmetic on small floors made by hand, as our notes describe it."""

from __future__ import annotations

import pytest

from ahize.run.bench_pacing import SCENARIOS
from ahize.sim import peers
from ahize.sim.peers import (
    ErlangB,
    FixedRatio,
    Issabel,
    Setting,
    VicidialAdapt,
    VicidialRatio,
    erlang_b,
    offered_load,
    vicidial_settings,
)
from ahize.sim.shift_floor import Floor
from ahize.sim.shift_scenarios import read_scenarios


def floor(*, free=0, talking=0, wrapping=0, dials=0, waiting=0, now_s=0.0, **rest) -> Floor:
    """So many of each, all since the day began; ``rest`` sets counts by name."""
    made = Floor()
    seats = iter(range(1000))
    for here, count in ((made.free, free), (made.talking, talking), (made.wrapping, wrapping)):
        here.update((next(seats), 0.0) for _ in range(count))
    made.dials.update((dial, 0.0) for dial in range(dials))
    made.waiting.update((1000 + caller, 0.0) for caller in range(waiting))
    made.now_s, made.logged_in, made.room = now_s, free + talking + wrapping, 1000
    for name, value in rest.items():
        assert hasattr(made, name)
        setattr(made, name, value)
    return made


# ── lines for each agent ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "here", "dials"),
    [
        (1.0, {"free": 4, "talking": 6}, 4),
        (1.0, {"free": 4, "dials": 3}, 1),
        (3.5, {"free": 3, "dials": 4}, 6),
        (3.5, {"talking": 9}, 0),
        (2.0, {"free": 1, "dials": 5}, -3),
    ],
)
def test_a_fixed_ratio_counts_free_agents_and_what_is_in_the_air(lines, here, dials):
    assert FixedRatio(lines).dials(floor(**here)) == dials


@pytest.mark.parametrize(
    ("level", "available_only", "here", "dials"),
    [
        # Ten agents talk: level 3 means 30 lines, 20 of them dialling.
        (3.0, False, {"talking": 10}, 20),
        (3.0, False, {"talking": 10, "dials": 15, "waiting": 2}, 3),
        # Whoever wraps up is paused to it.
        (3.0, False, {"talking": 2, "wrapping": 8}, 4),
        (1.5, False, {"free": 3}, 5),
        (3.0, True, {"free": 2, "talking": 10}, 6),
        (3.0, True, {"talking": 10}, 0),
        (3.0, True, {"free": 2, "talking": 10, "dials": 7}, -1),
    ],
)
def test_a_pass_of_vicidial_counts_connected_calls_as_lines(level, available_only, here, dials):
    assert VicidialRatio(level, available_only).dials(floor(**here)) == dials


# ── VICIdial's adaptive level ───────────────────────────────────────────────────────────────────────────────────


def beats(policy: VicidialAdapt, made: Floor, *, to_s: float) -> list[int]:
    """Ask at every beat from the floor's time until ``to_s``; what it wanted each time."""
    wanted = []
    while made.now_s <= to_s:
        wanted.append(policy.dials(made))
        made.now_s += policy.beat_s
    return wanted


def test_it_dials_every_two_and_a_half_seconds_only():
    assert beats(VicidialAdapt("hard"), floor(free=4), to_s=5.0) == [4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 4]


def test_the_level_follows_the_idle_agents_every_fifteen_seconds():
    policy = VicidialAdapt("hard")
    beats(policy, floor(free=4, talking=6), to_s=14.5)
    assert policy.level == 1.0
    beats(policy, floor(free=4, talking=6, now_s=15.0), to_s=15.0)
    assert policy.level == 1.4  # four of ten wait: up by four tenths
    beats(policy, floor(free=4, talking=6, now_s=15.5), to_s=45.0)
    assert policy.level == pytest.approx(2.744)
    beats(policy, floor(free=4, talking=6, now_s=45.5), to_s=60.0)
    assert policy.level == 3.0  # its cap
    beats(policy, floor(talking=10, waiting=2, now_s=60.5), to_s=75.0)
    assert policy.level == 2.4  # two callers wait for ten agents


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        ({"difference_target": -4.0}, 1.0),
        ({"difference_target": -5.0}, 1.0),
        ({"difference_target": 1.0}, 1.5),
        ({"intensity": 50.0}, 1.6),
        ({"level_max": 1.2}, 1.2),
    ],
)
def test_targets_intensity_and_caps_move_the_level(settings, level):
    policy = VicidialAdapt("hard", **settings)
    beats(policy, floor(free=4, talking=6), to_s=15.0)
    assert policy.level == pytest.approx(level)


@pytest.mark.parametrize(
    ("method", "level"),
    # From 6.0, all agents busy and nobody waiting: only the limit acts, twice. At half past noon 2100 - 1230 = 870.
    [("hard", 1.0), ("average", 6.0 / 4.0), ("tapered", 6.0 * 0.87 * 0.87)],
)
def test_over_the_days_limit_each_method_has_its_own_cliff(method, level):
    at_s = 3.5 * 3600
    over = {"dialled_today": 300, "live_answers_today": 100, "abandoned_today": 4}
    policy = VicidialAdapt(method, level_max=8.0, level=6.0)
    beats(policy, floor(talking=10, now_s=at_s, **over), to_s=at_s + 15.0)
    assert policy.level == pytest.approx(level)


def test_the_counts_are_a_minute_old_and_of_today():
    under = {"dialled_today": 300, "live_answers_today": 100, "abandoned_today": 3}
    over = under | {"abandoned_today": 4}
    policy = VicidialAdapt("hard", level=2.0)
    beats(policy, floor(talking=10, **under), to_s=15.0)
    beats(policy, floor(talking=10, now_s=15.5, **over), to_s=59.5)
    assert policy.level == 2.0
    beats(policy, floor(talking=10, now_s=60.0, **over), to_s=60.0)
    assert policy.level == 1.0
    policy.level = 2.0
    policy.told("day", 1.0)
    beats(policy, floor(talking=10, now_s=15.0), to_s=15.0)
    assert policy.level == 2.0


def test_few_calls_are_no_reason_to_stop():
    policy = VicidialAdapt("hard", level=2.0)
    here = floor(talking=10, dialled_today=50, live_answers_today=10, abandoned_today=9)
    beats(policy, here, to_s=15.0)
    assert policy.level == 2.0


def test_a_minute_in_which_every_other_call_drops_halves_the_level():
    policy = VicidialAdapt("hard", level=3.0, limit=1.0)
    here = floor(talking=10, dialled_today=40, live_answers_today=40, abandoned_today=21)
    beats(policy, here, to_s=15.0)
    assert policy.level == 1.5


def test_there_are_forty_five_settings_to_try_and_the_shipped_ones_are_among_them():
    settings = list(vicidial_settings())
    assert len(set(settings)) == len(settings) == 45
    assert Setting("hard", False, 3.0, 0.0) in settings


# ── Issabel ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_issabel_dials_one_to_one_until_it_has_ten_calls():
    assert Issabel().dials(floor(free=3, dials=1)) == 2


def taught(*, answered: int, ended: int) -> Issabel:
    """After dials that rang for 10 s, with talks of 50 s."""
    policy = Issabel()
    for _ in range(answered):
        for what, seconds in (("answered", 10.0), ("live", 0.0), ("talked", 50.0)):
            policy.told(what, seconds)
    for _ in range(ended):
        policy.told("ended", 26.0)
    return policy


def test_issabel_divides_by_the_answered_share_but_never_by_less_than_a_fifth():
    assert taught(answered=10, ended=10).dials(floor(free=3, dials=1)) == 4
    assert taught(answered=10, ended=90).dials(floor(free=3, dials=1)) == 10
    assert taught(answered=10, ended=10).dials(floor(free=1, dials=3)) == -2


def test_issabel_counts_on_agents_who_have_talked_long():
    # 1 - exp(-(10 + elapsed) / 50) ≥ 0.97 from an elapsed time of 165.3 s on.
    policy = taught(answered=10, ended=0)
    assert policy.dials(floor(talking=4, now_s=165.0)) == 0
    assert policy.dials(floor(talking=4, now_s=166.0)) == 4
    assert policy.dials(floor(talking=4, waiting=1, dials=1, now_s=166.0)) == 2


def test_issabel_forgets_after_half_an_hour():
    policy = taught(answered=10, ended=10)
    assert policy.dials(floor(free=1)) == 2
    assert policy.dials(floor(free=1, now_s=1801.0)) == 1


# ── Erlang ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_loss_formula_agrees_with_the_tables():
    assert erlang_b(1, 1.0) == pytest.approx(0.5)
    assert erlang_b(10, 5.0) == pytest.approx(0.018385, abs=1e-6)
    for seats, busy in ((5, 0.36), (10, 0.54), (25, 0.72), (50, 0.81), (100, 0.88)):
        assert offered_load(seats) * 0.97 / seats == pytest.approx(busy, abs=0.01)


def test_the_open_loop_dials_at_its_rate_whatever_happens():
    (base,) = (one for one in read_scenarios(SCENARIOS) if one.name == "S15")
    for here in ({"free": 50}, {"talking": 50, "dials": 300, "waiting": 9}):
        policy = ErlangB(base)
        dialled = sum(policy.dials(floor(now_s=beat / 2.0, **here)) for beat in range(7200))
        assert dialled == pytest.approx(3600.0 * offered_load(50) / base.handle_s / 0.15, abs=2)
    assert ErlangB(base).dials(floor()) == 0


# ── by name ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_peer_is_made_fresh():
    (base,) = (one for one in read_scenarios(SCENARIOS) if one.name == "S01")
    for name, make in peers.PEERS.items():
        first, second = make(base), make(base)
        assert first is not second, name
        assert first.dials(floor(free=4)) == second.dials(floor(free=4)), name
