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
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from ahize.kernel.errors import BadInput
from ahize.pacing.snapshot import Snapshot

DEAREST, STEP = 0.55, 0.1
"""The highest price there is, and by what power of e a call in a book moves it."""
_CROWDED: Final = 5.0
"""Abandoned calls come in small crowds, and a book strays farther down than up: so many times the variance of calls
that come alone covers crowds of three (``tests/pacing``)."""
STRAYS: Final = math.sqrt(_CROWDED / (2.0 * STEP))
"""The standard deviation, in calls, of a book that is steered by its price alone."""
SETTLES: Final = 5.0 / STEP
"""Calls' worth of live answers after which a new book has all but earned its reserve."""
CONFIDENCE: Final = 0.999
"""With which a book is kept above nothing where nobody said otherwise."""


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
    does. There is no end at which the price drops to nothing: a pacer that runs against one goes one to one for half
    of the day. What must never be passed is the strict bound's to keep.

    At the reserve the price is the aim itself, for calls of which none is likelier than that to find nobody can't pass
    it. So a book in balance stands at its reserve or above, and a new one, which has nothing yet, begins low and earns
    its reserve first.

    Args:
        aim: the share of live answers that may be abandoned, 0 to 1; at none the price is nothing.
        reserve: calls that the book is kept above nothing by, so that no stretch of bad luck takes it below.
        credit: calls that may be spent before they are earned; they are paid back evenly until the period ends.
        slope: by what power of e a call below the reserve lowers the price.
        left: calls in the book; it begins at nothing.
        passed: how much of the period is over, 0 to 1.
    """

    aim: float
    reserve: float
    credit: float = 0.0
    slope: float = STEP
    left: float = 0.0
    passed: float = 0.0

    def hear(self, live_answers: int, abandoned: int) -> None:
        """So many persons answered, and so many of them were left without anybody; negative: it was not so.

        What is left beyond the dearest price is forgotten: nobody saves up for a wild hour.
        """
        most = self.reserve + math.log(DEAREST / self.aim) / STEP if self.aim else self.reserve
        self.left = min(self.left + self.aim * live_answers - abandoned, most)

    def begin(self) -> None:
        """A new period."""
        self.left = self.passed = 0.0

    @property
    def price(self) -> float:
        """The chance of finding nobody that is worth taking, 0 to ``DEAREST``."""
        above = self.left + self.credit * (1.0 - self.passed) - self.reserve
        return min(self.aim * math.exp((STEP if above > 0 else self.slope) * above), DEAREST)


def reserve_for(confidence: float) -> float:
    """The reserve, in calls, that keeps a book above nothing with that confidence at any moment: none at a half.

    It holds once the book has settled, ``SETTLES`` / aim live answers after it began: 1,700 at 3 %.

    Args:
        confidence: from 0.5, below 1.
    """
    if not 0.5 <= confidence < 1.0:
        raise BadInput(f"A confidence is from 0.5 to below 1, not {confidence}.", field="confidence")
    return NormalDist().inv_cdf(confidence) * STRAYS
