"""Jobs of dialling that no call waits for: numbers of pools rest and heal. May run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.dialing import pools
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant


@app.periodic(cron="*/10 * * * *")
@app.task(name="dialing.rest_numbers", queue="dialing", queueing_lock="dialing.rest_numbers")
def rest_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Let numbers rest that too few answer, or that people complain about."""
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            pools.rest(tenant.id, now=base.CLOCK.now())
