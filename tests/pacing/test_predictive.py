"""The predictive pacer: its forecast against counting every case, its price, and what it learns."""

from __future__ import annotations

import base64
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.chance import stream
from ahize.kernel.errors import BadInput
from ahize.pacing import learned
from ahize.pacing.budget import DEAREST, SETTLES, STEP, Book, reserve_for
from ahize.pacing.laws import LONG, SHORT, AnswerRate, Kinds, Scores, Times, log_normal
from ahize.pacing.predictive import Odds, Predictive, View, _exact, _exposure, _normal

chances = st.floats(0.0, 1.0)
QUIET = View(free=2, talking=[5.0, 60.0], wrapping=[3.0], open_dials=[1.0, 9.0], waiting=0)


def counted(odds: Odds, dials: int) -> float:
    """The chance that one more answer finds nobody, by going through every case."""
    total = 0.0
    for free, answers, new in zip(odds.free, odds.answers, odds.new, strict=True):
        all_answers = [*answers, *([new] * dials)]
        for case in itertools.product((0, 1), repeat=len(free) + len(all_answers)):
            came, asked = case[: len(free)], case[len(free) :]
            if odds.spare + sum(came) <= sum(asked):
                odd = zip((*free, *all_answers), case, strict=True)
                total += math.prod(chance if yes else 1.0 - chance for chance, yes in odd)
    return total / len(odds.new)


@st.composite
def small_floors(draw: st.DrawFn) -> Odds:
    seats, dials = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    rows = st.lists(chances, min_size=2 * seats, max_size=2 * seats)
    answers = st.lists(chances, min_size=2 * dials, max_size=2 * dials)
    return Odds(
        spare=draw(st.integers(-2, 3)),
        free=np.array(draw(rows)).reshape(2, seats),
        answers=np.array(draw(answers)).reshape(2, dials),
        new=np.array(draw(st.lists(chances, min_size=2, max_size=2))),
        error=0.0,
    )


@given(odds=small_floors(), price=st.floats(0.0, 0.6), least=st.integers(0, 2), more=st.integers(0, 2))
def test_the_exact_law_is_what_counting_every_case_gives(odds: Odds, price: float, least: int, more: int) -> None:
    dials, risk = _exact(odds, price, least, least + more)
    assert risk == pytest.approx(counted(odds, dials), abs=1e-9)
    for n in range(least, dials):
        assert counted(odds, n) <= price + 1e-9, "each of them was worth its price"
    assert dials == least + more or counted(odds, dials) > price - 1e-9, "and a further one would not have been"


def test_the_normal_law_is_near_the_exact_one_where_they_meet() -> None:
    chance = stream(3, "floors")
    for _ in range(50):
        odds = Odds(
            spare=chance.randrange(-2, 4),
            free=np.array([[0.5 * chance.random() for _ in range(30)]]),
            answers=np.array([[0.3 * chance.random() for _ in range(40)]]),
            new=np.array([0.15]),
            error=0.0,
        )
        assert _normal(odds, 0.0, 0, 0)[1] == pytest.approx(_exact(odds, 0.0, 0, 0)[1], abs=0.015)


@given(
    free=st.integers(0, 20),
    talking=st.lists(st.floats(0, 900), max_size=40),
    open_dials=st.lists(st.floats(0, 60), max_size=60),
    waiting=st.integers(0, 5),
    most=st.integers(0, 100),
    left=st.floats(-20, 40),
)
def test_one_for_each_free_seat_and_never_more_than_may_be(
    *, free: int, talking: list[float], open_dials: list[float], waiting: int, most: int, left: float
) -> None:
    pacer = Predictive([Book(0.03, 5.0, left=left)], 3.0)
    told = pacer.forecast(View(free, talking, [], open_dials, waiting), most)
    assert min(most, max(0, free - waiting - len(open_dials))) <= told.dials <= most
    assert 0.0 <= told.risk <= 1.0 + 1e-9


