"""How good is a score? Ranking, honesty and lift, from outcomes and probabilities alone.

All take ``yes`` (bool, shape (rows,)) and ``p`` (float in [0, 1], shape (rows,)). Ties are shared out, so that the
order of the rows never matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ahize.scores.cells import Floats
from ahize.scores.table import Bools, Ints


def ranks(values: Floats) -> Floats:
    """Mean ranks from 1 upwards; equal values have equal ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[place]


def auc(yes: Bools, p: Floats) -> float:
    """The chance that a yes stands above a no; NaN with one class only."""
    n_yes = int(yes.sum())
    n_no = len(yes) - n_yes
    if not n_yes or not n_no:
        return float("nan")
    return float((ranks(p)[yes].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no))


def alift(yes: Bools, p: Floats) -> float:
    """Area under the cumulative gains curve: rate / 2 + (1 - rate) · AUC. It depends on the rate of yes."""
    rate = float(yes.mean())
    return rate / 2 + (1 - rate) * auc(yes, p)


def brier(yes: Bools, p: Floats) -> float:
    """Mean squared error of the probabilities."""
    return float(np.mean((p - yes) ** 2))


def log_loss(yes: Bools, p: Floats) -> float:
    """Mean surprise in nats; probabilities are kept 1e-6 away from certainty."""
    q = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(yes, np.log(q), np.log(1 - q))))


def lift(yes: Bools, p: Floats, share: float = 0.1) -> float:
    """How many times the average rate of yes the best ``share`` of the rows has."""
    return gain(yes, p, share) / share


def gain(yes: Bools, p: Floats, share: float) -> float:
    """The share of all yes that lies in the best ``share`` of the rows; rows tied at the border count in part."""
    wanted = share * len(p)
    order = np.sort(np.unique(p))[::-1]
    _, place = np.unique(-p, return_inverse=True)
    rows = np.bincount(place, minlength=len(order)).astype(float)
    hits = np.bincount(place, weights=yes.astype(float), minlength=len(order))
    before = np.concatenate([[0.0], np.cumsum(rows)[:-1]])
    part = np.clip((wanted - before) / rows, 0, 1)
    return float((hits * part).sum() / max(1, yes.sum()))


@dataclass(frozen=True, slots=True)
class Bin:
    """One tenth of the rows: what was said, and what came."""

    rows: int
    said: float
    came: float


def calibration(yes: Bools, p: Floats, bins: int = 10) -> list[Bin]:
    """Equal parts of the rows in order of what was said."""
    order = np.argsort(p, kind="stable")
    return [
        Bin(len(part), float(p[part].mean()), float(yes[part].mean()))
        for part in np.array_split(order, min(bins, len(p)))
        if len(part)
    ]


def ece(yes: Bools, p: Floats, bins: int = 10) -> float:
    """Expected calibration error: mean distance of said and came over tenths of the rows."""
    return sum(abs(b.said - b.came) * b.rows for b in calibration(yes, p, bins)) / len(p)


def within(yes: Bools, p: Floats, groups: Ints) -> float:
    """Mean AUC inside groups, each by its rows; groups of one class are passed over. NaN where none is left."""
    total = weight = 0.0
    for group in np.unique(groups):
        rows = groups == group
        found = auc(yes[rows], p[rows])
        if not np.isnan(found):
            total += found * int(rows.sum())
            weight += int(rows.sum())
    return total / weight if weight else float("nan")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the range in which nine of ten resamples lie."""

    value: float
    low: float
    high: float


def lift_interval(yes: Bools, p: Floats, *, seed: int, share: float = 0.1, resamples: int = 200) -> Interval:
    """Lift with its uncertainty, by drawing the rows again."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        rows: NDArray[np.int64] = rng.integers(0, len(p), len(p))
        if yes[rows].any():
            found.append(lift(yes[rows], p[rows], share))
    low, high = np.quantile(found, [0.05, 0.95]) if found else (float("nan"), float("nan"))
    return Interval(lift(yes, p, share), float(low), float(high))


def figures(yes: Bools, p: Floats, months: Ints | None = None) -> dict[str, float]:
    """The figures of a report; ``within_month_auc`` where months are known."""
    found = {
        "rows": float(len(p)),
        "rate": float(yes.mean()),
        "auc": auc(yes, p),
        "alift": alift(yes, p),
        "brier": brier(yes, p),
        "lift_at_10": lift(yes, p),
        "ece": ece(yes, p),
        "log_loss": log_loss(yes, p),
    }
    if months is not None:
        found["within_month_auc"] = within(yes, p, months)
    return found


def gains(yes: Bools, p: Floats, shares: Sequence[float] = (0.1, 0.2, 0.3, 0.5)) -> dict[str, float]:
    """The share of all yes in the best so-and-so many rows."""
    return {f"{share:.0%}": gain(yes, p, share) for share in shares}


def psi(before: Floats, now: Floats) -> float:
    """Population stability index of two distributions over the same bins: 0 the same, 0.1 moved, 0.25 another one."""
    a, b = np.clip(before, 1e-4, None), np.clip(now, 1e-4, None)
    a, b = a / a.sum(), b / b.sum()
    return float(((b - a) * np.log(b / a)).sum())
