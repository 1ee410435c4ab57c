"""How many numbers to dial so that agents wait as little as possible and the share of abandoned calls meets its aim.

The answer comes in two parts. A forecast: if one more dial is answered, what is the chance that it finds nobody? And a
price: which chance is worth taking. The price moves with every answer and every abandoned call, so that over time the
share meets the aim whatever the traffic does; the forecast only decides how well the agents are used meanwhile. What
must never be passed, the strict bound, stands in ``budget.py``; nothing here is trusted to keep it.

Refuses to know who is called, what the law says, and what time it is.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

import numpy as np

from ahize.pacing.budget import STEP, Book
from ahize.pacing.laws import (
    FIFTHS,
    LONG,
    SHORT,
    AnswerRate,
    Array,
    Endings,
    Kind,
    Kinds,
    Scores,
    Times,
    ends_with,
    log_normal,
)

MIDDLE: Final = len(FIFTHS) // 2
"""The forecast is made for five moments, at which a new dial may be answered; this is the one in the middle."""
NOTHING: Final = np.zeros(1)
EXACT_SEATS, EXACT_CHANCES = 30, 90
"""Up to so many busy seats, and so many of them and open dials together, the law is exact; beyond, normal."""
AT_ONCE: Final = 64
"""No more dials ahead than these in one decision by the exact law; the next one is a second away."""
NEED_RISES, NEED_FALLS = 300.0, 7200.0
"""In so many decisions, about a second each, the need of dials in the air is learned, and forgotten when it falls: the
worst half hour of the morning may come again."""
SHORT_PRICE: Final = 2.0
"""By what power of e the price is lower where there is no allowance at all for dials in the air."""
FEW_SPARE, STEEPNESS = 2.25, 4.0
"""With fewer seats than these expected to be left over, the surest contact is dialled; with more, the longest shots; so
steep is it between the two."""
MOST_RATE: Final = 0.99
"""Nobody is taken for surer to answer than this."""
PATIENCE_SHARE: Final = 0.6
"""So much of a caller's patience is counted on: an agent who is free by then is in time."""

Shares = TypeVar("Shares", float, Array)
"""One share, or many."""