def test_without_an_allowance_it_dials_one_to_one_and_with_a_full_book_ahead() -> None:
    busy = View(free=3, talking=[100.0] * 40, wrapping=[10.0] * 7, open_dials=[2.0], waiting=0)
    none, new, full = (Predictive([book], 3.0) for book in (Book(0.0, 0.0), Book(0.03, 12.0), Book(0.03, 12.0)))
    full.books[0].hear(2000, 0)
    dials = [pacer.forecast(busy, 100).dials for pacer in (none, new, full)]
    assert dials[0] == 2
    assert dials[0] < dials[1] < dials[2], "a new one starts low, so that it earns first"


def test_more_free_seats_never_mean_fewer_dials() -> None:
    pacer = Predictive([Book(0.03, 5.0, left=10.0)], 3.0)
    wanted = [pacer.forecast(replace(QUIET, free=free), 100).dials for free in range(12)]
    assert wanted == sorted(wanted)


def test_who_is_told_when_talks_end_dials_for_them() -> None:
    pacer = Predictive([Book(0.03, 0.0, left=10.0)], 3.0)
    view = View(free=2, talking=[20.0] * 25, wrapping=[], open_dials=[], waiting=0)
    unknown = pacer.forecast(view, 100).dials
    assert pacer.forecast(replace(view, talk_left=[math.nan] * 25), 100).dials == unknown
    assert pacer.forecast(replace(view, talk_left=[0.0] * 25), 100).dials > unknown
    assert pacer.forecast(replace(view, talk_left=[900.0] * 25), 100).dials < unknown


def test_seats_that_leave_before_they_are_free_are_not_dialled_for() -> None:
    pacer = Predictive([Book(0.03, 0.0, left=10.0)], 3.0)
    view = View(free=2, talking=[20.0] * 25, wrapping=[10.0] * 5, open_dials=[], waiting=0)
    unknown = pacer.forecast(view, 100).dials
    stays, leaves = [math.inf] * 25, [0.0] * 25
    assert pacer.forecast(replace(view, talking_until=stays), 100).dials == unknown
    gone = replace(view, talking_until=leaves, wrapping_until=[0.0] * 5)
    assert pacer.forecast(gone, 100).dials == pacer.forecast(View(2, [], [], [], 0), 100).dials < unknown
    assert pacer.forecast(replace(gone, free_until=[1.0, 2.0]), 100).dials == 0
    assert pacer.forecast(replace(view, free_until=[math.inf, 900.0]), 100).dials == unknown


def test_calls_from_elsewhere_take_seats() -> None:
    pacer = Predictive([Book(0.03, 0.0, left=10.0)], 3.0)
    for seats in (20, 60):
        view = View(free=4, talking=[20.0] * seats, wrapping=[], open_dials=[], waiting=0)
        dials = [pacer.forecast(replace(view, taken_per_s=rate), 500).dials for rate in (0.0, 0.02, 0.1, 0.5)]
        assert dials == sorted(dials, reverse=True)
        assert dials[0] > dials[2] >= 4


def test_dials_that_will_be_answered_weigh_more_than_those_that_will_not() -> None:
    pacer = Predictive([Book(0.03, 0.0, left=10.0)], 3.0)
    view = View(free=8, talking=[], wrapping=[], open_dials=[1.0] * 8, waiting=0)
    never, soon = ([answer] * 8 for answer in (math.inf, 1.0))
    assert pacer.forecast(replace(view, answers_in=never), 100).dials > pacer.forecast(view, 100).dials
    assert pacer.forecast(replace(view, answers_in=soon), 100).dials == 0
    sure, unlikely = (replace(view, chances=[chance] * 8) for chance in (3.0, 0.1))
    assert pacer.forecast(sure, 100).dials < pacer.forecast(unlikely, 100).dials


# ── the price ───────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), max_size=60), st.floats(0.001, 0.1), st.floats(0, 20))
def test_a_price_has_no_cliff(calls: list[tuple[int, int]], aim: float, reserve: float) -> None:
    """One call moves it by no more than its step, wherever the book stands: nobody is thrown back to one to one."""
    book = Book(aim, reserve)
    for live, abandoned in calls:
        before = book.price
        book.hear(live, abandoned)
        moved = math.log(book.price / before)
        assert abs(moved) <= STEP * (aim * live + abandoned) + 1e-9
        assert 0.0 < book.price <= DEAREST
        assert moved <= 0 or abandoned < aim * live


