"""Does the carrier's log balance with the permits? Each INVITE has exactly one that was valid when it came.

It refuses to know how the calls came about and what anybody measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from ahize.run.bench_calls_room import Room
from ahize.run.made_up_carrier import Seen
from ahize.run.phases import say


@dataclass(frozen=True, slots=True)
class Balance:
    """The carrier's log against the permits.

    Attributes:
        unpermitted: INVITEs for which no permit was valid at that instant.
        twice: INVITEs over one for a permit.
        unseen: permits that were spent and never reached the carrier.
    """

    invites: int
    unpermitted: int
    twice: int
    unseen: int


def balanced(seen: Sequence[Seen], permits: Sequence[Any], spent: Sequence[Any], *, offset_s: float) -> Balance:
    """Each INVITE and its permit: same number, and valid when it came."""
    noted = {permit.attempt for permit in spent}
    by_number: dict[str, list[Any]] = {}
    for permit in permits:
        by_number.setdefault(permit.number, []).append(permit)
    rang: dict[UUID, int] = {}
    unpermitted = 0
    invites = [one for one in seen if one.what == "invite"]
    for one in invites:
        at = one.at.timestamp() + offset_s
        fitting = [
            permit
            for permit in by_number.get(one.number, ())
            if permit.sealed_at.timestamp() <= at < permit.valid_until.timestamp()
        ]
        if len(fitting) > 1:  # One that was never spent stood beside it: the engine had been told no in time.
            fitting = [permit for permit in fitting if permit.attempt in noted]
        if len(fitting) == 1:
            rang[fitting[0].attempt] = rang.get(fitting[0].attempt, 0) + 1
        else:
            unpermitted += 1
            near = [
                (permit.sealed_at.timestamp() - at, permit.attempt in noted) for permit in by_number.get(one.number, ())
            ]
            say(f"an INVITE at {one.at:%H:%M:%S.%f} has {len(fitting)} permits; sealed and spent: {near}")
    unseen = sum(permit.attempt not in rang for permit in spent)
    return Balance(len(invites), unpermitted, sum(times - 1 for times in rang.values()), unseen)


class Rows(Protocol):
    """Whoever can read them."""

    async def permits(self) -> Sequence[Any]: ...

    async def spent(self) -> Sequence[Any]: ...

    async def attempts(self) -> Sequence[Any]: ...


async def balance(made: Room, bench: Rows, seen: Sequence[Seen]) -> dict[str, Any]:
    """Nothing lost, nothing without leave, nothing twice.

    An end that nobody could see is told as ``unknown``, which is an outcome; ``lost`` has none.
    """
    told = balanced(seen, await bench.permits(), await bench.spent(), offset_s=made.offset_s)
    outcomes = Counter("" if one["live"] else one["outcome"] for one in await bench.attempts())
    return {
        "invites": told.invites,
        "unpermitted": told.unpermitted,
        "twice": told.twice,
        "unseen": told.unseen,
        "lost": outcomes[""],
        "unknown": outcomes["unknown"],
    }
