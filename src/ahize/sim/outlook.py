"""What evenings like these bring: each figure with the range in which nine of ten evenings lie.

Where there are enough evenings the range is theirs, from the fifth to the ninety-fifth of a hundred. Before that it is
reckoned from how much equal parts of the evenings differ, and says so. Refuses to know how an evening came about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import variance
from typing import Any, Final

from ahize.sim.evening import SLOTS, Evening

ENOUGH: Final = 20
"""From so many evenings on their own spread is the range."""
LOW: Final = 0.05
HIGH: Final = 0.95
Z: Final = 1.6448536269514722
T: Final = {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132, 5: 2.015, 6: 1.943, 7: 1.895, 8: 1.860}
"""95 % of Student's law lies below, by its degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What an evening costs, in cents of one currency.

    Args:
        seat_hour: of an agent; ``minute``: of an answered call; ``dial``: of each attempt.
        penalty: of one broken promise, at most.
    """

    seat_hour: float = 0.0
    minute: float = 0.0
    dial: float = 0.0
    penalty: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an evening: its mean, and where nine of ten evenings lie."""

    name: str
    mean: float
    low: float
    high: float

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, **{part: round(getattr(self, part), 6) for part in ("mean", "low", "high")}}


Weights = Mapping[str, float]


def _figures(prices: Prices) -> dict[str, tuple[Weights, Weights | None]]:
    """Each figure as one sum, or as one divided by another."""
    cost = {"staffed_s": prices.seat_hour / 3600, "billed_s": prices.minute / 60, "dials": prices.dial}
    return {
        "talks": ({"talks": 1.0}, None),
        "sales": ({"sales": 1.0}, None),
        "dials": ({"dials": 1.0}, None),
        "answers": ({"answers": 1.0}, None),
        "finished": ({"finished": 1.0}, None),
        "mistaken": ({"mistaken": 1.0}, None),
        "wait_s": ({"waited_s": 1.0}, {"talks": 1.0}),
        "busy_share": ({"talked_s": 1.0, "wrapped_s": 1.0}, {"staffed_s": 1.0}),
        "abandoned_share": ({"abandoned": 1.0}, {"answers": 1.0}),
        "cost_cents": (cost, None),
        "cost_per_sale_cents": (cost, {"sales": 1.0}),
    }


NAMES: Final = tuple(_figures(Prices()))


def outlook(evenings: Sequence[Evening], prices: Prices) -> list[Figure]:
    """All figures; none where there is no evening yet. Evenings that are first looks hold fewer parts than SLOTS."""
    if not evenings:
        return []
    return [_figure(name, evenings, *parts) for name, parts in _figures(prices).items()]


def values(evening: Evening, prices: Prices) -> dict[str, float]:
    """The figures of one evening; a share of nothing is 0."""
    found = {}
    for name, (above, below) in _figures(prices).items():
        over = sum(_parts(evening, above))
        under = 1.0 if below is None else sum(_parts(evening, below))
        found[name] = round(over / under, 6) if under else 0.0
    return found


def exposure(evenings: Sequence[Evening], prices: Prices) -> dict[str, Any]:
    """Promises of the law that were broken: how many evenings had one, and what that may cost on average.

    ``over``: evenings that end above the law's cap, to be made good within its period.
    """
    broken = [len(evening.broken) for evening in evenings]
    total = sum(broken)
    return {
        "evenings": sum(one > 0 for one in broken),
        "violations": total,
        "over": sum(evening.is_over for evening in evenings),
        "expected_cents": round(total * prices.penalty / len(broken), 2) if broken else 0.0,
        "examples": sorted({what for evening in evenings for what in evening.broken})[:5],
    }


def through(evenings: Sequence[Evening], prices: Prices) -> list[dict[str, Any]]:
    """How the evening goes: of each of its parts the figures a chart shows, with their ranges."""
    whole = [evening for evening in evenings if evening.is_whole]
    parts = []
    for slot in range(SLOTS if whole else 0):
        here = [_only(evening, slot) for evening in whole]
        found = {one.name: one for one in outlook(here, prices)}
        parts.append({name: found[name].to_json() for name in ("talks", "wait_s", "busy_share", "abandoned_share")})
    return parts


def _only(evening: Evening, slot: int) -> Evening:
    counted = {name: [parts[slot]] for name, parts in evening.counted.items()}
    return Evening(evening.seed, counted, {}, None, False, (), 0)


def _parts(evening: Evening, weights: Weights) -> list[float]:
    counted = evening.counted
    return [sum(weight * counted[name][n] for name, weight in weights.items()) for n in range(len(counted["dials"]))]


def _figure(name: str, evenings: Sequence[Evening], above: Weights, below: Weights | None) -> Figure:
    over = [_parts(evening, above) for evening in evenings]
    under = [_parts(evening, below) if below is not None else [] for evening in evenings]
    there = len(over[0])
    scale = SLOTS / there if there not in (1, SLOTS) else 1.0  # a first look stands for the whole evening
    n = len(evenings)
    if below is None:
        unit, mean = 1.0, scale * sum(map(sum, over)) / n
        off = over
    else:
        total = sum(map(sum, under))
        if not total:
            return Figure(name, 0.0, 0.0, 0.0)
        mean = sum(map(sum, over)) / total
        unit = scale * total / n
        off = [[a - mean * b for a, b in zip(x, y, strict=True)] for x, y in zip(over, under, strict=True)]
    if n >= ENOUGH:
        low, high = _middle(over, under if below is not None else None)
        return Figure(name, mean, low, high)
    half = _half(off, scale) / unit
    return Figure(name, mean, max(0.0, mean - half), mean + half)


def _middle(over: Sequence[Sequence[float]], under: Sequence[Sequence[float]] | None) -> tuple[float, float]:
    """Where nine of ten evenings lie."""
    if under is None:
        each = sorted(sum(parts) for parts in over)
    else:
        each = sorted(sum(a) / sum(b) for a, b in zip(over, under, strict=True) if sum(b))
    return quantile(each, LOW), quantile(each, HIGH)


def quantile(rising: Sequence[float], share: float) -> float:
    """Between the neighbours in a sorted row; 0 where it is empty."""
    if not rising:
        return 0.0
    place = share * (len(rising) - 1)
    low = int(place)
    high = min(low + 1, len(rising) - 1)
    return rising[low] + (rising[high] - rising[low]) * (place - low)


def _half(off: Sequence[Sequence[float]], scale: float) -> float:
    """Half the range of one more evening, from how much like parts of few evenings differ."""
    n, parts = len(off), len(off[0])
    if n >= 2:
        spread = scale * sum(variance([evening[part] for evening in off]) for part in range(parts))
        freedom = parts * (n - 1)
    elif parts >= 2:
        spread, freedom = scale * parts * variance(off[0]), parts - 1
    else:
        return 0.0
    return student(freedom) * math.sqrt(spread * (1.0 + 1.0 / n))


def student(freedom: int) -> float:
    """Below which 95 % of Student's law lie."""
    if freedom in T:
        return T[freedom]
    return Z + (Z**3 + Z) / (4 * freedom) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