@pytest.mark.parametrize(("aim", "confidence"), [(0.03, 0.95), (0.03, 0.999), (0.01, 0.99), (0.005, 0.99)])
def test_a_cap_is_kept_at_the_stated_confidence(aim: float, confidence: float) -> None:
    """Every call is as risky as the price allows, and they come in crowds: few are over once a book has settled."""
    chance, over, campaigns, crowd = stream(4, f"books/{aim}/{confidence}"), 0, 300, 3
    for _ in range(campaigns):
        book, live, abandoned = Book(aim, reserve_for(confidence)), 0, 0
        for _ in range(round(SETTLES / (crowd * aim))):
            lost = crowd * (chance.random() < book.price)
            book.hear(crowd, lost)
            live, abandoned = live + crowd, abandoned + lost
        over += abandoned > aim * live + 1e-6
    assert over / campaigns <= (1.0 - confidence) + 2.0 * math.sqrt(confidence * (1.0 - confidence) / campaigns)


def test_a_day_may_spend_before_it_earns_and_pays_back_until_it_ends() -> None:
    book = Book(0.03, 10.0, credit=10.0)
    assert book.price == pytest.approx(0.03)
    book.passed = 1.0
    assert book.price == pytest.approx(0.03 * math.exp(-1.0))
    book.begin()
    assert (book.left, book.passed) == (0.0, 0.0)


def test_the_surer_the_larger_the_reserve() -> None:
    reserves = [reserve_for(confidence) for confidence in (0.5, 0.9, 0.99, 0.999)]
    assert reserves == sorted(reserves)
    assert reserves[0] == pytest.approx(0.0)
    for wrong in (0.4, 1.0, 97.0):
        with pytest.raises(BadInput, match="confidence"):
            reserve_for(wrong)


def test_before_a_bound_it_keeps_what_its_dials_in_the_air_would_need() -> None:
    """Also where the bound lets it have none of them; and what the morning needed is not forgotten by noon."""
    pacer = Predictive([Book(0.03, 12.0, left=150.0)], 3.0)
    busy = View(free=0, talking=[30.0] * 45, wrapping=[5.0] * 5, open_dials=[5.0] * 70, waiting=0)
    wish = 70 + pacer.forecast(busy, 1000).dials
    assert wish >= 70
    for _ in range(3000):
        assert pacer.forecast(busy, 1000, bound=0).dials == 0
    need = pacer.books[0].reserve - 12.0
    assert need == pytest.approx(wish, abs=1.0)
    for _ in range(1000):
        pacer.forecast(replace(busy, talking=[], wrapping=[], open_dials=[]), 1000, bound=10)
    assert pacer.books[0].reserve - 12.0 > 0.8 * need


# ── what it learns ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_times_are_learned_and_the_old_forgotten() -> None:
    chance = stream(1, "talks")
    talks = Times(LONG, log_normal(300.0, 0.5), memory=200.0)
    for _ in range(2000):
        talks.learn(chance.expovariate(1 / 60.0))
    assert talks.mean_s == pytest.approx(60.0, rel=0.2)
    for _ in range(2000):
        talks.learn(200.0)
    assert talks.quantile(np.array([0.5]))[0] == pytest.approx(200.0, rel=0.1)


def test_a_talk_that_has_lasted_long_is_judged_by_the_long_ones() -> None:
    talks = Times(LONG, log_normal(60.0, 1.0))
    for _ in range(1000):
        talks.learn(10.0)
        talks.learn(600.0)
    soon = talks.ends(np.array([1.0, 60.0]), np.array([30.0, 30.0]))
    assert soon[0] > 0.45
    assert soon[1] < 0.02


def test_quantiles_undo_shares() -> None:
    rings = Times(SHORT, log_normal(10.0, 0.5))
    shares = np.array([0.1, 0.5, 0.9])
    assert rings.by(rings.quantile(shares)) == pytest.approx(shares, abs=1e-6)


