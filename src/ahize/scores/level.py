"""Are the probabilities right, whatever the ranking? A straight line through the log-odds.

A line, and not steps, so that reasons still sum to the score: each is multiplied by ``scale``. ``followed`` keeps the
line up with outcomes as they become known, between two trainings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahize.scores.cells import Floats
from ahize.scores.table import Bools


@dataclass(frozen=True, slots=True)
class Level:
    """Log-odds as they are said: ``scale`` · log-odds + ``shift``."""

    scale: float = 1.0
    shift: float = 0.0

    def applied(self, log_odds: Floats) -> Floats:
        """The same, as they are said."""
        return self.scale * log_odds + self.shift


def chance(log_odds: Floats) -> Floats:
    """Probabilities of log-odds, never quite 0 or 1."""
    return np.clip(1 / (1 + np.exp(-np.clip(log_odds, -35, 35))), 1e-9, 1 - 1e-9)


def fit_level(
    log_odds: Floats, yes: Bools, weights: Floats | None = None, *, scale_pull: float = 1.0, shift_pull: float = 1.0
) -> Level:
    """The line under which these outcomes are likeliest.

    Args:
        log_odds: said about rows that were not learned from, shape (rows,).
        scale_pull: how much evidence it takes to leave scale 1; likewise ``shift_pull`` and shift 0.

    Returns:
        A line that never turns the ranking round: ``scale`` is at least 0.05.
    """
    w = np.ones(len(log_odds)) if weights is None else weights
    scale, shift = 1.0, 0.0
    for _ in range(15):
        p = chance(scale * log_odds + shift)
        off, curve = w * (p - yes), w * p * (1 - p)
        slope = np.array([off @ log_odds + scale_pull * (scale - 1), off.sum() + shift_pull * shift])
        cross = float(curve @ log_odds)
        bend = np.array([[curve @ log_odds**2 + scale_pull, cross], [cross, curve.sum() + shift_pull]])
        step = np.clip(np.linalg.solve(bend, slope), -1, 1)
        scale, shift = scale - float(step[0]), shift - float(step[1])
        if np.abs(step).max() < 1e-9:
            break
    return Level(max(0.05, scale), shift)


FOLLOW_ROWS = 700
"""Outcomes after which one counts half as much, where the level is followed."""


def followed(log_odds: Floats, yes: Bools, *, late: int, half_life: int = FOLLOW_ROWS, every: int = 100) -> Floats:
    """What would have been said row by row, had the level been kept up with the outcomes known by then.

    Args:
        log_odds: of rows in the order they were called, shape (rows,).
        yes: what came of them.
        late: outcomes become known only after so many further rows.
        every: the line is drawn anew after so many rows.
    """
    said = np.empty_like(log_odds)
    for begin in range(0, len(log_odds), every):
        known = np.arange(max(0, begin - late))
        level = Level()
        if len(known):
            weights = 0.5 ** ((known[-1] - known) / half_life)
            level = fit_level(log_odds[known], yes[known], weights, scale_pull=20.0, shift_pull=5.0)
        said[begin : begin + every] = level.applied(log_odds[begin : begin + every])
    return said
