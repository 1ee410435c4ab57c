"""How many evenings a second, and after how long is there a first answer?

``ahize bench what-if --evenings 200 --seats 50 --hours 4 --json``: an evening of a cold campaign from the priors of
docs/explanation/made-up-world.md, through the engine that dials in life, on all cores of this machine.
"""

from __future__ import annotations

import hashlib
import json
import resource
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ahize.dialer.values import Mode
from ahize.kernel.ids import CampaignId, SellerId
from ahize.run.figures import show
from ahize.sim import side_by_side
from ahize.sim.evening import Evening
from ahize.sim.finish import finish
from ahize.sim.habits import PRIOR
from ahize.sim.outlook import Prices, exposure, outlook
from ahize.sim.plan import Plan, checked
from ahize.sim.scenario import Campaign
from ahize.sim.stock import Group

MOST_S = 720.0
FIRST_S = 10.0
NEW_YORK_H = -5.0
AT_FOUR = datetime(2026, 3, 4, 21, 0, tzinfo=UTC)
PRICES = Prices(seat_hour=2200.0, minute=1.2)


def plan_for(*, seats: int, hours: float, mode: Mode) -> Plan:
    """A cold list in New York, from four in the afternoon on; the law's evening ends at nine."""
    settings = Campaign(mode=mode).settings(CampaignId(UUID(int=9)), SellerId(UUID(int=8)), AT_FOUR)
    until_nine = timedelta(hours=5).total_seconds()
    people = round(seats * hours * 300) + 1000 if seats > 0 else 1
    return Plan(settings, AT_FOUR, hours, seats, (Group(people, 0, ((0.0, until_nine),), NEW_YORK_H),))


def main(*, evenings: int, seats: int, hours: float, mode: Mode, seed: int, as_json: bool) -> int:
    """Prints the figures. Answers 0, or 1 where the first range or the last evening came too late, or a promise broke.

    The times it is held to are those of 200 evenings of 50 seats and 4 hours on 2 cores.
    """
    plan = checked(plan_for(seats=seats, hours=hours, mode=mode))
    started = time.perf_counter()
    done: list[Evening] = []
    first_s = whole_s = 0.0
    for one in side_by_side.evenings(plan, PRIOR, range(seed, seed + evenings)):
        if one is None:
            continue
        first_s = first_s or time.perf_counter() - started
        if one.is_whole:
            whole_s = whole_s or time.perf_counter() - started
            done.append(one)
    wall_s = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = usage.ru_utime + usage.ru_stime
    done.sort(key=lambda one: one.seed)
    digest = hashlib.sha256(json.dumps([one.to_json() for one in done], sort_keys=True).encode()).hexdigest()
    figures: dict[str, Any] = {
        "evenings": len(done),
        "seats": seats,
        "hours": hours,
        "mode": mode,
        "cores": side_by_side.cores(),
        "first_range_s": round(first_s, 2),
        "first_evening_s": round(whole_s, 2),
        "wall_s": round(wall_s, 1),
        "evenings_per_s": round(len(done) / wall_s, 3),
        "cpu_s_per_evening": round(spent / len(done), 2),
        "events_per_evening": round(sum(one.events for one in done) / len(done)),
        "violations": exposure(done, PRICES)["violations"],
        **{one.name: [round(one.low, 4), round(one.mean, 4), round(one.high, 4)] for one in outlook(done, PRICES)},
        "finish_evenings": finish(plan, PRIOR, done, seed).to_json(),
        "sha256": digest,
    }
    show(figures, as_json=as_json)
    return 0 if first_s < FIRST_S and wall_s < MOST_S and not figures["violations"] else 1