@pytest.mark.parametrize("truth", [0.05, 0.15, 0.4])
def test_the_answer_rate_is_right_while_dials_still_ring(truth: float) -> None:
    """A dial a second, for ever: there are always some whose end nobody knows yet."""
    chance = stream(2, "dials")
    pacer = Predictive([], 3.0)
    fates: list[tuple[float, float, bool]] = []
    estimates = []
    for now in range(20_000):
        answered = chance.random() < truth
        fates.append((now + (chance.gammavariate(2.5, 4.0) if answered else 26.0), now, answered))
        over, fates = [one for one in fates if one[0] <= now], [one for one in fates if one[0] > now]
        for ends_at, placed_at, yes in over:
            (pacer.answered if yes else pacer.ended)(ends_at - placed_at)
        if now > 5000:
            ages = np.array([now - placed_at for _, placed_at, _ in fates])
            rate = np.full(len(ages), pacer.rate.now(0.0)[0])
            exposed = float(_exposure(pacer.answer_s.by(ages), np.ones(len(ages)), rate).sum())
            estimates.append(pacer.rate._answers[1] / (pacer.rate._exposures[1] + exposed))
    assert np.mean(estimates) == pytest.approx(truth, rel=0.08)


def test_silence_at_the_beginning_is_not_taken_for_a_bad_list() -> None:
    rate = AnswerRate()
    assert rate.now(50.0)[0] > 0.7 * rate.prior
    for _ in range(100):
        rate.learn(True, 1.0)
        for _ in range(19):
            rate.learn(False, 1.0)
    assert rate.now(0.0)[0] == pytest.approx(0.05, rel=0.3)


def test_a_list_is_known_by_its_answers_and_a_new_one_by_the_campaigns() -> None:
    chance = stream(6, "lists")
    kinds = Kinds()
    for _ in range(4000):
        for place, truth in (("good", 0.3), ("poor", 0.1)):
            kinds.learn((place, "09"), chance.random() < truth, 0.2)
    assert kinds.of(("new", "09")) == 1.0
    assert kinds.of(("good",)) == pytest.approx(1.5, rel=0.15)
    assert kinds.of(("poor",)) == pytest.approx(0.5, rel=0.15)
    assert kinds.of(("good", "10")) == pytest.approx(kinds.of(("good",))), "an hour of which nothing is known"
    kinds.learn(("good", "10"), False, 0.2)
    assert kinds.of(("good", "10")) == pytest.approx(kinds.of(("good",)), rel=0.02), "and little of one dial"


# ── what outlives an engine ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_pacer_knows_what_the_old_one_knew() -> None:
    chance = stream(5, "campaign")
    old, new = Predictive([Book(0.03, 12.0, left=200.0)], 3.0), Predictive([Book(0.03, 12.0, left=200.0)], 3.0)
    for _ in range(500):
        old.talked(chance.expovariate(1 / 200.0))
        old.wrapped(chance.expovariate(1 / 40.0))
        (old.answered if chance.random() < 0.08 else old.ended)(chance.uniform(5.0, 25.0), 1.0, ("0", "09"))
    old.need(70.0)
    for _ in range(50):
        old.talked(200.0, 40.0)
        old.wrapped(40.0, 9.0)
        old.ended(20.0, 1.0, (), 0.3)
    view = View(free=3, talking=[30.0] * 45, wrapping=[5.0] * 5, open_dials=[5.0] * 20, waiting=0)
    assert new.forecast(view, 500).dials != old.forecast(view, 500).dials
    text = learned.written(old)
    assert len(text) < 5600
    assert learned.read(new, text)
    assert new.talk_ends.after.mean_s == pytest.approx(old.talk_ends.after.mean_s)
    assert new.talk_ends.said == pytest.approx(old.talk_ends.said)
    assert new.wrap_ends.after.mean_s == pytest.approx(old.wrap_ends.after.mean_s)
    assert (new.wrap_ends.said, new.scores.usual) == pytest.approx((old.wrap_ends.said, old.scores.usual), rel=1e-5)
    assert new.scores.each([0.1, 0.3, 0.8]) == pytest.approx(old.scores.each([0.1, 0.3, 0.8]), rel=1e-3)
    assert new.kinds.of(("0", "09")) == pytest.approx(old.kinds.of(("0", "09")), rel=0.01)
    assert new.books[0].reserve == pytest.approx(82.0)
    assert new.forecast(view, 500).dials == old.forecast(view, 500).dials


