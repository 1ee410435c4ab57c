"""Jobs of rights: erasures go on where they stood. May run twice."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.rights import erasure
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

log = logging.getLogger(__name__)

QUEUE = "rights"


@app.periodic(cron="* * * * *")
@app.task(name="rights.erase", queue=QUEUE, queueing_lock="rights.erase")
def erase_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every erasure that waits, as far as it goes."""
    erase_all()


def erase_all() -> int:
    """How many are done now that were not. One that fails says so and does not hold up the others."""
    done = 0
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            open_now = erasure.waiting()
        for one in open_now:
            try:
                more = True
                while more:
                    with tenant_scope(tenant.id):
                        more = erasure.advance(one, now=base.CLOCK.now())
            except Exception:
                log.exception("erasure %s stands still", one)
                continue
            with tenant_scope(tenant.id):
                done += one not in erasure.waiting()
    return done
