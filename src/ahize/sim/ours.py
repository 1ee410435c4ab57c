"""Our own pacer among the policies of ``shift.py``: the product's code, told what a real dialler learns.

``predictive`` is the statistical mode, ``predictive_strict`` has the hard bound behind it. Refuses to know the peers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ahize.pacing.budget import CONFIDENCE, Book, allowance, reserve_for
from ahize.pacing.predictive import Predictive, View
from ahize.sim.shift import Floor
from ahize.sim.shift_scenarios import Scenario

NAMES: Final = ("predictive", "predictive_strict")
CAP: Final = 0.03
AIM: Final = 0.029
"""What the measured peers of the literature are compared at; a house may aim lower."""
DAY_RESERVE, DAY_CREDIT = 3.0, 15.0
"""Calls that a day's book keeps, and what a day may spend before it is earned."""


@dataclass(slots=True)
class Ours:
    """``Predictive`` on a floor of ``shift.py``.

    Args:
        pacer: the product's.
        day_s: length of a shift.
        cap: of the strict bound; None: there is none.
    """

    pacer: Predictive
    day_s: float
    cap: float | None
    beat_s: float = 1.0
    eager: bool = False

    def dials(self, floor: Floor) -> int:
        """See ``shift.Policy``."""
        for book in self.pacer.books[1:]:
            book.passed = floor.now_s / self.day_s
        most = floor.room
        if self.cap is not None:
            exposed = len(floor.dials) + len(floor.waiting) - len(floor.free)
            left = allowance(live_answers=floor.live_answers, abandoned=floor.abandoned, cap=self.cap)
            most = max(0, min(most, left - exposed))
        return self.pacer.forecast(self._view(floor), most).dials

    @staticmethod
    def _view(floor: Floor) -> View:
        now, left, answers = floor.now_s, floor.talk_left, floor.answers
        return View(
            free=len(floor.free),
            talking=[now - since for since in floor.talking.values()],
            wrapping=[now - since for since in floor.wrapping.values()],
            open_dials=[now - since for since in floor.dials.values()],
            waiting=len(floor.waiting),
            talk_left=None if left is None else [left[seat] for seat in floor.talking],
            answers_in=None if answers is None else [answers.get(dial, math.inf) for dial in floor.dials],
        )

    def told(self, what: str, seconds: float) -> None:
        """See ``shift.Policy``."""
        match what:
            case "answered":
                self.pacer.answered(seconds)
            case "ended":
                self.pacer.ended(seconds)
            case "talked":
                self.pacer.talked(seconds)
            case "wrapped":
                self.pacer.wrapped(seconds)
            case "live":
                self.pacer.live()
            case "abandoned":
                self.pacer.abandoned()
            case "day":
                for book in self.pacer.books[1:]:
                    book.begin()


def policy(name: str, scenario: Scenario) -> Ours:
    """A fresh one. Statistical: over the campaign and over each day; strict: the campaign's cap, as the law has it."""
    reserve = reserve_for(CONFIDENCE)
    if name == "predictive_strict":
        return Ours(Predictive([Book(CAP, reserve)], scenario.patience_s, strict=True), scenario.day_s, CAP)
    books = [Book(AIM, reserve), Book(AIM, DAY_RESERVE, DAY_CREDIT)]
    return Ours(Predictive(books, scenario.patience_s), scenario.day_s, None)
