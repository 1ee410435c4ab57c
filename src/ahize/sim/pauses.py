"""How often agents step back and for how long, seen from what their seats did; and what is expected of an evening.

A pause begins when a seat goes into one of its house's own codes, and ends when it is ready again; one that ends with
the agent gone was the end of a shift. How often is counted against the time in which seats were at work. Refuses to
know what the codes mean, and where the moves are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LONGEST_S: Final = 4 * 3600.0
"""Who is away for longer has gone home without saying so."""
WEIGHT: Final = 10.0
"""As many pauses as the prior counts for."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause that agents take: its code, seconds at work from one to the next, and how long it lasts; both means."""

    code: str
    every_s: float
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Move:
    """A seat came into a state, so many seconds after some beginning; ``ours``: in the campaign that is looked at."""

    at: float
    seat: str
    state: str
    reason: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Pauses:
    """What was seen: for each code how long each pause lasted, and for how long seats were at work in all."""

    lasted: Mapping[str, Sequence[float]] = field(default_factory=dict)
    at_work_s: float = 0.0

    @property
    def number(self) -> int:
        return sum(map(len, self.lasted.values()))


def seen(moves: Iterable[Move], codes: Collection[str]) -> Pauses:
    """The pauses that these moves show.

    Args:
        moves: of all seats, each seat's in the order of time.
        codes: what an agent may choose; whatever else stops a seat is none of theirs.
    """
    lasted: dict[str, list[float]] = {}
    at_work_s = 0.0
    last: dict[str, Move] = {}
    for move in moves:
        before = last.get(move.seat)
        last[move.seat] = move
        if before is None or not before.ours:
            continue
        spent = move.at - before.at
        if before.state not in ("paused", "closed"):
            at_work_s += min(spent, LONGEST_S)
        elif before.state == "paused" and before.reason in codes:
            if move.state == "paused" and move.reason == before.reason:
                last[move.seat] = before  # Said again: the pause goes on.
            elif move.state not in ("paused", "closed") and spent <= LONGEST_S:
                lasted.setdefault(before.reason, []).append(spent)
    return Pauses(lasted, at_work_s)


def expected(pauses: Pauses, prior: Sequence[Rest]) -> tuple[Rest, ...]:
    """What the pauses seen say of others; the fewer there were, the more the prior does.

    The prior counts as ``WEIGHT`` pauses of the codes that were seen, in the parts in which they were.
    """
    number = pauses.number
    if not number or not pauses.at_work_s or not prior:
        return tuple(prior)
    each_s = 1.0 / sum(1.0 / rest.every_s for rest in prior)
    usual_s = sum(rest.lasts_s * each_s / rest.every_s for rest in prior)
    every_s = (pauses.at_work_s + WEIGHT * each_s) / (number + WEIGHT)
    found = []
    for code, seconds in sorted(pauses.lasted.items()):
        share = len(seconds) / number
        lasts_s = (sum(seconds) + WEIGHT * share * usual_s) / (len(seconds) + WEIGHT * share)
        found.append(Rest(code, round(every_s / share, 1), round(lasts_s, 1)))
    return tuple(found)
