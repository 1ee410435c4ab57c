"""Once a day, on the house's own clock: when will each list be finished? May run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.rls import tenant_scope
from ahize.web.staffing import finish
from ahize.web.tenants.queries import every_tenant


@app.periodic(cron="23 * * * *")
@app.task(name="staffing.foretell", queue="dialing", queueing_lock="staffing.foretell")
def foretell_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every hour, for houses live by different clocks; what was said today is not said again."""
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            finish.foretell(tenant.id, now=base.CLOCK.now())