@dataclass(frozen=True, slots=True)
class View:
    """One campaign now. Ages are in seconds; nobody has a name, so their order is free.

    Args:
        free: seats that wait for a call.
        talking, wrapping: how long each talk and each wrap-up has lasted, of seats that take another call afterwards.
        open_dials: how long ago each dial whose fate is open was placed.
        waiting: people without a seat.
        chances: each open dial's own chance to be answered, where contacts have one, beside ``open_dials``; against
            the campaign's own rate, so that 1 is as usual.
        next_chance: that of the contacts that would be dialled next.
        ahead: the chances of those who could be dialled next, where the pacer may choose among them.
        talk_left: how long each talk will last yet, where something tells; NaN where nothing does.
        answers_in: when each open dial will be answered, where something tells; infinite where it never is, NaN where
            nothing does.
        free_until, talking_until, wrapping_until: when the presence of each of those seats ends, by a break that was
            announced or the end of the shift; infinite where nobody knows of one.
        talk_closing, wrap_closing: how long ago something told that a talk, or a wrap-up, is about to end; NaN where
            nothing did.
        taken_per_s: seats that calls from elsewhere take, inbound ones on blended seats, in a second.
    """

    free: int
    talking: Sequence[float]
    wrapping: Sequence[float]
    open_dials: Sequence[float]
    waiting: int
    chances: Sequence[float] | None = None
    next_chance: float = 1.0
    talk_left: Sequence[float] | None = None
    answers_in: Sequence[float] | None = None
    free_until: Sequence[float] | None = None
    talking_until: Sequence[float] | None = None
    wrapping_until: Sequence[float] | None = None
    taken_per_s: float = 0.0
    ahead: Sequence[float] | None = None
    talk_closing: Sequence[float] | None = None
    wrap_closing: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Why so many.

    Args:
        dials: how many more it would dial; ``wish``: how many without the hard bound behind it.
        free, in_air: seats that wait; dials whose fate is open.
        freeing: seats expected to be free within ``within_s``.
        worth: live answers expected of the dials in the air within that time or a little more.
        which: the places in ``View.ahead`` of those to dial, where it could choose.
        risk: the chance that a further dial, answered, would find nobody; ``price``: what it may be.
    """

    dials: int
    free: int
    freeing: float
    within_s: float
    in_air: int
    worth: float
    risk: float
    price: float
    wish: int
    which: tuple[int, ...] = ()


@dataclass(slots=True)
class Predictive:
    """One campaign's pacer. It is told what happens and asked how many to dial.

    Args:
        books: one for each definition of abandonment that applies; the one with the least left decides.
        patience_s: how long somebody who answered waits before they are abandoned.
    """

    books: Sequence[Book]
    patience_s: float
    answer_s: Times = field(default_factory=lambda: Times(SHORT, log_normal(16.0, 0.6), memory=500.0))
    open_s: Times = field(
        default_factory=lambda: Times(SHORT, lambda edges: np.minimum(edges / 60.0, 1.0), 20.0, 2000.0)
    )
    talk_s: Times = field(default_factory=lambda: Times(LONG, log_normal(60.0, 1.2), memory=2000.0))
    wrap_s: Times = field(default_factory=lambda: Times(LONG, log_normal(15.0, 0.6), memory=500.0))
    rate: AnswerRate = field(default_factory=AnswerRate)
    kinds: Kinds = field(default_factory=Kinds)
    scores: Scores = field(default_factory=Scores)
    talk_ends: Endings = field(
        default_factory=lambda: Endings(
            Times(LONG, log_normal(60.0, 1.2), memory=2000.0), Times(LONG, log_normal(12.0, 0.8), memory=500.0)
        )
    )
    wrap_ends: Endings = field(
        default_factory=lambda: Endings(
            Times(LONG, log_normal(10.0, 0.8), memory=500.0), Times(LONG, log_normal(6.0, 0.6), memory=500.0)
        )
    )
    in_need: float = 0.0

    # ── what it is told ─────────────────────────────────────────────────────────────────────────────────────────

    def answered(self, after_s: float, chance: float = 1.0, kind: Kind = (), said: float | None = None) -> None:
        """A dial was answered by somebody who wants a seat, so long after it was placed.

        Args:
            chance: its own, beside the campaign's rate, as it was taken for; ``kind``: what it was.
            said: the chance that somebody said it has, 0 to 1, if anybody did.
        """
        usual = self.rate.now(0.0)[0]
        self.kinds.learn(kind, True, usual)
        if said is not None:
            self.scores.learn(said, True, usual)
        self.answer_s.learn(after_s)
        self.open_s.learn(after_s)
        self.rate.learn(True, chance)

    def ended(self, after_s: float, chance: float = 1.0, kind: Kind = (), said: float | None = None) -> None:
        """A dial came to nothing, so long after it was placed; the rest as for ``answered``."""
        rate = self.rate.now(0.0)[0]
        over = self.answer_s.by_one(after_s)
        usual = rate * _exposure(over, 1.0, min(rate, MOST_RATE))
        self.kinds.learn(kind, False, usual)
        if said is not None:
            self.scores.learn(said, False, usual)
        self.open_s.learn(after_s)
        self.rate.learn(False, _exposure(over, chance, min(rate * chance, MOST_RATE)))

    def talked(self, seconds: float, closing_s: float | None = None) -> None:
        """A talk lasted so long; that it was about to end was told so long before its end, or never."""
        self.talk_s.learn(seconds)
        self.talk_ends.learn(seconds, closing_s)

    def wrapped(self, seconds: float, closing_s: float | None = None) -> None:
        """A wrap-up; the rest as for ``talked``."""
        self.wrap_s.learn(seconds)
        self.wrap_ends.learn(seconds, closing_s)

    @property
    def price(self) -> float:
        """The chance of finding nobody that is worth taking, 0 to 1."""
        return min((book.price for book in self.books), default=0.0)

    # ── what it answers ─────────────────────────────────────────────────────────────────────────────────────────

    def forecast(self, view: View, most: int, bound: int | None = None) -> Forecast:
        """How many to dial now, and why.

        One for each free seat is always among them: those can never be abandoned.

        Args:
            most: there are no lines or numbers for more.
            bound: a hard bound that stands behind the pacer allows so many; None: there is none.
        """
        open_dials = np.asarray(view.open_dials, dtype=float)
        chances = np.ones(len(open_dials)) if view.chances is None else np.asarray(view.chances, dtype=float)
        over, usual = self.answer_s.by(open_dials), self.rate.now(0.0)[0]
        exposed = _exposure(over, chances, np.minimum(usual * chances, MOST_RATE))
        rate, error = self.rate.now(float(np.add.reduce(exposed)))
        moments = self.answer_s.fifths
        free = self._free_by(view, moments + PATIENCE_SHARE * self.patience_s)
        answers = self._answered_by(open_dials, over, np.minimum(rate * chances, 1.0), usual, moments)
        if view.answers_in is not None:
            told = np.asarray(view.answers_in, dtype=float)[None, :]
            answers = np.where(np.isnan(told), answers, told <= moments[:, None])
        worth = float(np.add.reduce(answers[-1]))
        needs, leaving = answers, 0
        if view.free_until is not None:
            gone = _leaving(view.free_until, moments)
            needs, leaving = np.concatenate((needs, gone), axis=1), int(gone[MIDDLE].sum())
        if view.taken_per_s > 0.0:
            needs = np.concatenate((needs, _taken(view.taken_per_s, moments)), axis=1)
        new = min(rate * (view.next_chance if view.ahead is None else 1.0), 1.0) * self.answer_s.by(moments)
        odds = Odds(view.free - view.waiting, free, needs, new, error)
        least = min(most, max(0, odds.spare - leaving - len(open_dials)))
        price = self.price
        choice = None if view.ahead is None else Choice(view.ahead, 1.0 / rate)
        if choice is not None:
            most = min(most, len(choice))
            least = min(most, least)
        few = free.shape[1] <= EXACT_SEATS and free.shape[1] + odds.answers.shape[1] <= EXACT_CHANCES
        law = _exact if few else _normal
        dials, risk = law(odds, price, least, min(most, least + AT_ONCE) if few else most, choice)
        wish = dials
        if bound is not None:
            self._keep_in_reserve(len(open_dials) + view.waiting + dials - view.free)
            dials = min(dials, max(0, bound))
        return Forecast(
            dials=dials,
            free=view.free,
            freeing=float(np.add.reduce(free[MIDDLE])),
            within_s=float(moments[MIDDLE]) + PATIENCE_SHARE * self.patience_s,
            in_air=len(open_dials),
            worth=worth,
            risk=risk,
            price=price,
            wish=wish,
            which=() if choice is None else tuple(choice.taken[:dials]),
        )

    def _keep_in_reserve(self, exposed: int) -> None:
        """So many calls would be in the air beyond the free seats if it had its way: the bound will ask for as much.

        The books keep that besides their reserve, so that the pacer slows down long before the bound stops it; and
        where it is more than there is, calls are spent the more sparingly, for the bound itself leaves few to chance.
        """
        exposed = max(0, exposed)
        self.need(self.in_need + (exposed - self.in_need) / (NEED_RISES if exposed > self.in_need else NEED_FALLS))

    def need(self, calls: float) -> None:
        """Keep so many calls for dials in the air, besides the reserve of each book."""
        before, self.in_need = self.in_need, calls
        for book in self.books:
            book.reserve += calls - before
            book.slope = min(STEP, SHORT_PRICE / max(book.reserve, 1.0))

    def _free_by(self, view: View, within: Array) -> Array:
        """Each busy seat's chance to be free by then: a row for each moment."""
        wraps = self.wrap_s.fifths
        talking = np.asarray(view.talking, dtype=float)
        wrapping = np.asarray(view.wrapping, dtype=float)
        # A talk's end and the wrap-up behind it: averaged over wrap-ups of different lengths.
        if view.talk_closing is None:
            talks = ends_with(self.talk_s, talking, within, wraps)
        else:
            talks = self.talk_ends.ends(talking, np.asarray(view.talk_closing, dtype=float), within, wraps)
        if view.talk_left is not None:
            told = np.asarray(view.talk_left, dtype=float)[None, None, :]
            sure = (told <= np.maximum(within[:, None] - wraps[None, :], 0.0)[:, :, None]).mean(axis=1)
            talks = np.where(np.isnan(told[0]), talks, sure)
        if view.wrap_closing is None:
            over = ends_with(self.wrap_s, wrapping, within, NOTHING)
        else:
            over = self.wrap_ends.ends(wrapping, np.asarray(view.wrap_closing, dtype=float), within, NOTHING)
        frees = np.concatenate((talks, over), axis=1)
        if view.talking_until is None and view.wrapping_until is None:
            return frees
        until = np.concatenate((_until(view.talking_until, len(talking)), _until(view.wrapping_until, len(wrapping))))
        return frees * (within[:, None] < until[None, :])

    def _answered_by(self, ages: Array, over: Array, chances: Array, usual: float, within: Array) -> Array:
        """Each open dial's chance to be answered by then: a row for each moment.

        Args:
            over: the share of answers that come by such an age; ``usual``: the campaign's rate.
        """
        # Of all dials so many are open still: neither answered nor ended otherwise. A likely one is so more seldom.
        still_open = np.maximum(1.0 - self.open_s.by(ages), 1e-3)
        still_open = still_open * (1.0 - chances * over) / np.maximum(1.0 - usual * over, 1e-3)
        coming = self.answer_s.by(ages[None, :] + within[:, None]) - over[None, :]
        return np.minimum(np.maximum(chances * coming / np.maximum(still_open, 1e-3), 0.0), 1.0)


