"""Shall the new model take over? The one in use is the champion; a retrained one is the challenger.

Both are judged on the same calls, which neither learned from. The challenger must be better by more than chance, for a
change of model changes whom we call; a champion that has become dishonest or worse than no model at all falls anyhow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ahize.scores.cells import Floats
from ahize.scores.measures import auc, ece, log_loss
from ahize.scores.table import Bools

ROWS_MIN = 200
YES_MIN = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """Args:
    takes_over: whether the challenger is to be used from now on.
    says: why, in words.
    gain: mean log loss that the challenger saves a call, with the range of nine in ten resamples.
    """

    takes_over: bool
    says: str
    gain: float
    low: float
    high: float


def judged(yes: Bools, champion: Floats, challenger: Floats, *, seed: int, resamples: int = 400) -> Verdict:
    """Compare two models on calls that neither has seen.

    Args:
        yes: what came of them, shape (calls,).
        champion: probabilities of the model in use, shape (calls,); likewise the challenger's.
    """
    n, n_yes = len(yes), int(yes.sum())
    if n < ROWS_MIN or min(n_yes, n - n_yes) < YES_MIN:
        says = f"{n} new calls with {n_yes} yes are too few to judge by ({ROWS_MIN} and {YES_MIN}): the champion stays."
        return Verdict(False, says, 0.0, 0.0, 0.0)
    saved = _surprise(yes, champion) - _surprise(yes, challenger)
    rng = np.random.default_rng(seed)
    means = [float(saved[rng.integers(0, n, n)].mean()) for _ in range(resamples)]
    low, high = (float(each) for each in np.quantile(means, [0.05, 0.95]))
    gain = float(saved.mean())
    rate = np.full(n, yes.mean())
    if low > 0:
        says = (
            f"The challenger is better by more than chance (AUC {auc(yes, challenger):.3f} beside "
            f"{auc(yes, champion):.3f})."
        )
        return Verdict(True, says, gain, low, high)
    if log_loss(yes, champion) > log_loss(yes, rate) >= log_loss(yes, challenger):
        says = (
            "The champion says less than the mean rate does (calibration error "
            f"{ece(yes, champion):.3f}); the challenger says more."
        )
        return Verdict(True, says, gain, low, high)
    return Verdict(False, "The challenger is not better by more than chance: the champion stays.", gain, low, high)


def _surprise(yes: Bools, p: Floats) -> Floats:
    q = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.where(yes, np.log(q), np.log(1 - q))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to train again: after so many new outcomes, or so many days with any."""

    outcomes: int = 500
    days: int = 30

    def is_due(self, *, new_outcomes: int, trained_on: date, today: date) -> bool:
        """Whether it is time."""
        return new_outcomes >= self.outcomes or (new_outcomes > 0 and today - trained_on >= timedelta(days=self.days))
