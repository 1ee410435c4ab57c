"""One definition's live answers and abandoned calls, by call: what an allowance is judged by from outside.

The campaign's own cap has one, and each law of the called people that counts in another way or over another period.
Nothing is rounded to stretches of time here. Refuses to know how the engine counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ahize.dialer.values import Limit
from ahize.kernel.ids import AttemptId

A_DAY: Final = timedelta(days=1)
Base = tuple[datetime | None, int, int]
"""Live answers and abandoned calls of before, and when they were, where that matters."""


@dataclass
class Count:
    """One definition's counts: of the campaign's own cap, or of a law's.

    ``base`` are live answers and abandoned calls that were there before, with when; of all others it is known which.
    One that is ``shared`` is counted by the campaigns of that account together, from midnight to midnight.
    """

    cap: float
    until: datetime | None
    days: int = 0
    countries: tuple[str, ...] = ()
    applies: bool = True
    shared: str = ""
    base: list[Base] = field(default_factory=list)
    live: dict[AttemptId, datetime] = field(default_factory=dict)
    lost: dict[AttemptId, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, limit: Limit) -> Count:
        base: list[Base] = [(None, limit.live_answers, limit.abandoned)]
        if limit.until is None:
            base = [(one.at, one.live_answers, one.abandoned) for one in limit.past]
        applies = not limit.countries
        return cls(limit.cap, limit.until, limit.days, limit.countries, applies, limit.shared, base=base)

    def turn(self, at: datetime) -> None:
        """A period that is over is over before anything of that instant is counted."""
        if self.until is not None and at >= self.until:
            self.until = self.until + timedelta(days=self.days) if self.days else None
            for kept in (self.base, self.live, self.lost):
                kept.clear()

    def left(self, at: datetime, answered_by: datetime) -> int:
        """A call that may be answered in the next period can't spend what this one has left, nor one of the last 24
        hours what will have left them by then."""
        if self.until is not None and answered_by >= self.until:
            return 0
        since, then = (at - A_DAY, answered_by - A_DAY) if self.days == 1 and not self.shared else (None, None)
        live = sum(n for when, n, _ in self.base if then is None or when is None or when > then)
        lost = sum(n for when, _, n in self.base if since is None or when is None or when > since)
        live += sum(then is None or when > then for when in self.live.values())
        lost += sum(since is None or when > since for when in self.lost.values())
        return max(0, math.floor(round(self.cap * live, 9)) - lost)

    def was_machine(self, call: AttemptId) -> None:
        if self.live.pop(call, None) is None and self.base:
            when, live, lost = self.base[-1]
            self.base[-1] = (when, max(0, live - 1), lost)