def _exposure(over: Shares, chance: Shares, rate: Shares) -> Shares:
    """How much of a dial's chance to be answered is behind it, seen from where it is still open.

    Args:
        over: the share of answers that come by its age; ``rate``: how likely this one is answered at all, below 1.
    """
    return chance * over * (1.0 - rate) / (1.0 - rate * over)


def _until(told: Sequence[float] | None, seats: int) -> Array:
    return np.full(seats, np.inf) if told is None else np.asarray(told, dtype=float)


def _leaving(until: Sequence[float], moments: Array) -> Array:
    """Free seats that are known to leave: taken for certain from then on. A row for each moment."""
    ends = np.asarray(until, dtype=float)
    return (ends[None, :] <= moments[:, None])[:, np.isfinite(ends)].astype(float)


def _taken(per_s: float, moments: Array) -> Array:
    """Calls from elsewhere, which come by chance: each of a few more than are expected has its part of the rate."""
    calls = math.ceil(2.0 * per_s * float(moments[-1])) + 2
    shares = np.minimum(per_s * moments / calls, 1.0)
    return np.repeat(shares[:, None], calls, axis=1)


# ── the chance that one more answer finds nobody ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Odds:
    """What may come, with a row for each moment in which a new dial may be answered.

    Args:
        spare: seats that are free beyond those who wait.
        free: each busy seat's chance to be free by then.
        answers: each open dial's chance to be answered by then, and that of whatever else takes a seat.
        new: a new dial's chance to be answered by then, one for each moment.
        error: the relative error of all chances to be answered, common to them.
    """

    spare: int
    free: Array
    answers: Array
    new: Array
    error: float

    @property
    def left_over(self) -> float:
        """Seats expected to be left over at the middle moment."""
        middle = len(self.new) // 2
        return self.spare + float(self.free[middle].sum() - self.answers[middle].sum())

    @property
    def sums(self) -> tuple[Array, Array, Array]:
        """At each moment: free seats and answers that are expected, and the variance of both together."""
        free, answers = self.free, self.answers
        spread = np.add.reduce(free * (1.0 - free), axis=1) + np.add.reduce(answers * (1.0 - answers), axis=1)
        return self.spare + np.add.reduce(free, axis=1), np.add.reduce(answers, axis=1), spread


