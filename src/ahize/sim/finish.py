"""When is the list done? The evenings' pace, carried forward evening by evening over the contacts that are left.

Not the engine: a count of contacts by how often each was tried. How many are dialled in an evening comes from evenings
that the engine made; what becomes of a dial, from the habits and from the campaign's own rules for trying again. A list
is done when each contact has its end or has used up its tries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import numpy as np

from ahize.dialer import recycling
from ahize.dialer.values import Candidate
from ahize.kernel.ids import ContactId, PhoneId
from ahize.sim.evening import Evening
from ahize.sim.habits import Habits, tired
from ahize.sim.outlook import HIGH, LOW
from ahize.sim.plan import Plan

SAMPLES: Final = 400
MOST_EVENINGS: Final = 260
"""A year of working days; what takes longer is said to take longer."""
DAY_S: Final = 86_400
_NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Finish:
    """How many evenings until the list is done; None: more than MOST_EVENINGS.

    Args:
        unreachable: contacts who may not be called at all at these hours; they are not waited for.
    """

    low: int | None
    middle: int | None
    high: int | None
    unreachable: int

    def to_json(self) -> dict[str, Any]:
        return {"low": self.low, "middle": self.middle, "high": self.high, "unreachable": self.unreachable}


def finish(plan: Plan, habits: Habits, evenings: Sequence[Evening], seed: int) -> Finish:
    """From at least one whole evening."""
    settings = plan.settings
    length = plan.hours * 3600
    most = max(1, settings.max_attempts)
    left = np.zeros(most, dtype=np.int64)
    unreachable = 0
    for group in plan.stock:
        if not any(since < length and until > 0 for since, until in group.windows):
            unreachable += group.people
        elif group.tries < most:
            left[group.tries] += group.people
    paces = np.array([_pace(evening, length) for evening in evenings])
    rng = np.random.Generator(np.random.PCG64(seed))
    table = _table(plan, habits)
    longest = max(wait for _, waits in table for wait in waits) + 1
    due = np.zeros((longest + 1, SAMPLES, most), dtype=np.int64)
    due[0] = left
    waiting = np.full(SAMPLES, int(left.sum()))
    done_at = np.where(waiting == 0, 0, _NEVER)
    turns = range(most - 1, -1, -1) if plan.order == "tried_first" else range(most)
    for evening in range(1, MOST_EVENINGS + 1):
        room = np.maximum(1, np.round(rng.choice(paces, SAMPLES))).astype(np.int64)
        for tries in turns:
            here = np.minimum(due[0, :, tries], room)
            due[0, :, tries] -= here
            room -= here
            shares, waits = table[tries]
            for came, wait in zip(rng.multinomial(here, shares).T, waits, strict=True):
                if wait != _NEVER and tries + 1 < most:
                    due[wait, :, tries + 1] += came
                else:
                    waiting -= came
        due[1] += due[0]
        due = np.roll(due, -1, axis=0)
        due[-1] = 0
        done_at = np.where((done_at == _NEVER) & (waiting == 0), evening, done_at)
        if (done_at != _NEVER).all():
            break
    return Finish(_at(done_at, LOW), _at(done_at, 0.5), _at(done_at, HIGH), unreachable)


def _pace(evening: Evening, length: float) -> float:
    """Dials of a whole evening, had the list had enough to give."""
    dials = sum(evening.counted["dials"])
    if evening.dry_s is None or evening.dry_s <= 60.0:
        return dials
    return max(dials, _before(evening, length))


def _before(evening: Evening, length: float) -> float:
    """The pace of the parts before the list ran dry, for all of the evening."""
    assert evening.dry_s is not None
    parts = evening.counted["dials"]
    whole = int(evening.dry_s / length * len(parts))
    return sum(parts[:whole]) / whole * len(parts) if whole else 0.0


def _table(plan: Plan, habits: Habits) -> list[tuple[list[float], list[int]]]:
    """For each number of tries: shares of what becomes of a dial, and after how many evenings it is due again."""
    hours = [
        int(plan.starts.hour + plan.starts.minute / 60 + part + plan.stock[0].clock_h) % 24
        for part in range(max(1, math.ceil(plan.hours)))
    ]
    factor = sum(habits.by_hour[hour] for hour in hours) / len(hours)
    return [_row(plan, habits, tries, factor) for tries in range(max(1, plan.settings.max_attempts))]


def _row(plan: Plan, habits: Habits, tries: int, factor: float) -> tuple[list[float], list[int]]:
    dead = habits.disconnected if tries == 0 else 0.0
    person = min(0.95, habits.person * factor * tired(tries))
    came = {
        **{f"said {said.code}": person * said.share for said in habits.said},
        "machine": habits.machine,
        "busy": habits.busy,
        "congestion": habits.failed,
        "fax": habits.fax,
    }
    total = sum(came.values())
    came["no_answer"] = max(0.0, 1.0 - total)
    whole = max(total, 1.0)
    shares, waits = [dead], [_NEVER]
    final = {said.code for said in habits.said if said.final}
    for what, share in came.items():
        shares.append(share / whole * (1.0 - dead))
        word = what.removeprefix("said ")
        waits.append(_NEVER if what.startswith("said ") and word in final else _wait(plan, tries, word))
    return [one / sum(shares) for one in shares], waits


def _wait(plan: Plan, tries: int, word: str) -> int:
    """Evenings until it is due again, by the campaign's own rules; ``_NEVER``."""
    settings = plan.settings
    nobody = UUID(int=0)
    candidate = Candidate(
        ContactId(nobody),
        settings.campaign,
        settings.seller,
        PhoneId(nobody),
        "",
        tries,
        datetime.min.replace(tzinfo=UTC),
    )
    again = recycling.after_outcome(settings, candidate, word, plan.starts)
    if again.due_at is None:
        return _NEVER
    waits_s = (again.due_at - plan.starts).total_seconds()
    # Half an evening earlier or later evens out; what is due again within it is dialled in the next one here.
    return max(1, math.ceil((waits_s - plan.hours * 1800) / DAY_S))


def _at(done_at: Any, share: float) -> int | None:
    rising = sorted(math.inf if one == _NEVER else one for one in done_at.tolist())
    found = rising[min(len(rising) - 1, round(share * (len(rising) - 1)))]
    return None if found is math.inf else int(found)
