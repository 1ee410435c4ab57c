"""How many seats a half hour needs: Erlang-A, with Erlang-B and Erlang-C as its limits.

Calls arrive at random at an even rate, a talk's length and a caller's patience are memoryless, who waits longest is
served first. Everything is exact for that model, from one seat to thousands: the probabilities are kept as logarithms
and sums of positive terms. With no patience at all it is Erlang-B, with endless patience Erlang-C. Refuses to know what
day it is, how the calls were foretold, and who sits where.

Source: docs/how-to/staffing.md, "The mathematics".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ahize.kernel.errors import BadInput

HALF_HOUR_S: Final = 1800.0
SEATS_MAX: Final = 20_000
_NEGLIGIBLE: Final = -42.0
"""A term that is e^-42 of the largest changes no digit."""
_CHUNK: Final = 4096
_TERMS_MAX: Final = 4_000_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, slots=True)
class Load:
    """What arrives.

    Args:
        calls: per half hour, 0 or more.
        handle_s: mean talk and wrap-up, in seconds, more than 0.
        patience_s: mean time until a caller who waits hangs up; 0: nobody waits at all; infinity: everybody does.
    """

    calls: float
    handle_s: float
    patience_s: float = math.inf

    def __post_init__(self) -> None:
        if not 0.0 <= self.calls < math.inf:
            raise BadInput(f"{self.calls} calls per half hour: expected 0 or more", field="calls")
        if not 0.0 < self.handle_s < math.inf:
            raise BadInput(f"A handle time of {self.handle_s} s: expected more than 0", field="handle_s")
        if not self.patience_s >= 0.0:
            raise BadInput(f"A patience of {self.patience_s} s: expected 0 or more", field="patience_s")

    @property
    def erlangs(self) -> float:
        """The seats that would be busy if nobody had to wait."""
        return self.calls / HALF_HOUR_S * self.handle_s


@dataclass(frozen=True, slots=True)
class Service:
    """What callers and seats meet; shares from 0 to 1 of all who call, times in seconds.

    Args:
        waits: share of callers who find every seat busy.
        in_time: share that is answered within the time asked for; whoever hangs up before is not.
        abandons: share that hangs up while it waits.
        mean_wait_s: of all callers, those who hang up included; infinite where the queue only grows.
        occupancy: share of their time in which the seats are busy.
    """

    waits: float
    in_time: float
    abandons: float
    mean_wait_s: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for.

    Args:
        share: of all callers to be answered within ``within_s`` seconds, at least 0 and below 1.
        abandons_max: share that may hang up while it waits, 0 to 1.
        occupancy_max: the most that seats may be busy, above 0, at most 1.
    """

    share: float = 0.8
    within_s: float = 20.0
    abandons_max: float = 1.0
    occupancy_max: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.share < 1.0:
            raise BadInput(f"A share of {self.share}: expected from 0 to below 1", field="share")
        if not 0.0 <= self.within_s < math.inf:
            raise BadInput(f"Within {self.within_s} s: expected 0 or more", field="within_s")
        if not 0.0 < self.occupancy_max <= 1.0 or not 0.0 <= self.abandons_max <= 1.0:
            raise BadInput("A share is from 0 to 1, and seats must be allowed to be busy.", field="occupancy_max")

    def is_met_by(self, service: Service) -> bool:
        return (
            service.in_time >= self.share
            and service.abandons <= self.abandons_max
            and service.occupancy <= self.occupancy_max
        )


def blocked(seats: int, erlangs: float) -> float:
    """Erlang-B: the share of callers who find every seat busy where nobody waits."""
    if erlangs <= 0.0:
        return 0.0 if seats else 1.0
    share = 1.0
    for n in range(1, seats + 1):
        share = erlangs * share / (n + erlangs * share)
    return share


def service(load: Load, seats: int, within_s: float) -> Service:
    """What callers meet with so many seats (0 to 20,000), and how many are answered within ``within_s`` seconds."""
    if not 0 <= seats <= SEATS_MAX:
        raise BadInput(f"{seats} seats: expected from 0 to {SEATS_MAX}", field="seats")
    if load.calls == 0.0:
        return Service(0.0 if seats else 1.0, 1.0 if seats else 0.0, 0.0, 0.0, 0.0)
    if seats == 0:
        return Service(1.0, 0.0, 0.0 if math.isinf(load.patience_s) else 1.0, load.patience_s, 0.0)
    lost = blocked(seats, load.erlangs)
    if load.patience_s == 0.0:
        return Service(lost, 1.0 - lost, lost, 0.0, load.erlangs * (1.0 - lost) / seats)
    return met(load, seats, -math.log(lost) if lost > 0.0 else math.inf, within_s)


def met(load: Load, seats: int, log_no_queue: float, within_s: float) -> Service:
    """What callers meet, given how likely it is that nobody waits; the occupancy is that of callers alone.

    Args:
        load: with a patience of more than 0.
        log_no_queue: the logarithm of the chance that nobody waits, where that of all seats busy and nobody waiting
            is 1.
    """
    arrival, ends = load.calls / HALF_HOUR_S, seats / load.handle_s
    leaves = 1.0 / load.patience_s
    if leaves == 0.0 and arrival >= ends:
        return Service(1.0, 0.0, 0.0, math.inf, 1.0)
    log_queue, log_waiting = _queue(arrival, ends, leaves)
    log_full = -np.logaddexp(log_no_queue, log_queue)  # exactly all seats busy
    waits = math.exp(min(0.0, log_full + np.logaddexp(0.0, log_queue)))
    queue = math.exp(log_full + log_waiting)
    abandons = min(1.0, leaves * queue / arrival)
    soon = _answered_in_time(arrival, ends, leaves, log_full, within_s)
    return Service(
        waits=waits,
        in_time=min(1.0, max(0.0, 1.0 - waits + soon)),
        abandons=abandons,
        mean_wait_s=queue / arrival,
        occupancy=min(1.0, arrival * (1.0 - abandons) / ends),
    )


