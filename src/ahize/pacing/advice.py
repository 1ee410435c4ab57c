"""Which way of dialling suits a team, with the wait between two calls to expect, and why.

An estimate before anything was dialled, from five figures; simulation and the floor itself know better. The wait when
dialling ahead is that of an order-up-to rule which knows no more than the mean times, so a real one is rather shorter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

_NORMAL: Final = NormalDist()
GAIN: Final = 0.9
"""Dialling ahead must leave no more than this share of the wait, or it isn't worth its abandoned calls."""
IN_HAND: Final = 2 / 15
"""Share of a strict cap that a pacer leaves unspent for the dials in the air: 0.4 of 3 %."""

Why = Literal["no_allowance", "no_gain", "waits_less"]


@dataclass(frozen=True, slots=True)
class Team:
    """What is known of a campaign before it begins.

    Args:
        seats: agents at work, from 1.
        answer_rate: of dials, above 0 to 1.
        handle_s: a talk with its wrap-up.
        answer_s: from the dial to an answer.
        open_s: until a dial that nobody answers is over.
        cap: share of live answers that may be abandoned, 0 where the law or the house allows none.
        patience_s: how long somebody who answered waits before they are abandoned.
    """

    seats: int
    answer_rate: float
    handle_s: float
    answer_s: float = 11.5
    open_s: float = 24.0
    cap: float = 0.03
    patience_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Advice:
    """The best lawful way.

    Args:
        wait_s: an agent's mean wait between two calls by it; ``other_s``: by the other way.
        full_speed_after: live answers that a strictly kept cap needs before it covers the dials in the air.
    """

    mode: Literal["progressive", "predictive"]
    why: Why
    wait_s: float
    other_s: float
    full_speed_after: int


def advise(team: Team) -> Advice:
    """One number for each free seat, or ahead of them."""
    one, ahead = one_by_one_s(team), ahead_s(team)
    in_air = team.seats / team.handle_s * team.open_s / team.answer_rate
    earned = math.ceil(in_air / (team.cap * IN_HAND)) if team.cap > 0.0 else 0
    if team.cap <= 0.0:
        return Advice("progressive", "no_allowance", one, one, 0)
    if ahead > GAIN * one:
        return Advice("progressive", "no_gain", one, ahead, earned)
    return Advice("predictive", "waits_less", ahead, one, earned)


def one_by_one_s(team: Team) -> float:
    """The wait where a seat dials one number after the other: the unanswered ones first."""
    return team.open_s * (1.0 / team.answer_rate - 1.0) + team.answer_s


def ahead_s(team: Team) -> float:
    """The wait where answers are made to arrive as seats come free, as far as chance lets them; infinite at no cap.

    While a dial rings, about as many seats come free as answers are on their way, and neither is known: with such a
    spread, so many seats must wait that no more than the cap of the answers find nobody.
    """
    if team.cap <= 0.0:
        return math.inf
    lead_s = max(team.answer_s - 2.0 * team.patience_s, 1.0)
    on_their_way = team.seats * lead_s / team.handle_s
    spread = math.sqrt(on_their_way * (2.0 - team.answer_rate))
    z = _margin(team.cap * on_their_way / spread)
    idle = spread * (_NORMAL.pdf(z) + z * _NORMAL.cdf(z)) / team.seats
    return team.handle_s * idle / (1.0 - idle) if idle < 1.0 else math.inf


def _margin(loss: float) -> float:
    """How many spreads must be kept in hand so that on average so little is lost: undoes the unit normal loss."""
    low, high = -6.0, 6.0
    for _ in range(60):
        middle = (low + high) / 2.0
        lost = _NORMAL.pdf(middle) - middle * (1.0 - _NORMAL.cdf(middle))
        low, high = (middle, high) if lost > loss else (low, middle)
    return low
