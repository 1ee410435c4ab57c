"""What came of a campaign's days: each dial's fate counted once, and the shares that people compare.

Refuses to know how it came about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CAP: Final = 0.03
"""Share of people answered that the law lets be abandoned; what days and time in violation are measured by."""
CAP_FROM_ANSWERS: Final = 100
"""A running share of fewer answers says nothing."""
SETTLED_AT: Final = 300
"""From so many answers on a campaign is never to be above the cap."""


@dataclass(slots=True)
class Books:
    """Of one day or of all: each dial has one fate.

    Attributes:
        dialled: the sum of the rest.
        nothing: no answer, a failure, or a machine that detection hung up on.
        lost: in flight when the trunk went.
        victims: people taken for machines and hung up on.
        joined: people with a seat.
        abandoned: people who left without one.
        machines_joined: machines with a seat.
        machines_left: machines that no seat was found for.
    """

    dialled: int = 0
    nothing: int = 0
    lost: int = 0
    victims: int = 0
    joined: int = 0
    abandoned: int = 0
    machines_joined: int = 0
    machines_left: int = 0

    @property
    def people(self) -> int:
        """People who answered."""
        return self.joined + self.abandoned + self.victims

    @property
    def connections(self) -> int:
        """Talks of agents, with people or machines."""
        return self.joined + self.machines_joined

    @property
    def abandoned_share(self) -> float:
        """Of people answered; people whom detection hung up on were abandoned too. 0 where nobody answered."""
        return (self.abandoned + self.victims) / self.people if self.people else 0.0

    @property
    def unjoined_share(self) -> float:
        """The same without detection's victims: what the pacing alone is to blame for."""
        wanted = self.joined + self.abandoned
        return self.abandoned / wanted if wanted else 0.0

    def add(self, other: Books) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Result:
    """A campaign that has been played.

    Attributes:
        busy_s: seats in talk or wrap-up, within the days' hours, summed over seats.
        present_s: seats logged in and not paused, likewise.
        over_s: time with the campaign's running share above the cap, detection's victims included.
        unjoined_over_s: the same without them.
        settled_over_s: the second, counted from ``SETTLED_AT`` answers on only.
        played_s: hours of all days, in seconds.
        called_in, tired, caller_wait_s: calls from elsewhere, those of them that nobody took in time, and their waits.
        days: the books of each day; ``busy_by_day`` and ``present_by_day``: the seconds of each of them.
    """

    played_s: float
    busy_s: float = 0.0
    present_s: float = 0.0
    over_s: float = 0.0
    unjoined_over_s: float = 0.0
    settled_over_s: float = 0.0
    called_in: int = 0
    tired: int = 0
    caller_wait_s: float = 0.0
    books: Books = field(default_factory=Books)
    days: list[Books] = field(default_factory=list)
    busy_by_day: list[float] = field(default_factory=list)
    present_by_day: list[float] = field(default_factory=list)

    @property
    def utilisation(self) -> float:
        """(talk + wrap-up) / (logged in and not paused), in [0, 1]."""
        return self.busy_s / self.present_s if self.present_s else 0.0

    @property
    def mean_wait_s(self) -> float:
        """An agent's mean wait between calls; all the idle time where there was no call."""
        return (self.present_s - self.busy_s) / max(1, self.books.connections + self.called_in - self.tired)

    @property
    def abandonment(self) -> float:
        return self.books.abandoned_share

    @property
    def worst_day(self) -> float:
        return max(day.abandoned_share for day in self.days)

    @property
    def unjoined_worst_day(self) -> float:
        return max(day.unjoined_share for day in self.days)

    @property
    def by_day(self) -> list[tuple[int, float, float]]:
        """Live answers before each day, how busy it was, and what share pacing alone left without a seat."""
        told, answers = [], 0
        for day, busy_s, present_s in zip(self.days, self.busy_by_day, self.present_by_day, strict=True):
            told.append((answers, busy_s / present_s if present_s else 0.0, day.unjoined_share))
            answers += day.joined + day.abandoned
        return told

    @property
    def days_over(self) -> int:
        """Days of which pacing alone left more than the cap without a seat."""
        return sum(day.unjoined_share > CAP for day in self.days)

    @property
    def violation_share(self) -> float:
        return self.over_s / self.played_s

    @property
    def unjoined_violation_share(self) -> float:
        return self.unjoined_over_s / self.played_s

    @property
    def settled_over_share(self) -> float:
        return self.settled_over_s / self.played_s

    @property
    def amd_victims(self) -> float:
        """Share of people answered whom detection hung up on."""
        return self.books.victims / self.books.people if self.books.people else 0.0

    @property
    def dials_per_connect(self) -> float:
        return self.books.dialled / max(1, self.books.connections)

    @property
    def connects_per_agent_hour(self) -> float:
        return self.books.connections * 3600.0 / self.present_s if self.present_s else 0.0


def over_cap(abandoned: int, answers: int) -> bool:
    """Is the running share above the cap, once there are enough answers to say?"""
    return answers >= CAP_FROM_ANSWERS and abandoned > CAP * answers