@given(st.text(max_size=40) | st.binary(max_size=60).map(lambda raw: "2:" + base64.b64encode(raw).decode()))
def test_what_is_no_memory_changes_nothing(text: str) -> None:
    pacer = Predictive([Book(0.03, 12.0)], 3.0)
    before = learned.written(pacer)
    for wrong in (text, before[:-8], "4" + before[1:], before + "x", before[:-5] + "[[0,-1,2]]]]", before[:-1] + ",1]"):
        assert not learned.read(pacer, wrong)
    assert learned.written(pacer) == before


def test_a_memory_of_many_lists_stays_short_and_one_without_them_is_read() -> None:
    pacer = Predictive([Book(0.03, 12.0)], 3.0)
    for n in range(3000):
        pacer.kinds.learn((str(n), "09"), True, 0.2 + n)
    text = learned.written(pacer)
    assert len(text) < 9000
    again = Predictive([Book(0.03, 12.0)], 3.0)
    assert learned.read(again, text)
    assert again.kinds.of(("2999",)) == pytest.approx(pacer.kinds.of(("2999",)), rel=0.01)
    ends = pacer.talk_ends
    times = (pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s, ends.until, ends.after)
    flat = np.concatenate([*(one.kept for one in times), pacer.rate.kept.ravel(), [0.5, 9.0]])
    older = "2:" + base64.b64encode(flat.astype("<f4").tobytes()).decode() + ":[]"
    assert learned.read(again, older)
    assert again.in_need == 9.0


# ── what a floor can know ───────────────────────────────────────────────────────────────────────────────────────────


def test_it_dials_a_sure_one_for_one_seat_and_long_shots_for_many() -> None:
    pacer = Predictive([Book(0.03, 0.0)], 3.0)
    ahead = [0.1, 4.0, 0.2, 2.0, 0.05, 1.0]
    for seats in (0, 40):
        one = View(free=1, talking=[1.0] * seats, wrapping=[], open_dials=[], waiting=0, ahead=ahead)
        told = pacer.forecast(one, 100)
        assert told.dials == len(told.which) == len(set(told.which))
        assert ahead[told.which[0]] == 4.0 or seats, "one seat is free, and nobody else will be"
        many = pacer.forecast(replace(one, free=9), 3)
        assert sorted(many.which) == [0, 2, 4], "long shots first"
    assert pacer.forecast(replace(one, ahead=[]), 100).dials == 0, "there is nobody to dial"
    assert pacer.forecast(replace(one, ahead=ahead), 100, bound=1).which == pacer.forecast(one, 100).which[:1]


def test_what_is_said_of_contacts_is_set_right_by_their_answers() -> None:
    """A score that says too much of the good ones, and is five times too high on the whole."""
    chance = stream(8, "scores")
    scores = Scores()
    for _ in range(30_000):
        good = chance.random() < 0.5
        scores.learn(0.9 if good else 0.1, chance.random() < (0.2 if good else 0.05), 0.125)
    good, poor = scores.each([0.9, 0.1])
    assert (good, poor) == (pytest.approx(1.6, rel=0.1), pytest.approx(0.4, rel=0.15))
    assert scores.of(0.9) == pytest.approx(good)
    assert Scores().of(0.3) == pytest.approx(2.0), "believed until it is known better"


def test_a_talk_that_is_said_to_end_ends_sooner_and_one_that_is_not_later() -> None:
    chance = stream(9, "closing")
    pacer = Predictive([], 3.0)
    for _ in range(3000):
        talk, lead = 20.0 + chance.expovariate(1 / 100.0), chance.gammavariate(4.0, 3.0)
        pacer.talked(talk, min(talk, lead) if chance.random() < 0.9 else None)
        pacer.wrapped(0.5)
    view = View(free=0, talking=[60.0], wrapping=[], open_dials=[], waiting=0)
    within = np.array([12.0])
    unknown, closing, quiet = (
        float(pacer._free_by(replace(view, talk_closing=told), within)[0, 0]) for told in (None, [4.0], [math.nan])
    )
    assert closing > 0.7 > unknown > quiet
    assert quiet < 0.6 * unknown
