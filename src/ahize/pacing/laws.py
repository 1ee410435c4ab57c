"""How long things last, and how often a dial is answered: learned while dialling, with slow forgetting.

A ``Times`` is a histogram, for talk times fit no textbook law: half are a short no, and a sale lasts for minutes. An
``AnswerRate`` counts answers against exposure, so that it is unbiased while dials are still ringing. Both start from a
prior and answer for arrays at once. They refuse to know what is done with the answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
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
LEAST_LEFT: Final = 1e-9
"""Of less than this share nothing is known."""
FIFTHS: Final = np.array((0.1, 0.3, 0.5, 0.7, 0.9))
"""A law is averaged over at these quantiles: the middles of its fifths."""


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
    _fifths: Array | None = None

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
        self._over = self._fifths = None

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

    def by_one(self, seconds: float) -> float:
        """The same of a single length."""
        return float(np.interp(seconds, self.edges, self.over))

    def ends(self, lasted: Array, within: Array) -> Array:
        """The chance that what has lasted so long ends within so long. What outlasted all that was seen: half."""
        left = 1.0 - self.by(lasted)
        ends = self.by(lasted + within) - (1.0 - left)
        if np.minimum.reduce(left, axis=None, initial=1.0) > LEAST_LEFT:
            return ends / left
        share: Array = np.divide(ends, left, out=np.full(np.shape(ends), 0.5), where=left > LEAST_LEFT)
        return share

    def quantile(self, share: Array) -> Array:
        """By when so much of it is over, in seconds."""
        rising = self.over + np.arange(len(self.edges)) * 1e-12  # np.interp wants no plateaus
        return np.interp(share, rising, self.edges)

    @property
    def fifths(self) -> Array:
        """Its quantiles at ``FIFTHS``, in seconds."""
        if self._fifths is None:
            self._fifths = self.quantile(FIFTHS)
        return self._fifths

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
        self._weights, self._next, self._over, self._fifths = kept.astype(float), 1.0, None, None

    @property
    def mean_s(self) -> float:
        over = self.over
        return float(np.sum((1.0 - (over[1:] + over[:-1]) / 2) * np.diff(self.edges)))


@dataclass(slots=True)
class Endings:
    """When what goes on now ends, where somebody may say shortly before that it is about to.

    Until it is said the one law counts, from then on the other; neither asks whether what is said is well said. What is
    told too early makes the second law long, and what is never told makes the first.

    Args:
        until: the length up to the moment at which it is said, or to the end where nothing is.
        after: from that moment to the end.
    """

    until: Times
    after: Times
    memory: float = 500.0
    said: float = 0.5
    """The share of which it is said."""
    _heard: int = 20

    def learn(self, seconds: float, closing_s: float | None = None) -> None:
        """One of them lasted so long; that it was about to end was said so long before its end, or never."""
        self._heard += 1
        self.said += ((closing_s is not None) - self.said) / min(self._heard, self.memory)
        self.until.learn(seconds - (closing_s or 0.0))
        if closing_s is not None:
            self.after.learn(closing_s)

    def ends(self, lasted: Array, closing: Array, within: Array, then: Array) -> Array:
        """The chance of each that it, and what follows it, ends within so long: a row for each ``within``.

        Args:
            lasted: how long each has lasted, in seconds.
            closing: how long ago it was said to be about to end; NaN where it was not.
            within: shape (rows,).
            then: quantiles of what follows it, evenly spread.
        """
        told = ~np.isnan(closing)
        chance = np.empty((len(within), len(lasted)))
        chance[:, told] = ends_with(self.after, closing[told], within, then)
        # What has not been said yet may be said, and some time passes then; or it ends without a word.
        sums = np.sort((self.after.fifths[:, None] + then[None, :]).ravel())
        later = ends_with(self.until, lasted[~told], within, sums[len(then) // 2 :: len(then)])
        chance[:, ~told] = self.said * later + (1.0 - self.said) * ends_with(self.until, lasted[~told], within, then)
        return chance


def ends_with(law: Times, lasted: Array, within: Array, then: Array) -> Array:
    """The chance of each that it, and what follows it, ends within so long: a row for each ``within``.

    Args:
        then: quantiles of what follows it, evenly spread; they are averaged over.
    """
    left = np.maximum(within[:, None] - then[None, :], 0.0)
    ends: Array = np.add.reduce(law.ends(lasted[None, None, :], left[:, :, None]), axis=1) / len(then)
    return ends


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


SETTLED: Final = 4000
"""Dials after which the usual score moves no faster any more."""
SCORE_STEP: Final = 0.75
"""Width in log-odds of the bands in which what is said of contacts is set right."""


@dataclass(slots=True)
class Scores:
    """How much likelier than usual a contact is to answer, from the chance that somebody says it has.

    What is said is believed until it is known better: in each band of it the answers are counted against those that
    were expected. So a score that is out by a factor, or too sure of itself, is worth what it is worth.

    Args:
        weight: answers that what is said counts for, in each band.
        memory: answers after which an old one counts for 1/e.
    """

    weight: float = 10.0
    memory: float = 500.0
    usual: float = 0.15
    """The mean of what is said of the contacts that are dialled."""
    _seen: dict[int, tuple[float, float]] = field(default_factory=dict)
    _dials: int = 20

    def learn(self, said: float, answered: bool, expected: float) -> None:
        """A dial of which that was said came to its end; the campaign's own rate expected so many answers of it."""
        self._dials = min(self._dials + 1, SETTLED)
        self.usual += (said - self.usual) / self._dials
        answers, hoped = self._seen.get(_band(said), (0.0, 0.0))
        keep = 1.0 - 1.0 / self.memory if answered else 1.0
        self._seen[_band(said)] = (answers * keep + answered, (hoped + expected * said / self.usual) * keep)

    def of(self, said: float) -> float:
        """Against the campaign's own rate: 1 is as usual."""
        return said / self.usual * self._factor(_band(said))

    def each(self, said: Sequence[float]) -> list[float]:
        """The same of many at once."""
        told = np.clip(np.asarray(said, dtype=float), 1e-6, 1.0 - 1e-6)
        bands = np.rint(np.log(told / (1.0 - told)) / SCORE_STEP).astype(int)
        there, places = np.unique(bands, return_inverse=True)
        factors = np.array([self._factor(band) for band in there.tolist()])
        chances: list[float] = (told / self.usual * factors[places]).tolist() if len(told) else []
        return chances

    def kept(self) -> tuple[float, list[tuple[int, float, float]]]:
        """What it knows: the usual score, and of each band its answers and how many were expected."""
        seen = sorted(self._seen.items())
        return round(self.usual, 6), [(band, round(answers, 3), round(hoped, 3)) for band, (answers, hoped) in seen]

    def recall(self, usual: float, kept: Iterable[tuple[int, float, float]]) -> None:
        """Know what another one knew. Raises: ValueError where these are no scores."""
        known = {int(band): (float(answers), float(hoped)) for band, answers, hoped in kept}
        if not 0.0 < usual <= 1.0 or not all(math.isfinite(n) and n >= 0.0 for pair in known.values() for n in pair):
            raise ValueError("no scores")
        self.usual, self._seen, self._dials = float(usual), known, SETTLED

    def _factor(self, band: int) -> float:
        answers, hoped = self._seen.get(band, (0.0, 0.0))
        return (answers + self.weight) / (hoped + self.weight)


def _band(said: float) -> int:
    within = min(max(said, 1e-6), 1.0 - 1e-6)
    return round(math.log(within / (1.0 - within)) / SCORE_STEP)
