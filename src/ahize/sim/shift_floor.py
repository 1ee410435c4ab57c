"""The seam between a model of a campaign's days and the ways of dialling in it: what they see, and what they answer.

Only what a real dialler could know, unless clairvoyance is asked for. Refuses to know what happens next.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Protocol


class Floor:
    """What a real dialler could know of its floor now. A policy reads it and changes nothing.

    Times are seconds since the day began. With detection on, a person who was taken for a machine and hung up on is
    in no count here, since the dialler can't know; a machine that is joined to a seat is in ``talking``, but not among
    the live answers (the kind reading: real agents say so only when the talk is over).

    Attributes:
        now_s: in [0, the day's length).
        day: 0, 1, ...
        free: seat → since when; the longest idle first.
        talking: seat → since when.
        wrapping: seat → since when.
        leaving: busy seats that have asked for a break after their call.
        dials: dial → when it was placed; dialled or ringing or listened to. Whoever waits is none of them any more.
        waiting: caller → since when they want a seat; first come first.
        calling_in: who called in and waits, → since when; they come before whoever was dialled.
        taken_per_s: seats that calls from elsewhere take in a second, on the mean.
        closing: seat → since when its talk or its wrap-up is said to be ending; None where nothing is said.
        ahead: what is said of each contact that could be dialled next: the chance that a person picks up, 0 to 1;
            None where nothing is said.
        said: dial → the same of each dial.
        logged_in: seats, paused ones included.
        paused: seats on a break.
        room: dials that can be placed now: 0 while the trunk is gone, and what is left of the day's list.
        dialled_today: dials placed today.
        live_answers, abandoned: of the campaign: people who wanted a seat, and of those who left without one.
        live_answers_today, abandoned_today: the same of this day.
    """

    def __init__(
        self,
        *,
        knows_talk_ends: bool = False,
        knows_answers: bool = False,
        knows_cues: bool = False,
        knows_chances: bool = False,
    ) -> None:
        self.now_s = 0.0
        self.day = 0
        self.free: OrderedDict[int, float] = OrderedDict()
        self.talking: dict[int, float] = {}
        self.wrapping: dict[int, float] = {}
        self.leaving: set[int] = set()
        self.dials: dict[int, float] = {}
        self.waiting: OrderedDict[int, float] = OrderedDict()
        self.calling_in: OrderedDict[int, float] = OrderedDict()
        self.taken_per_s = 0.0
        self.closing: dict[int, float] | None = {} if knows_cues else None
        self.ahead: list[float] | None = [] if knows_chances else None
        self.said: dict[int, float] = {}
        self.logged_in = self.paused = 0
        self.room = 0
        self.dialled_today = 0
        self.live_answers = self.abandoned = 0
        self.live_answers_today = self.abandoned_today = 0
        self.talk_ends: dict[int, float] | None = {} if knows_talk_ends else None
        self.answered_at: dict[int, float] | None = {} if knows_answers else None

    @property
    def talk_left(self) -> Mapping[int, float] | None:
        """Clairvoyance: seat → seconds until its talk truly ends; None where it is not known."""
        if self.talk_ends is None:
            return None
        return {seat: self.talk_ends[seat] - self.now_s for seat in self.talking}

    @property
    def answers(self) -> Mapping[int, float] | None:
        """Clairvoyance: dial → seconds until somebody wants a seat, infinite for never; None where it is not known."""
        if self.answered_at is None:
            return None
        return {dial: self.answered_at[dial] - self.now_s for dial in self.dials}


class Policy(Protocol):
    """A way of dialling.

    Attributes:
        beat_s: asked at every beat, and never else unless it is eager.
        eager: asked after every event too.
    """

    beat_s: float
    eager: bool

    def dials(self, floor: Floor) -> int | Sequence[int]:
        """How many numbers to dial now; 0 or less: none. Or, where ``Floor.ahead`` shows them, which: their places."""
        ...

    def told(self, what: str, seconds: float, /) -> None:
        """What the dialler itself learns.

        Args:
            what: with its ``seconds``: ``answered`` from the dial to the moment somebody is known to want a seat;
                ``ended`` a dial that came to nothing, its age; ``said``, before one of these two, what was said of
                the dial; ``talked`` a talk's length; ``wrapped`` a wrap-up's; ``closing``, before one of these two,
                how long ago it was said to be ending;
                ``live`` a person wants a seat, 0; ``abandoned`` one left without, how long they waited;
                ``day`` a day begins, its number from 0.
        """
        ...
