"""How a score is used on a list: in which order, with a random share, at which hour, and worth what.

The random share is called whatever its score. Without it only the chosen are ever seen, and nobody can tell whether the
score still ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from ahize.kernel.chance import Chance
from ahize.scores.cells import Floats
from ahize.scores.table import Bools, Ints


@dataclass(frozen=True)
class Order:
    """Args:
    rows: places of the contacts, first to be called first.
    explored: by place in ``rows``, whether chance put it there; these alone judge the score.
    """

    rows: Ints
    explored: Bools


def calling_order(worth: Floats, *, random_share: float, chance: Chance) -> Order:
    """The best first, with a random share mixed in evenly.

    Args:
        worth: of each contact, shape (contacts,); expected value, or the score itself.
        random_share: in [0, 1]; 0.05 is enough to watch a score.
    """
    n = len(worth)
    every = list(range(n))
    chance.shuffle(every)  # equal worth is in chance's order, not in the file's
    best = sorted(every, key=lambda row: -worth[row])
    drawn = every[:]
    chance.shuffle(drawn)
    taken = np.zeros(n, dtype=bool)
    rows, explored = [], []
    at_best = at_drawn = 0
    for _ in range(n):
        explore = chance.random() < random_share
        if explore:
            while taken[drawn[at_drawn]]:
                at_drawn += 1
            row = drawn[at_drawn]
        else:
            while taken[best[at_best]]:
                at_best += 1
            row = best[at_best]
        taken[row] = True
        rows.append(row)
        explored.append(explore)
    return Order(np.array(rows, dtype=np.int64), np.array(explored, dtype=bool))


@dataclass(frozen=True, slots=True)
class Worth:
    """What calls cost and bring, in one currency.

    Args:
        yes: what a yes brings.
        dial: what a dial costs, answered or not.
        talk: what a talk costs, agent's minutes included.
    """

    yes: Decimal
    dial: Decimal
    talk: Decimal


def expected_value(answers: Floats, talks: Floats, says_yes: Floats, worth: Worth) -> Floats:
    """Expected value of one dial, shape (contacts,).

    Args:
        answers: chance that somebody answers.
        talks: chance of a talk, given an answer.
        says_yes: chance of a yes, given a talk.
    """
    talk = answers * talks
    return talk * says_yes * float(worth.yes) - float(worth.dial) - talk * float(worth.talk)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour to call in.

    Args:
        hour: local hour of the contact, 0 to 23.
        chance: of an answer.
        dials: of the contact itself that this rests on; 0 is a guess from others.
    """

    hour: int
    chance: float
    dials: int


OTHERS_COUNT = 4.0
"""So many dials of a contact weigh as much as what is known of its group."""

GROUP_COUNT = 50.0


def best_hours(
    own: Mapping[int, tuple[int, int]],
    group: Mapping[int, tuple[int, int]],
    everybody: Mapping[int, tuple[int, int]],
    hours: Sequence[int],
) -> list[Hour]:
    """Hours by the chance of an answer, best first.

    Args:
        own: by local hour, dials and answers of the contact.
        group: likewise of contacts like it (its region, line type or trade).
        everybody: likewise of all.
        hours: those that are lawful and staffed.
    """
    dials_all, answers_all = (sum(pair[i] for pair in everybody.values()) for i in (0, 1))
    rate = (answers_all + 1.0) / (dials_all + 10.0)  # without any history: one in ten
    found = []
    for hour in hours:
        usual = _drawn(everybody.get(hour, (0, 0)), rate, GROUP_COUNT)
        near = _drawn(group.get(hour, (0, 0)), usual, GROUP_COUNT)
        dials, answers = own.get(hour, (0, 0))
        found.append(Hour(hour, _drawn((dials, answers), near, OTHERS_COUNT), dials))
    return sorted(found, key=lambda each: (-each.chance, each.hour))


def _drawn(counts: tuple[int, int], towards: float, weight: float) -> float:
    dials, answers = counts
    return (answers + weight * towards) / (dials + weight)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is assumed of a client without history: so many yes in so many talks of others like it."""

    yes: float
    talks: float

    def with_history(self, yes: int, talks: int) -> float:
        """The chance of a yes, once so much is known of the client's own."""
        return (self.yes + yes) / (self.talks + talks)


def warmed(p: Floats, prior: Prior, *, talks: int, enough: float = 500.0) -> Floats:
    """A young model's probabilities, drawn to the prior while it has seen little: shape (contacts,).

    Args:
        p: of the model; the ranking stays, the spread grows with what was learned.
        talks: that the model learned from.
        enough: talks at which model and prior weigh the same.
    """
    share = talks / (talks + enough)
    middle = np.log(prior.yes / (prior.talks - prior.yes))
    odds = np.log(p / (1 - p))
    return 1 / (1 + np.exp(-(share * odds + (1 - share) * middle)))  # type: ignore[no-any-return]
