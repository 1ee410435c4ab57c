"""A score that can be read aloud: so many points for each bin of each column.

A ridge logistic regression on bins, rounded to whole points; what is rounded is the model, so the points on paper and
the score are the same. 20 points double the odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from ahize.scores.cells import Floats
from ahize.scores.columns import Column
from ahize.scores.table import Bools, Ints

UNIT = log(2) / 20
"""Log-odds of one point."""

RIDGE = 10.0
"""How strongly a bin is drawn to the average: as much as forty rows of an even chance would."""

SMOOTH = 10.0
"""How strongly neighbouring bins of a number are drawn to each other."""

_ROWS_AT_ONCE = 50_000
_ROUNDS = 25


@dataclass(frozen=True)
class Points:
    """Args:
    start: points that everybody has.
    of: by column, the points of each of its bins.
    average: by column, the mean of its points in training: what a reason is measured against.
    """

    start: int
    of: tuple[tuple[int, ...], ...]
    average: tuple[float, ...]

    def reasons(self, bins: Ints) -> Floats:
        """Log-odds by column beside the average row, shape (rows, columns); ``base`` is what they add to."""
        found = np.empty(bins.shape)
        for j, (points, average) in enumerate(zip(self.of, self.average, strict=True)):
            found[:, j] = (np.array(points)[bins[:, j]] - average) * UNIT
        return found

    @property
    def base(self) -> float:
        """Log-odds of the average row."""
        return (self.start + sum(self.average)) * UNIT


def fit_points(bins: Ints, yes: Bools, weights: Floats, columns: Sequence[Column]) -> Points:
    """Learn the points.

    Args:
        bins: of the training rows, shape (rows, columns).
        yes: shape (rows,).
        weights: of the rows, shape (rows,), positive.
        columns: as many as ``bins`` has.
    """
    sizes = [column.bins for column in columns]
    first = np.concatenate([[1], 1 + np.cumsum(sizes)[:-1]]).astype(int) if sizes else np.array([], dtype=int)
    beta = _weights(_Game(bins + first, yes, weights, _pull(columns, first, 1 + sum(sizes))))
    whole = np.rint(beta / UNIT).astype(int)
    of = tuple(tuple(int(v) for v in whole[at : at + size]) for at, size in zip(first, sizes, strict=True))
    average = tuple(float(np.average(np.array(points)[bins[:, j]], weights=weights)) for j, points in enumerate(of))
    return Points(int(whole[0]), of, average)


def _pull(columns: Sequence[Column], first: Ints, width: int) -> Floats:
    """What draws a bin to the average, and a number's bin to its neighbours: a jump must be earned by rows."""
    pull = np.eye(width) * RIDGE
    pull[0, 0] = 1e-6
    for column, begin in zip(columns, first, strict=True):
        if column.is_number:
            for at in range(begin, begin + column.bins - 2):
                pull[at : at + 2, at : at + 2] += np.array([[1.0, -1.0], [-1.0, 1.0]]) * SMOOTH
    return pull


@dataclass(frozen=True)
class _Game:
    """A logistic regression in which each row names its bins: ``places``, shape (rows, columns)."""

    places: Ints
    yes: Bools
    weights: Floats
    pull: Floats

    def score(self, beta: Floats) -> Floats:
        found: Floats = beta[0] + beta[self.places].sum(axis=1)
        return found

    def loss(self, beta: Floats) -> float:
        z = self.score(beta)
        return float((self.weights * (np.logaddexp(0, z) - self.yes * z)).sum() + 0.5 * beta @ self.pull @ beta)

    def slope_and_curve(self, beta: Floats) -> tuple[Floats, Floats]:
        slope, curve = self.pull @ beta, self.pull.copy()
        for begin in range(0, len(self.places), _ROWS_AT_ONCE):
            part = slice(begin, begin + _ROWS_AT_ONCE)
            ones = np.zeros((len(self.places[part]), len(beta)))
            ones[:, 0] = 1.0
            np.put_along_axis(ones, self.places[part], 1.0, axis=1)
            p = 1 / (1 + np.exp(-(ones @ beta)))
            slope += ones.T @ (self.weights[part] * (p - self.yes[part]))
            curve += ones.T @ (ones * (self.weights[part] * p * (1 - p))[:, None])
        return slope, curve


def _weights(game: _Game) -> Floats:
    """Newton's steps, each halved until it helps: columns that say nearly the same would throw a full step far off."""
    rate = float(np.clip((game.weights * game.yes).sum() / game.weights.sum(), 1e-4, 1 - 1e-4))
    beta = np.zeros(len(game.pull))
    beta[0] = log(rate / (1 - rate))
    loss = game.loss(beta)
    for _ in range(_ROUNDS):
        slope, curve = game.slope_and_curve(beta)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while size > 1e-4 and game.loss(beta - size * step) > loss:
            size /= 2
        beta = beta - size * step
        loss = game.loss(beta)
        if np.abs(step).max() < 1e-3:  # a thirtieth of a point
            break
    return beta
