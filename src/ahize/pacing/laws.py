"""How long things last, and how often a dial is answered: learned while dialling, with slow forgetting.

A ``Times`` is a histogram, for talk times fit no textbook law: half are a short no, and a sale lasts for minutes. An
``AnswerRate`` counts answers against exposure, so that it is unbiased while dials are still ringing. Both start from a
prior and answer for arrays at once. They refuse to know what is done with the answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SHORT: Final = np.linspace(0.0, 90.0, 181)
"""Edges in seconds for what ends within a minute and a half: ringing."""
LONG: Final = np.concatenate(([0.0], np.geomspace(1.0, 7200.0, 97)))
"""Edges in seconds, even in the logarithm, for what may last hours: talk and wrap-up."""
HEAVY: Final = 1e12


@dataclass(slots=True)
class Times:
    """A length of time.

    Args:
        edges: of the histogram's bins, in seconds, rising from 0.
        prior: the share that is over by each edge before anything was seen, 0 to 1, rising.
        prior_weight: as how many observations the prior counts; it fades like them.
        memory: observations after which an old one counts for 1/e.
    """

    edges: Array
    prior: Callable[[Array], Array]
    prior_weight: float = 20.0
    memory: float = 1000.0
    _weights: Array = field(init=False)
    _next: float = 1.0
    _over: Array | None = None

    def __post_init__(self) -> None:
        self._weights = np.diff(self.prior(self.edges), append=1.0) * self.prior_weight
        self._next = 1.0

    def learn(self, seconds: float) -> None:
        """One of them lasted so long."""
        self._next /= 1.0 - 1.0 / self.memory  # The newest weighs more, instead of all others less.
        if self._next > HEAVY:
            self._weights /= self._next
            self._next = 1.0
        self._weights[np.searchsorted(self.edges, max(seconds, 0.0), side="right") - 1] += self._next
        self._over = None

    @property
    def over(self) -> Array:
        """The share that is over by each edge, 0 to 1."""
        if self._over is None:
            sums = np.cumsum(self._weights)
            self._over = np.concatenate(([0.0], sums[:-1])) / sums[-1]
        return self._over

    def by(self, seconds: Array) -> Array:
        """The share that is over by then."""
        return np.interp(seconds, self.edges, self.over)

    def ends(self, lasted: Array, within: Array) -> Array:
        """The chance that what has lasted so long ends within so long. What outlasted all that was seen: half."""
        left = 1.0 - self.by(lasted)
        ends = self.by(lasted + within) - (1.0 - left)
        share: Array = np.divide(ends, left, out=np.full(np.shape(ends), 0.5), where=left > 1e-9)
        return share

    def quantile(self, share: Array) -> Array:
        """By when so much of it is over, in seconds."""
        rising = self.over + np.arange(len(self.edges)) * 1e-12  # np.interp wants no plateaus
        return np.interp(share, rising, self.edges)

    @property
    def kept(self) -> Array:
        """What it knows, one number for each edge: ``recall`` takes it."""
        return self._weights / self._next

    def recall(self, kept: Array) -> None:
        """Know what another one of the same edges knew.

        Raises:
            ValueError: these are no weights, or not as many.
        """
        if kept.shape != self._weights.shape or not np.isfinite(kept).all() or (kept < 0).any() or not kept.any():
            raise ValueError("no weights of such times")
        self._weights, self._next, self._over = kept.astype(float), 1.0, None

    @property
    def mean_s(self) -> float:
        over = self.over
        return float(np.sum((1.0 - (over[1:] + over[:-1]) / 2) * np.diff(self.edges)))


def log_normal(median_s: float, sigma: float) -> Callable[[Array], Array]:
    """A prior: log-normal, with the spread of its natural logarithm."""

    def by(edges: Array) -> Array:
        shares = [
            0.5 * math.erfc(-math.log(edge / median_s) / (sigma * math.sqrt(2.0))) if edge > 0 else 0.0
            for edge in edges.tolist()
        ]
        return np.array(shares)

    return by


@dataclass(slots=True)
class AnswerRate:
    """How often a dial is answered by somebody who wants an agent; 0 to 1, or against each contact's own chance.

    Every dial adds to the exposure as it grows old, by the share of answers that would have come by then. Two memories,
    of few and of many answers: a list that turns good is seen by the first; the larger counts. The first also begins
    with the stronger belief in the prior: before there are answers, silence must not be taken for a bad list.

    Args:
        prior: the rate before anything was seen.
        memories: after how many answers an old one counts for 1/e.
        weights: how many dials the prior counts for, in each memory.
    """

    prior: float = 0.2
    memories: tuple[float, float] = (40.0, 200.0)
    weights: tuple[float, float] = (150.0, 30.0)
    _answers: list[float] = field(init=False)
    _exposures: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._answers = [self.prior * weight for weight in self.weights]
        self._exposures = list(self.weights)

    def learn(self, answered: bool, exposure: float) -> None:
        """A dial's fate: by then it had been exposed so much; an answered one wholly."""
        for n, memory in enumerate(self.memories):
            if answered:
                keep = 1.0 - 1.0 / memory
                self._answers[n] = self._answers[n] * keep + 1.0
                self._exposures[n] *= keep
            self._exposures[n] += exposure

    @property
    def kept(self) -> Array:
        """What it knows: the answers and the exposures of its memories."""
        return np.array([self._answers, self._exposures])

    def recall(self, kept: Array) -> None:
        """Know what another one knew. Raises: ValueError where it knew nothing of the kind."""
        if kept.shape != (2, len(self.memories)) or not np.isfinite(kept).all() or (kept <= 0).any():
            raise ValueError("no answers and exposures")
        self._answers, self._exposures = kept.tolist()

    def now(self, open_exposure: float) -> tuple[float, float]:
        """The rate, and its relative error; ``open_exposure`` is that of the dials still open."""
        rates = [a / (e + open_exposure) for a, e in zip(self._answers, self._exposures, strict=True)]
        n = 0 if rates[0] > rates[1] else 1
        return rates[n], 1.0 / math.sqrt(max(self._answers[n], 1.0))