class Choice:
    """Whom to dial of those who could be: a sure one where few seats are left over, a long shot where many are.

    So what is uncertain is spent where there is room for it. Everybody has their turn, for those who are passed over
    are all that is left to choose from.

    Args:
        ahead: their chances; ``most``: what a chance may be.
    """

    def __init__(self, ahead: Sequence[float], most: float) -> None:
        chances = np.minimum(np.asarray(ahead, dtype=float), most)
        self._most = most
        self._order: list[int] = np.argsort(chances, kind="stable").tolist()
        self._chances: list[float] = np.sort(chances).tolist()
        self.taken: list[int] = []

    def __len__(self) -> int:
        return len(self._order)

    def next(self, spare: float) -> float:
        """The next one's chance: whose is nearest to what is wanted.

        Args:
            spare: seats expected to be left over.
        """
        wanted = self._most / (1.0 + math.exp(min(STEEPNESS * (spare - FEW_SPARE), 50.0)))
        at = bisect(self._chances, wanted)
        if at == len(self._chances) or (at and wanted - self._chances[at - 1] < self._chances[at] - wanted):
            at -= 1
        self.taken.append(self._order.pop(at))
        return self._chances.pop(at)


def _exact(odds: Odds, price: float, least: int, most: int, choice: Choice | None = None) -> tuple[int, float]:
    """By the law of a sum of unequal chances, from its generating function on the unit circle.

    What is summed are seats that come free and dials that are not answered: both help. The common error is left to the
    price: on a small floor chance itself is much the larger part.
    """
    helps = np.concatenate((odds.free, 1.0 - odds.answers), axis=1)
    points = 1 << max(4, helps.shape[1].bit_length())
    turn = np.exp(-2j * np.pi * np.arange(points // 2 + 1) / points)
    made = np.prod(1.0 + helps[:, :, None] * (turn - 1.0), axis=1)
    at_most = np.clip(np.cumsum(np.fft.irfft(made, points, axis=1), axis=1), 0.0, 1.0)
    # Of all that may help, so few leave nobody for one more answer; each new dial that stays unanswered is one more.
    first, last = odds.answers.shape[1] - odds.spare, at_most.shape[1] - 1
    few = np.arange(first, first + max(most, least) + 1)
    law = np.where(few < 0, 0.0, at_most[:, np.clip(few, 0, last)])
    dials, risk = 0, float(law[:, 0].mean())
    chance, spare = odds.new[:, None], odds.left_over
    while dials < max(most, least) and (dials < least or risk <= price):
        if choice is not None:
            chance = choice.next(spare) * odds.new[:, None]
            spare -= float(chance[len(chance) // 2, 0])
        law = (1.0 - chance) * law[:, :-1] + chance * law[:, 1:]
        dials, risk = dials + 1, float(law[:, 0].mean())
    return dials, risk


def _normal(odds: Odds, price: float, least: int, most: int, choice: Choice | None = None) -> tuple[int, float]:
    """By the normal law, with half a seat for whole numbers."""
    if choice is not None:
        return _normal_chosen(odds, choice, price, least, most)
    rows = list(zip(*(sums.tolist() for sums in odds.sums), odds.new.tolist(), strict=True))

    def risk(dials: int) -> float:
        total = 0.0
        for have, want, variance, chance in rows:
            need, more = want + dials * chance, dials * chance * (1.0 - chance)
            total += _finds_nobody(odds.error, have, need, variance + more)
        return total / len(rows)

    low, step = least, 1
    while low + step < most and risk(low + step - 1) <= price:
        step *= 2
    high = min(low + step, max(least, most))
    while low < high:  # The most of them at which the last is still worth its price.
        middle = (low + high + 1) // 2
        if risk(middle - 1) <= price:
            low = middle
        else:
            high = middle - 1
    return low, risk(low)


def _normal_chosen(odds: Odds, choice: Choice, price: float, least: int, most: int) -> tuple[int, float]:
    """One after the other, for each has a chance of its own."""
    dials, spare, new = 0, odds.left_over, odds.new.tolist()
    have, want, variance = (sums.tolist() for sums in odds.sums)
    while True:
        if dials >= least:
            risk = statistics.fmean(map(partial(_finds_nobody, odds.error), have, want, variance))
            if dials >= most or risk > price:
                return dials, risk
        chance = choice.next(spare)
        spare -= chance * new[len(new) // 2]
        want = [one + chance * by for one, by in zip(want, new, strict=True)]
        variance = [one + chance * by * (1.0 - chance * by) for one, by in zip(variance, new, strict=True)]
        dials += 1


def _finds_nobody(error: float, have: float, need: float, variance: float) -> float:
    """The chance that one more answer finds nobody, with half a seat for whole numbers."""
    return 0.5 * math.erfc((have - need - 0.5) / math.sqrt(2.0 * (variance + (error * need) ** 2 + 1e-9)))
