"""Live answers and abandoned calls in the law's period; what is left, in the worst case.

The strict bound (invariant S7), campaign by campaign, at every originate:

    ringing + answered-unassigned − seats held  ≤  floor(cap × live answers) − abandoned

It needs no guess about who will answer. If everything in the air is answered at this instant and no seat comes free,
the share still stays under its cap. One call for each free seat is always within it, so a period begins one to one.
Refuses to know what the cap should be: that is the campaign's setting, itself under the law's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from ahize.pacing.snapshot import Snapshot


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
class Budget:
    """One campaign's counts in the present period.

    Args:
        until: when the period ends and the counts begin again at zero; None: not yet known, it goes on.
    """

    cap: float
    live_answers: int = 0
    abandoned: int = 0
    until: datetime | None = None

    def turn(self, now: datetime) -> None:
        """Begin a new period if the present one is over. What is in the air is charged to the new one."""
        if self.until is not None and now >= self.until:
            self.live_answers = self.abandoned = 0
            self.until = None

    def hear_of(self, abandoned: int, until: datetime | None, now: datetime) -> None:
        """Somebody counted again: people who were taken for machines were abandoned too. It never becomes fewer.

        Args:
            until: the end of the period that was counted; one that is over says nothing of this one.
        """
        if until is None or until > now:
            self.abandoned = max(self.abandoned, abandoned)

    @property
    def left(self) -> int:
        return allowance(live_answers=self.live_answers, abandoned=self.abandoned, cap=self.cap)

    @property
    def share(self) -> float:
        """Abandoned calls among live answers, 0 where there are none."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0
