"""The same half hours played through, caller by caller: what a formula for an even stream leaves out.

Calls come in waves (the rate of a half hour strays from its forecast), talks are log-normal, a queue is carried into
the next half hour, and seats come and go between half hours. Beside Erlang-A it shows what those cost. Equal seed,
equal answer. Refuses to know what the seats are for and who decided how many.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ahize.kernel.chance import Chance, stream
from ahize.pacing.staffing import HALF_HOUR_S, Load, Target

SPREAD: Final = 0.8
"""Of the logarithm of a handle time: half of all talks are a short no."""
WAVES: Final = 0.05
"""How far a half hour's rate strays from its forecast, as the square of its relative deviation."""
Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class Played:
    """One half hour, over all days that were played; shares of all callers.

    Args:
        in_time: the mean, and ``low`` to ``high`` its interval over the days, in 19 of 20 cases.
        abandons: share that hung up while waiting.
    """

    in_time: float
    low: float
    high: float
    abandons: float


@dataclass(frozen=True, slots=True)
class Manner:
    """How calls come and talks last. ``spread`` 0 with ``waves`` 0 and ``exponential`` is the formula's own world."""

    spread: float = SPREAD
    waves: float = WAVES
    exponential: bool = False


def play(
    loads: Sequence[Load],
    seats: Sequence[int],
    *,
    within_s: float,
    days: int,
    seed: int,
    manner: Manner | None = None,
) -> list[Played]:
    """What callers of each half hour meet with so many seats, over so many days (at least 1)."""
    chance = stream(seed, "waiting line")
    manner = manner or Manner()
    asked = [[0] * days for _ in loads]
    answered = [[0] * days for _ in loads]
    left = [0] * len(loads)
    for day in range(days):
        for half, waited, stayed in _day(loads, seats, chance, manner):
            asked[half][day] += 1
            answered[half][day] += stayed and waited <= within_s
            left[half] += not stayed
    return [pooled(a, b, gone) for a, b, gone in zip(asked, answered, left, strict=True)]


def seats_by_play(
    loads: Sequence[Load],
    begin: Sequence[int],
    target: Target,
    *,
    days: int,
    seed: int,
    rounds: int = 10,
    manner: Manner | None = None,
) -> tuple[list[int], list[Played]]:
    """The seats that meet the target in the mean of the days played, and what comes of them.

    Begins with ``begin``, less one wherever the target is met without it; then, for up to so many rounds, each half
    hour that misses the target gets more, the more the oftener it missed. Every round plays the same days. Where even
    the last round misses, what comes of it says so.
    """

    def outcome(seats: Sequence[int]) -> list[Played]:
        return play(loads, seats, within_s=target.within_s, days=days, seed=seed, manner=manner)

    seats = [max(n, 1) if load.calls else 0 for n, load in zip(begin, loads, strict=True)]
    fewer = [max(n - 1, 1) if load.calls else 0 for n, load in zip(seats, loads, strict=True)]
    seats = [few if _is_met(seen, target) else n for few, n, seen in zip(fewer, seats, outcome(fewer), strict=True)]
    for missed in range(rounds):
        seen = outcome(seats)
        more = [
            _more(one, target, n, missed) if load.calls else 0 for one, load, n in zip(seen, loads, seats, strict=True)
        ]
        if not any(more):
            return seats, seen
        seats = [n + by for n, by in zip(seats, more, strict=True)]
    return seats, outcome(seats)


def days_for(loads: Sequence[Load], *, calls_max: int = 60_000, least: int = 3, most: int = 100) -> int:
    """How many days to play so that it takes about a second, whatever the size of the centre."""
    calls = sum(load.calls for load in loads)
    return most if not calls else max(least, min(most, int(calls_max / calls)))


def _is_met(played: Played, target: Target) -> bool:
    return played.in_time >= target.share and played.abandons <= target.abandons_max


def _more(played: Played, target: Target, seats: int, missed: int) -> int:
    if _is_met(played, target):
        return 0
    return max(1, round(seats * (target.share - played.in_time) * 0.15 * (1 + missed)))


def _day(
    loads: Sequence[Load], seats: Sequence[int], chance: Chance, manner: Manner
) -> Iterator[tuple[int, float, bool]]:
    """Every caller of one day: in which half hour they called, how long they waited, whether they stayed.

    Who waits longest is served first, so a caller takes the seat that is free next, if they are still there by then.
    """
    free: list[float] = [0.0] * (seats[0] if seats else 0)
    for half, load in enumerate(loads):
        begins = half * HALF_HOUR_S
        _resize(free, seats[half], begins)
        after = seats[half + 1] if half + 1 < len(seats) else seats[half]
        for _ in range(after - seats[half]):
            heapq.heappush(free, begins + HALF_HOUR_S)  # Who waits at the end of this half hour may be theirs.
        for at in arrivals(load, begins, chance, manner):
            patient_s = patience(load, chance)
            lasts_s = lasts(load, chance, manner)  # Drawn for everybody, so that other seats meet the same day.
            if not free:
                yield half, patient_s, False
                continue
            begun = max(at, free[0])
            stays = begun - at <= patient_s
            if stays:
                heapq.heapreplace(free, begun + lasts_s)
            yield half, begun - at if stays else patient_s, stays


def _resize(free: list[float], seats: int, now: float) -> None:
    """Seats that leave are those that are free first; who talks finishes."""
    while len(free) > seats:
        heapq.heappop(free)
    while len(free) < seats:
        heapq.heappush(free, now)


def arrivals(load: Load, begins: float, chance: Chance, manner: Manner) -> Iterator[float]:
    """When callers come in the half hour that begins then, in seconds."""
    wave = chance.gammavariate(1.0 / manner.waves, manner.waves) if manner.waves else 1.0
    rate = load.calls * wave / HALF_HOUR_S
    if rate <= 0.0:
        return
    at = begins + chance.expovariate(rate)
    while at < begins + HALF_HOUR_S:
        yield at
        at += chance.expovariate(rate)


def patience(load: Load, chance: Chance) -> float:
    """How long a caller waits before they hang up, in seconds."""
    return chance.expovariate(1.0 / load.patience_s) if 0 < load.patience_s < math.inf else load.patience_s


def lasts(load: Load, chance: Chance, manner: Manner) -> float:
    """How long a talk and its wrap-up last, in seconds."""
    if manner.exponential:
        return chance.expovariate(1.0 / load.handle_s)
    return chance.lognormvariate(math.log(load.handle_s) - manner.spread**2 / 2.0, manner.spread)


def pooled(asked: Sequence[int], answered: Sequence[int], left: int) -> Played:
    """Pooled over the days; the interval is that of a ratio of sums."""
    total, good, days = sum(asked), sum(answered), len(asked)
    if not total:
        return Played(1.0, 1.0, 1.0, 0.0)
    share = good / total
    spread = sum((b - share * a) ** 2 for a, b in zip(asked, answered, strict=True))
    half = Z * math.sqrt(spread * days / max(days - 1, 1)) / total
    return Played(share, max(0.0, share - half), min(1.0, share + half), left / total)
