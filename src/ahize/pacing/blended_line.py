"""Half hours of seats that serve callers and dial out in the gaps, played through event by event.

Beside ``blended.py`` it shows what waves, uneven talks and a queue that is carried on cost. Callers are drawn as in
``waiting_line.py``. Equal seed, equal answer. Refuses to know how many seats there should be.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from ahize.kernel.chance import Chance, stream
from ahize.pacing.blended import gap_s
from ahize.pacing.staffing import HALF_HOUR_S, Load, Target
from ahize.pacing.waiting_line import Manner, Played, arrivals, lasts, patience, pooled


@dataclass(frozen=True, slots=True)
class Half:
    """A half hour: who calls, how many seats there are, how many of the free ones are kept for callers; ``dials``: the
    others dial out."""

    load: Load
    seats: int
    reserve: int
    dials: bool = True


@dataclass(frozen=True, slots=True)
class PlayedBlend:
    """One half hour over all days: what callers met, and the mean number of talks of dialling out."""

    callers: Played
    talks: float


def play(
    halves: Sequence[Half], *, within_s: float, days: int, seed: int, manner: Manner | None = None
) -> list[PlayedBlend]:
    """What so many seats come to, over so many days (at least 1)."""
    chance = stream(seed, "blended line")
    tally = _Tally(len(halves), days, within_s)
    for day in range(days):
        tally.day = day
        _Day(halves, chance, manner or Manner(), tally).run()
    return [
        PlayedBlend(pooled(asked, good, gone), talks / days)
        for asked, good, gone, talks in zip(tally.asked, tally.answered, tally.left, tally.talks, strict=True)
    ]


@dataclass(slots=True)
class _Tally:
    """Callers by half hour and day, and talks by half hour."""

    halves: int
    days: int
    within_s: float
    day: int = 0
    asked: list[list[int]] = field(init=False)
    answered: list[list[int]] = field(init=False)
    left: list[int] = field(init=False)
    talks: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.asked = [[0] * self.days for _ in range(self.halves)]
        self.answered = [[0] * self.days for _ in range(self.halves)]
        self.left, self.talks = [0] * self.halves, [0] * self.halves

    def caller(self, half: int, waited_s: float, *, stayed: bool) -> None:
        self.asked[half][self.day] += 1
        self.answered[half][self.day] += stayed and waited_s <= self.within_s
        self.left[half] += not stayed


@dataclass
class _Day:
    """One day; ``free`` may be below 0 for a while: seats that are to go finish their talks."""

    halves: Sequence[Half]
    chance: Chance
    manner: Manner
    tally: _Tally
    free: int = 0
    half: int = 0
    busy: list[float] = field(default_factory=list)
    queue: deque[tuple[float, float, int]] = field(default_factory=deque)

    def run(self) -> None:
        seats = 0
        for n, half in enumerate(self.halves):
            self.half = n
            begins, ends = n * HALF_HOUR_S, (n + 1) * HALF_HOUR_S
            self.free += half.seats - seats
            seats = half.seats
            gap = gap_s(half.load, half.seats) if half.dials and half.seats else math.inf
            self._serve(begins)
            self._play(begins, ends, gap)
        for at, patient_s, half_of in self.queue:  # Who waits at the end of the day is told to call again.
            self.tally.caller(half_of, min(patient_s, len(self.halves) * HALF_HOUR_S - at), stayed=False)

    def _play(self, begins: float, ends: float, gap: float) -> None:
        half, chance = self.halves[self.half], self.chance
        calls = arrivals(half.load, begins, chance, self.manner)
        caller = next(calls, math.inf)
        while True:
            # Gaps forget how long they have lasted, so the next talk may be drawn anew after each event.
            dialling = max(0, self.free - half.reserve)
            talk = begins + chance.expovariate(dialling / gap) if dialling and gap < math.inf else math.inf
            over = self.busy[0] if self.busy else math.inf
            now = min(caller, talk, over)
            if now >= ends:
                return
            begins = now
            if now == over:
                heapq.heappop(self.busy)
                self.free += 1
                self._serve(now)
            elif now == caller:
                self.queue.append((now, patience(half.load, chance), self.half))
                self._serve(now)
                caller = next(calls, math.inf)
            else:
                self.tally.talks[self.half] += 1
                self._talk(now, half.load)

    def _serve(self, now: float) -> None:
        """Who waits longest and is still there takes who is free."""
        while self.queue and (self.free > 0 or self.queue[0][0] + self.queue[0][1] < now):
            at, patient_s, half = self.queue.popleft()
            waited = now - at
            stays = waited <= patient_s
            self.tally.caller(half, waited if stays else patient_s, stayed=stays)
            if stays:
                self._talk(now, self.halves[half].load)

    def _talk(self, now: float, load: Load) -> None:
        self.free -= 1
        heapq.heappush(self.busy, now + lasts(load, self.chance, self.manner))


def blend_by_play(
    halves: Sequence[Half],
    talks: Sequence[float],
    most: Sequence[int],
    target: Target,
    *,
    days: int,
    seed: int,
    rounds: int = 6,
) -> tuple[list[Half], list[PlayedBlend]]:
    """Seats that keep the target and come to the talks in the mean of the days played, and what comes of them.

    Begins with ``halves``; a half hour that misses gets a seat more in each round: for callers, into the reserve.

    Args:
        talks: wanted in each half hour; ``most``: no half hour gets more seats than these.
    """
    kept = list(halves)
    for _ in range(rounds):
        seen = play(kept, within_s=target.within_s, days=days, seed=seed)
        grown = [
            _grown(half, one, wanted, top, target)
            for half, one, wanted, top in zip(kept, seen, talks, most, strict=True)
        ]
        if grown == kept:
            return kept, seen
        kept = grown
    return kept, play(kept, within_s=target.within_s, days=days, seed=seed)


def _grown(half: Half, seen: PlayedBlend, wanted: float, most: int, target: Target) -> Half:
    if half.seats >= most:
        return half
    if seen.callers.in_time < target.share or seen.callers.abandons > target.abandons_max:
        return Half(half.load, half.seats + 1, half.reserve + 1, half.dials)
    if half.dials and seen.talks < wanted:
        return Half(half.load, half.seats + 1, half.reserve, half.dials)
    return half