Kind = tuple[str, ...]
"""What a dial is, from the coarse to the fine: its list, then its list and the hour."""


@dataclass(slots=True)
class Kinds:
    """How much likelier one kind of dial is answered than the campaign's own rate says; 1 where nothing is known.

    Each kind is shrunk towards the coarser one that it is a part of, and the coarsest towards the campaign: a list of
    which ten were dialled says little, and one of which thousands were says nearly all.

    Args:
        weight: answers that the coarser kind counts for.
        memory: answers after which an old one counts for 1/e.
    """

    weight: float = 20.0
    memory: float = 400.0
    _seen: dict[Kind, tuple[float, float]] = field(default_factory=dict)

    def learn(self, kind: Kind, answered: bool, expected: float) -> None:
        """A dial of that kind came to its end, of which the campaign's own rate expected so many answers."""
        keep = 1.0 - 1.0 / self.memory if answered else 1.0
        for depth in range(1, len(kind) + 1):
            answers, hoped = self._seen.get(kind[:depth], (0.0, 0.0))
            self._seen[kind[:depth]] = (answers * keep + answered, hoped * keep + expected)

    def of(self, kind: Kind) -> float:
        factor = 1.0
        for depth in range(1, len(kind) + 1):
            answers, hoped = self._seen.get(kind[:depth], (0.0, 0.0))
            factor = (answers + self.weight * factor) / (hoped + self.weight)
        return factor

    def kept(self, most: int) -> list[tuple[Kind, float, float]]:
        """What it knows of those of which most is known: answers, and how many were expected."""
        known = sorted(self._seen.items(), key=lambda one: (-one[1][1], one[0]))
        return [(kind, answers, hoped) for kind, (answers, hoped) in known[:most]]

    def recall(self, kept: Iterable[tuple[Kind, float, float]]) -> None:
        """Know what another one knew. Raises: ValueError where these are no counts."""
        known = {kind: (float(answers), float(hoped)) for kind, answers, hoped in kept}
        if not all(math.isfinite(n) and n >= 0.0 for pair in known.values() for n in pair):
            raise ValueError("no counts of answers")
        self._seen = known
