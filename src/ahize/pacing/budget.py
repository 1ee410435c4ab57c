"""Live answers and abandoned calls in the law's period; what is left, in the worst case.

Two answers to that. The strict bound is never passed, whoever dials how. A ``Book`` says what chance of finding nobody
is worth taking, for a pacer that would rather not meet the bound.

The strict bound (invariant S7), campaign by campaign, at every originate:

    ringing + answered-unassigned − seats held  ≤  floor(cap × live answers) − abandoned

It needs no guess about who will answer. If everything in the air is answered at this instant and no seat comes free,
the share still stays under its cap. One call for each free seat is always within it, so a period begins one to one.
Refuses to know what the cap should be: that is the campaign's setting, itself under the law's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import Final

from ahize.kernel.errors import BadInput
from ahize.pacing.snapshot import Snapshot

USUAL_PRICE, DEAREST, STEP = 0.05, 0.55, 0.1
"""The price where a book stands at its reserve, the highest there is, and by what power of e a call moves it."""
_DEAREST_AT: Final = math.log(DEAREST / USUAL_PRICE) / STEP
_CROWDED: Final = 3.0
CONFIDENCE: Final = 0.999
"""With which a book is kept above nothing."""


def allowance(*, live_answers: int, abandoned: int, cap: float) -> int:
    """Calls that may be abandoned yet, in the worst case; never negative.

    Args:
        live_answers: answers by a person in the period, abandoned ones included, doubtful ones not.
        abandoned: of those and of the doubtful ones, the abandoned.
        cap: share that may be abandoned, in [0, 1).
    """
    # 0.03 × 100 is 3.0000000000000004 or 2.9999999999999996 by luck of binary fractions; neither may decide.
    return max(0, math.floor(round(cap * live_answers, 9)) - abandoned)


def most_dials(snapshot: Snapshot) -> int:
    """The most numbers that may be dialled now under the strict bound, whatever a policy would like; never negative.

    Where no agent is wanted nobody can be left without one, and only the lines are a bound.

    A seat that leaves while calls ring for it can lift the exposure above the allowance; then the answer is 0 until
    enough of them have ended.
    """
    if not snapshot.needs_agents:
        return max(0, snapshot.lines)
    return max(0, min(snapshot.allowance - snapshot.exposure, snapshot.lines))


@dataclass(slots=True)
class Book:
    """What one definition of abandonment leaves to spend, and what chance of finding nobody is worth that.

    The price follows the book in proportion: each live answer adds its share of a call, each abandoned call takes one
    away. So the book can stray from its reserve only by as many calls as the price has room for, whatever the traffic
    does. Where nothing is abandoned, what is left beyond the dearest price is forgotten: nobody saves up for a wild
    hour.

    Args:
        aim: the share of live answers that may be abandoned, 0 to 1.
        reserve: calls that the book is kept above nothing by, so that no stretch of bad luck takes it below.
        credit: calls that may be spent before they are earned; they are paid back evenly until the period ends.
        left: calls in the book; it begins at nothing.
        passed: how much of the period is over, 0 to 1.
    """

    aim: float
    reserve: float
    credit: float = 0.0
    left: float = 0.0
    passed: float = 0.0

    def hear(self, live_answers: int, abandoned: int) -> None:
        """So many persons answered, and so many of them were left without anybody; negative: it was not so."""
        self.left = min(self.left + self.aim * live_answers - abandoned, self.reserve + _DEAREST_AT)

    def begin(self) -> None:
        """A new period."""
        self.left = self.passed = 0.0

    @property
    def price(self) -> float:
        """The chance of finding nobody that is worth taking, 0 to 1; none where one more would break the aim.

        Below the reserve it falls evenly to nothing besides, so that a book is slowed down before it is stopped.
        """
        there = self.left + self.credit * (1.0 - self.passed)
        if there <= 1.0:
            return 0.0
        low = min(1.0, (there - 1.0) / max(self.reserve - 1.0, 1.0))
        return low * USUAL_PRICE * math.exp(STEP * min(there - self.reserve, _DEAREST_AT))


def reserve_for(confidence: float) -> float:
    """The reserve, in calls, that keeps a book above nothing with that confidence at any moment.

    Around its reserve a book strays with a variance of 1 / (2 · STEP) calls if each abandoned call comes alone. They
    come in small crowds, which makes that three times as much.

    Args:
        confidence: from 0.5, below 1.
    """
    if not 0.5 <= confidence < 1.0:
        raise BadInput(f"A confidence is from 0.5 to below 1, not {confidence}.", field="confidence")
    return 1.0 + NormalDist().inv_cdf(confidence) * math.sqrt(_CROWDED / (2.0 * STEP))


@dataclass(slots=True)
class Budget:
    """One campaign's counts in the present period.

    Args:
        until: when the period ends and the counts begin again at zero; None: not yet known, it goes on.

    Attributes:
        book: what the counts leave to spend on chances.
    """

    cap: float
    live_answers: int = 0
    abandoned: int = 0
    until: datetime | None = None
    book: Book = field(init=False)

    def __post_init__(self) -> None:
        self.book = Book(self.cap, reserve_for(CONFIDENCE))
        self.book.hear(self.live_answers, self.abandoned)

    def turn(self, now: datetime) -> None:
        """Begin a new period if the present one is over. What is in the air is charged to the new one."""
        if self.until is not None and now >= self.until:
            self.live_answers = self.abandoned = 0
            self.until = None
            self.book.begin()

    def limit(self, cap: float) -> None:
        """Another cap from now on; it holds for all of the period."""
        if cap != self.cap:
            self.cap = self.book.aim = cap
            self.book.begin()
            self.book.hear(self.live_answers, self.abandoned)

    def answer(self, by: int = 1) -> None:
        """A person answered; or (-1) it was none after all."""
        by = max(by, -self.live_answers)
        self.live_answers += by
        self.book.hear(by, 0)

    def abandon(self, by: int = 1) -> None:
        """One of them was left without anybody; or (-1) was not after all, which may be of a period that is over."""
        by = max(by, -self.abandoned)
        self.abandoned += by
        self.book.hear(0, by)

    def hear_of(self, abandoned: int, until: datetime | None, now: datetime) -> None:
        """Somebody counted again: people who were taken for machines were abandoned too. It never becomes fewer.

        Args:
            until: the end of the period that was counted; one that is over says nothing of this one.
        """
        if until is None or until > now:
            self.abandon(max(0, abandoned - self.abandoned))

    @property
    def left(self) -> int:
        return allowance(live_answers=self.live_answers, abandoned=self.abandoned, cap=self.cap)

    def left_for(self, now: datetime, open_s: float) -> int:
        """What is left for a call that may be open for so many seconds yet, and be abandoned at any moment of them.

        Nothing where another period begins by then: that one has earned nothing yet, and would have to pay.
        """
        if self.until is not None and now + timedelta(seconds=open_s) >= self.until:
            return 0
        return self.left

    @property
    def share(self) -> float:
        """Abandoned calls among live answers, 0 where there are none."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0
