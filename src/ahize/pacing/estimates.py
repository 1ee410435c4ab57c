"""Answer rate, ring time and talk time of one campaign, with their uncertainty.

Old news fades: each new observation outweighs one that is ``memory`` observations old by e. They inform people (the
wallboard, reports) and later the predictive policy; no strict bound rests on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Share:
    """How often something happens: a fading Beta estimate that starts from a weak guess."""

    memory: float = 200.0
    hits: float = 0.5
    misses: float = 0.5

    def learn(self, happened: bool) -> None:
        keep = 1.0 - 1.0 / self.memory
        self.hits = self.hits * keep + happened
        self.misses = self.misses * keep + (not happened)

    @property
    def mean(self) -> float:
        return self.hits / (self.hits + self.misses)

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """A Wilson interval in [0, 1] for the share; ``z`` 1.96 covers about 95 %."""
        n, p = self.hits + self.misses, self.mean
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(slots=True)
class Duration:
    """A length of time in seconds, kept as mean and spread of its logarithm: talk times are log-normal."""

    memory: float = 100.0
    weight: float = 0.0
    log_mean: float = 0.0
    log_variance: float = 0.0

    def learn(self, seconds: float) -> None:
        value = math.log(max(seconds, 0.1))
        self.weight = self.weight * (1.0 - 1.0 / self.memory) + 1.0
        step = 1.0 / self.weight
        difference = value - self.log_mean
        self.log_mean += step * difference
        self.log_variance = (1.0 - step) * (self.log_variance + step * difference * difference)

    @property
    def median_s(self) -> float | None:
        """None before the first observation."""
        return math.exp(self.log_mean) if self.weight else None

    @property
    def mean_s(self) -> float | None:
        """Mean of the log-normal fitted; None before the first observation."""
        return math.exp(self.log_mean + self.log_variance / 2) if self.weight else None


@dataclass(slots=True)
class Estimates:
    """What one campaign has taught so far."""

    answer: Share = field(default_factory=Share)
    ring: Duration = field(default_factory=Duration)
    talk: Duration = field(default_factory=Duration)
