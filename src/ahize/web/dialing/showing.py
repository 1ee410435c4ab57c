"""Which number of a pool is shown to whom: pure, by facts and a chance handed in.

Local presence is shown only with numbers that the seller owns and answers, and never with one made to look like a
neighbour's: a number that goes on like the called one beyond its area is left out unless a second person has looked at
its proof. Refuses to know rows and why a number rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ahize.kernel.phone import PhoneNumber

NEIGHBOURS: Final = 6
"""So many national digits alike make a neighbour: in North America area code and exchange."""
LOCAL: Final = 2
"""So many national digits alike are local where areas have no fixed length."""

_CHANCE_BITS: Final = 53
"""An id's last 62 bits are drawn (RFC 9562); a float holds so many of them exactly."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """A number of a pool.

    Args:
        proven: a second person has looked at the proof that it is the seller's own.
        rests_until: not shown before; None: it does not rest.
    """

    e164: str
    proven: bool
    rests_until: datetime | None

    def rests(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until


def chosen(callee: str, pool: Sequence[Pooled], *, chance: float, now: datetime) -> Pooled | None:
    """The number to show to this person; None where the pool has none for them, so that the campaign's own is shown.

    Args:
        chance: 0 to 1 (exclusive), the same for the same attempt; it spreads calls over numbers that fit alike.
    """
    person = PhoneNumber(callee)
    fit = [
        one
        for one in sorted(pool, key=lambda one: one.e164)
        if not one.rests(now) and is_local(one.e164, person) and (one.proven or not is_neighbour(one.e164, person))
    ]
    return fit[int(chance * len(fit))] if fit else None


def is_local(number: str, person: PhoneNumber) -> bool:
    """From the same area, as far as the numbers themselves say."""
    own = PhoneNumber(number)
    if own.calling_code != person.calling_code:
        return False
    if own.is_nanp and person.is_nanp:
        return own.area_code == person.area_code
    return _alike(own.national, person.national) >= LOCAL


def is_neighbour(number: str, person: PhoneNumber) -> bool:
    """Goes on like the called number beyond the area, as if somebody next door called."""
    own = PhoneNumber(number)
    return own.calling_code == person.calling_code and _alike(own.national, person.national) >= NEIGHBOURS


def chance_of(attempt: UUID) -> float:
    """The chance that an attempt's id carries: whoever judges the attempt again finds the same number."""
    return (attempt.int & ((1 << _CHANCE_BITS) - 1)) / (1 << _CHANCE_BITS)


def _alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