def least_seats(load: Load, target: Target) -> int:
    """The fewest seats that meet the target.

    Raises: BadInput where 20,000 do not: a target that nobody could meet, like an abandoned share of 0.
    """

    def is_met(seats: int) -> bool:
        return target.is_met_by(service(load, seats, target.within_s))

    if load.calls == 0.0:
        return 0
    low = 0
    high = min(max(1, math.ceil(load.erlangs)), SEATS_MAX)
    while not is_met(high):
        if high >= SEATS_MAX:
            raise BadInput(
                f"No number of seats up to {SEATS_MAX:,} meets this target; allow for more who hang up.", field="target"
            )
        low, high = high, min(SEATS_MAX, high + max(4, high // 8))
    while high - low > 1:
        middle = (low + high) // 2
        if is_met(middle):
            high = middle
        else:
            low = middle
    return high


def with_shrinkage(seats: int, share: float) -> int:
    """Whom to put on the schedule, so that ``seats`` are there although ``share`` of the time is spent otherwise.

    Args:
        share: breaks, training, sickness; from 0 to below 1.
    """
    if not 0.0 <= share < 1.0:
        raise BadInput(f"A shrinkage of {share}: expected from 0 to below 1", field="shrinkage")
    return math.ceil(round(seats / (1.0 - share), 9))


# ── dialling out ────────────────────────────────────────────────────────────────────────────────────────────────────

BUSY_BY_SEATS: Final[tuple[tuple[int, float], ...]] = (
    (1, 0.28),
    (5, 0.64),
    (10, 0.79),
    (25, 0.88),
    (50, 0.915),
    (100, 0.947),
)
"""How busy our pacer keeps so many seats where it holds its cap strictly, as ``./ahize bench pacing`` measured it over
whole campaigns (docs/acceptance/pacing.md); at 5 seats six days of an earlier one, at 1 one number after the other."""


def busy_share(seats: float, curve: Sequence[tuple[int, float]] = BUSY_BY_SEATS) -> float:
    """The share of time that seats are busy when they only dial out; between two of the curve by the logarithm.

    Args:
        curve: seats and the share measured with them, rising in seats.
    """
    logs = [math.log(n) for n, _ in curve]
    return float(np.interp(math.log(max(seats, 1.0)), logs, [share for _, share in curve]))


def dialling_seats(talks: float, handle_s: float, curve: Sequence[tuple[int, float]] = BUSY_BY_SEATS) -> int:
    """The fewest seats that come to so many talks in a half hour when the pacer dials for them alone."""
    load = Load(talks, handle_s)
    if load.calls == 0.0:
        return 0
    low, high = 0, max(1, math.ceil(load.erlangs))
    while high * busy_share(high, curve) < load.erlangs:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if middle * busy_share(middle, curve) >= load.erlangs:
            high = middle
        else:
            low = middle
    return high


# ── the sums ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _queue(arrival: float, ends: float, leaves: float) -> tuple[float, float]:
    """The logarithms of Σ c_k and Σ k·c_k, k from 1: how likely k callers wait, and how many do, where all seats busy
    and nobody waiting is 1.

    c_k = Π_{i ≤ k} arrival / (ends + i · leaves); the terms rise while more arrive than leave, and fall ever faster.
    """
    if leaves == 0.0:
        ratio = arrival / ends
        return math.log(ratio / (1.0 - ratio)), math.log(ratio) - 2.0 * math.log1p(-ratio)
    last, begin = 0.0, 1
    most = -math.inf
    sums: list[float] = []
    waits: list[float] = []
    while begin < _TERMS_MAX:
        k = np.arange(begin, begin + _CHUNK, dtype=float)
        terms = last + np.cumsum(math.log(arrival) - np.log(ends + k * leaves))
        sums.append(log_sum(terms))
        waits.append(log_sum(terms + np.log(k)))
        last, begin, most = float(terms[-1]), begin + _CHUNK, max(most, float(terms.max()))
        if last - most < _NEGLIGIBLE - math.log(begin):
            break
    return log_sum(np.array(sums)), log_sum(np.array(waits))


def log_sum(logs: NDArray[np.float64]) -> float:
    """The logarithm of the sum of what these are the logarithms of."""
    top = float(logs.max())
    return top + math.log(float(np.exp(logs - top).sum()))


def _answered_in_time(arrival: float, ends: float, leaves: float, log_full: float, within_s: float) -> float:
    """The share that waits, is still there when its turn comes, and whose turn comes in time.

    Who waits meets an offered wait of t seconds with the density ends · π · exp(−ends·t + arrival·(1 − e^(−leaves·t)) /
    leaves), where π is the chance that all seats are busy and nobody waits; it is integrated by Gauss and Legendre.
    """
    if within_s <= 0.0:
        return 0.0
    panels = min(20_000, math.ceil(within_s * (ends + arrival) / 4.0) + 1)
    width = within_s / panels
    t = (np.arange(panels)[:, None] + (_NODES[None, :] + 1.0) / 2.0) * width
    come = -np.expm1(-leaves * t) / leaves * arrival if leaves else arrival * t
    density = np.exp(math.log(ends) + log_full - ends * t + come - leaves * t)
    return float((density * _WEIGHTS[None, :]).sum() * width / 2.0)
