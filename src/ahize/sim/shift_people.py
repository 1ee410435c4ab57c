"""The people and machines behind a day's numbers: who would pick up, when, and for how long they would talk.

Drawn in batches, number by number in the order of the list, from one stream a day: whoever dials and however fast,
the tenth number of the third day is the same person. Only whether they pick up may depend on the hour, through the
answer rate that the lot of the number is compared with. Knows of no seats, and of no policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from ahize.kernel.chance import stream
from ahize.sim.shift_scenarios import Chances, Gamma, Scenario, Talk

Floats = npt.NDArray[np.float64]

BATCH: Final = 4096
QUICK_FAILURES: Final = 0.12
"""Of the dials that nobody and nothing picks up."""
AT_ONCE: Final = 0.3
"""Of the machines: those that pick up within 1 to 4 s, a telephone switched off; the others take 14 to 22 s."""
MACHINE_WRAP_S: Final = 2.0

Contact = tuple[float, float, float, float, float, float, float]
"""What one number would do; a plain tuple, since a floor of 500 makes a million of them.

lot: in [0, 1): the smaller, the likelier a person picks up.
person_s: from the dial to a person's answer.
machine_s: from the dial to a machine's answer; infinite where the call would be given up before.
nothing_s: from the dial to its end when nobody answers: a quick failure, or given up.
doubt: in [0, 1): what machine detection makes of it.
talk_s: with a person.
machine_talk_s: until an agent has understood that it is a machine.
"""


def _generator(seed: int, name: str) -> np.random.Generator:
    """A generator of batches that starts from a named stream of the seed."""
    return np.random.default_rng(stream(seed, name).getrandbits(128))


def contacts(scenario: Scenario, seed: int, day: int) -> Iterator[Contact]:
    """The numbers of one day's list, without end."""
    chance = _generator(seed, f"shift/{day}/people")
    while True:
        yield from _batch(scenario, chance)


def wraps(scenario: Scenario, seed: int, day: int) -> Iterator[float]:
    """Wrap-ups after talks with people, in seconds, in the order in which people are joined; without end."""
    chance = _generator(seed, f"shift/{day}/wraps")
    while True:
        yield from _drawn(scenario.wrap, chance, BATCH).tolist()


def chances(told: Chances, share: float, seed: int, day: int) -> Iterator[tuple[float, float]]:
    """Each number's own chance that a person picks up, and what is said of it, in the order of the list; without end.

    Args:
        share: the mean chance, in (0, 1).
    """
    chance = _generator(seed, f"shift/{day}/chances")
    while True:
        true = chance.beta(share * told.concentration, (1.0 - share) * told.concentration, BATCH)
        true = np.clip(true, 1e-9, 1.0 - 1e-9)
        odds = np.log(true / (1.0 - true)) + told.error * chance.standard_normal(BATCH)
        yield from zip(true.tolist(), (1.0 / (1.0 + np.exp(-odds))).tolist(), strict=True)


def _batch(scenario: Scenario, chance: np.random.Generator) -> Iterator[Contact]:
    set_up = scenario.post_dial_delay_s * chance.uniform(0.6, 1.4, BATCH)
    ring = _drawn(scenario.ring, chance, BATCH)
    soon = chance.random(BATCH) < AT_ONCE
    pick_up = np.where(soon, chance.uniform(1.0, 4.0, BATCH), chance.uniform(14.0, 22.0, BATCH))
    fails = chance.random(BATCH) < QUICK_FAILURES
    nothing = np.where(fails, chance.uniform(0.3, 2.0, BATCH), scenario.ring.max_s)
    columns = (
        chance.random(BATCH),
        set_up + ring,
        np.where(pick_up < scenario.ring.max_s, set_up + pick_up, np.inf),
        set_up + nothing,
        chance.random(BATCH),
        _talks(scenario.talk, chance, BATCH),
        chance.uniform(5.0, 11.0, BATCH),
    )
    return zip(*(column.tolist() for column in columns), strict=True)


def _drawn(law: Gamma, chance: np.random.Generator, count: int) -> Floats:
    """So many draws in seconds, shape (count,); those above the law's maximum are drawn again."""
    scale = law.mean_s / law.shape
    values: Floats = chance.gamma(law.shape, scale, count)
    while (beyond := values > law.max_s).any():
        values[beyond] = chance.gamma(law.shape, scale, int(beyond.sum()))
    return values


def _talks(talk: Talk, chance: np.random.Generator, count: int) -> Floats:
    """Lengths of talks in seconds, shape (count,)."""
    normal = chance.standard_normal(count)
    short = np.log(talk.short_median_s) + talk.short_sigma * normal
    long = np.log(talk.long_mean_s) - talk.long_sigma**2 / 2.0 + talk.long_sigma * normal
    lengths: Floats = np.exp(np.where(chance.random(count) < talk.short_share, short, long))
    return lengths
