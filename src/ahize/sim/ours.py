"""Our own pacer among the policies of ``shift_floor.py``: the product's code, told what a real dialler learns.

``predictive`` is the statistical mode, ``predictive_strict`` has the hard bound behind it. Refuses to know the peers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ahize.pacing.budget import CONFIDENCE, Book, allowance, reserve_for
from ahize.pacing.predictive import Predictive, View
from ahize.sim.shift_floor import Floor
from ahize.sim.shift_scenarios import Scenario

NAMES: Final = ("predictive", "predictive_strict")
CAP: Final = 0.03
AIM_SHARE: Final = 29 / 30
"""Statistically a thirtieth below the cap is aimed at: 2.9 % is what dialling under a cap of 3 % is compared at."""
DAY_SHARE: Final = 0.04
"""A day's book gives up no more than this share of its calls for its reserve: a small team's day is no law's period."""
A_DAY: Final = 240.0
"""Live answers of a seat on a day before any was seen."""


def _until(floor: Floor, seats: Iterable[int]) -> list[float] | None:
    """Who has asked for a break does not come back."""
    return [0.0 if seat in floor.leaving else math.inf for seat in seats] if floor.leaving else None


@dataclass(slots=True)
class Ours:
    """``Predictive`` on a floor of ``shift.py``.

    Args:
        pacer: the product's.
        day_s: length of a shift.
        cap: of the strict bound; None: there is none.
        answers_a_day: live answers that a day is expected to have: those of the day before.
        said, closing_s: what was just told of the dial, or of the seat, that is told of next.
        met_at: so many live answers there had been when the strict bound kept it from dialling for the last time.
    """

    pacer: Predictive
    day_s: float
    cap: float | None
    answers_a_day: float
    live_today: int = 0
    met_at: int = 0
    said: float | None = None
    closing_s: float | None = None
    beat_s: float = 1.0
    eager: bool = False

    def _hear(self, *, live_answers: int = 0, abandoned: int = 0) -> None:
        for book in self.pacer.books:
            book.hear(live_answers, abandoned)

    def _begin_day(self) -> None:
        self.answers_a_day, self.live_today = self.live_today or self.answers_a_day, 0
        for book in self.pacer.books[1:]:
            # A day's calls are known before it begins, so its reserve is lent to it, and paid back until it ends.
            book.reserve = book.credit = min(reserve_for(CONFIDENCE), DAY_SHARE * book.aim * self.answers_a_day)
            book.begin()

    def dials(self, floor: Floor) -> int | Sequence[int]:
        """See ``shift_floor.Policy``."""
        for book in self.pacer.books[1:]:
            book.passed = floor.now_s / self.day_s
        forecast = self.pacer.forecast(self._view(floor), floor.room, self._bound(floor))
        if forecast.wish > forecast.dials:
            self.met_at = floor.live_answers
        return forecast.dials if floor.ahead is None else forecast.which

    def _bound(self, floor: Floor) -> int | None:
        """How many the strict bound allows, where there is one."""
        if self.cap is None:
            return None
        exposed = len(floor.dials) + len(floor.waiting) - len(floor.free)
        return allowance(live_answers=floor.live_answers, abandoned=floor.abandoned, cap=self.cap) - exposed

    def _view(self, floor: Floor) -> View:
        now, left, answers, closing = floor.now_s, floor.talk_left, floor.answers, floor.closing
        each = self.pacer.scores.each
        return View(
            free=len(floor.free),
            talking=[now - since for since in floor.talking.values()],
            wrapping=[now - since for since in floor.wrapping.values()],
            open_dials=[now - since for since in floor.dials.values()],
            waiting=len(floor.waiting) + len(floor.calling_in),
            talking_until=_until(floor, floor.talking),
            wrapping_until=_until(floor, floor.wrapping),
            talk_left=None if left is None else [left[seat] for seat in floor.talking],
            answers_in=None if answers is None else [answers.get(dial, math.inf) for dial in floor.dials],
            talk_closing=None if closing is None else [now - closing.get(seat, math.nan) for seat in floor.talking],
            wrap_closing=None if closing is None else [now - closing.get(seat, math.nan) for seat in floor.wrapping],
            chances=None if floor.ahead is None else each([floor.said[dial] for dial in floor.dials]),
            ahead=None if floor.ahead is None else each(floor.ahead),
            taken_per_s=floor.taken_per_s,
        )

    def told(self, what: str, seconds: float) -> None:
        """See ``shift_floor.Policy``."""
        match what:
            case "said":
                self.said = seconds
            case "closing":
                self.closing_s = seconds
            case "answered" | "ended":
                said, self.said = self.said, None
                chance = 1.0 if said is None else self.pacer.scores.of(said)
                hear = self.pacer.answered if what == "answered" else self.pacer.ended
                hear(seconds, chance, said=said)
            case "talked" | "wrapped":
                closing_s, self.closing_s = self.closing_s, None
                (self.pacer.talked if what == "talked" else self.pacer.wrapped)(seconds, closing_s)
            case "live":
                self._hear(live_answers=1)
                self.live_today += 1
            case "abandoned":
                self._hear(abandoned=1)
            case "day":
                self._begin_day()


def policy(name: str, scenario: Scenario, cap: float = CAP) -> Ours:
    """A fresh one. Statistical: over the campaign and over each day; strict: the campaign's cap, as the law has it."""
    reserve = reserve_for(CONFIDENCE)
    if name == "predictive_strict":
        pacer = Predictive([Book(cap, reserve)], scenario.patience_s)
        return Ours(pacer, scenario.day_s, cap, A_DAY * scenario.agents)
    pacer = Predictive([Book(AIM_SHARE * cap, reserve), Book(cap, 0.0)], scenario.patience_s)
    return Ours(pacer, scenario.day_s, None, A_DAY * scenario.agents)
