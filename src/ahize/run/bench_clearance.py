"""How long does one clearance take, with its transaction? A durable PostgreSQL of its own, the demo's made-up house.

Each of so many people is cleared alone: facts under lock, the rulebook, attempt, ruling and permit written, committed
to disk. The cluster is gone afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from ahize.kernel.clock import SystemClock

NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
"""A working morning in all of the United States' mainland, as in the demo."""


def bench(clearances: int) -> dict[str, Any]:
    """Makes a house in a new cluster and clears so many of its people one by one."""
    from ahize.run import database, keys  # noqa: PLC0415
    from ahize.run.account import service_account  # noqa: PLC0415
    from ahize.run.keeper import DURABLE, throwaway  # noqa: PLC0415

    account = service_account()
    with throwaway(account, DURABLE) as keeper, tempfile.TemporaryDirectory(prefix="ahize-bench-") as home:
        drawn = keys.draw()
        database.prepare(keeper.admin_url, drawn.roles)
        told = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PG", "DJANGO_"))},
            **database.environment(keeper.admin_url, drawn.roles),
            **drawn.environment(clearance=True),
            **{"AHIZE_HOME": home, "AHIZE_URL": "http://127.0.0.1:8740", "AHIZE_WORLD": "made_up"},
            **{"AHIZE_TELEPHONE_LINE": "true", "DJANGO_SETTINGS_MODULE": "ahize.web.settings", "AHIZE_DEMO_SEATS": "1"},
            "AHIZE_CLOCK_OFFSET_S": repr((NOW - SystemClock().now()).total_seconds()),
        }
        (Path(home) / "secrets").mkdir()
        for process, *module in (
            ("owner", "ahize.run.database"),
            ("web", "ahize.run.demo", "prepare"),
            ("dialerd", __name__, str(clearances)),
        ):
            done = subprocess.run(
                [sys.executable, "-m", *module],
                env={**told, "AHIZE_PROCESS": process},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(clearances: int) -> dict[str, Any]:
    """As dialerd, in the made-up house that stands."""
    from ahize.dialer.messages import Cleared, SeekLeave  # noqa: PLC0415
    from ahize.kernel.chance import stream  # noqa: PLC0415
    from ahize.kernel.clock import VirtualClock  # noqa: PLC0415
    from ahize.kernel.ids import AttemptId, CampaignId, new_uuid  # noqa: PLC0415
    from ahize.run.dialerd import sealer_from_environment, tenants  # noqa: PLC0415
    from ahize.web.campaigns.models import Campaign  # noqa: PLC0415
    from ahize.web.dialing.clearance import Clearance  # noqa: PLC0415
    from ahize.web.dialing.store import Ledger  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    (tenant,) = tenants()
    with tenant_scope(tenant):
        campaign = CampaignId(Campaign.objects.get().pk)
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
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
