"""How long does one clearance take, with its transaction? A process of ``bench_clear.py``, in the house it has made.

Each of so many people is cleared alone, as dialerd does it: facts under lock, the rulebook, attempt, ruling and permit
written, committed to disk.
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median
from typing import Any

from ahize.dialer.commands import SeekLeave
from ahize.dialer.events import Cleared
from ahize.kernel.chance import stream
from ahize.kernel.clock import SystemClock, VirtualClock
from ahize.kernel.ids import AttemptId, CampaignId, new_uuid
from ahize.run.dialerd import sealer_from_environment, tenants  # Django stands from here on
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.clearance import Clearance
from ahize.web.dialing.store import Ledger
from ahize.web.rls import tenant_scope


def measure(clearances: int) -> dict[str, Any]:
    """As dialerd, in the made-up house that stands."""
    (tenant,) = tenants()
    with tenant_scope(tenant):
        campaign = CampaignId(Campaign.objects.get(seller__country="US").pk)
    now, chance = SystemClock.from_environment().now(), stream(1, "bench clearance")
    ledger, clearance = Ledger(tenant, "bench"), Clearance(tenant, sealer_from_environment())
    ledger.disconnect()  # Its next one stands inside the tenant's wall.
    ledger.recover(now, seed=1, lines=clearances)
    assert ledger.floor is not None, "the floor was taken"
    took, cleared = [], 0
    for candidate in ledger.lease(campaign, clearances, now):
        ask = SeekLeave(AttemptId(new_uuid(now, chance)), candidate, "progressive", 1)
        began = time.perf_counter()
        (answer,) = clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=VirtualClock(now))
        took.append((time.perf_counter() - began) * 1000)
        cleared += isinstance(answer, Cleared)
    took.sort()
    return {
        "clearances": len(took),
        "clearances_allowed": cleared,
        "clearance_ms": round(median(took), 2),
        "clearance_p99_ms": round(took[int(len(took) * 0.99)], 2),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
