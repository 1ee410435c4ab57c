"""Jobs of complaints: the meter over many calls, read each night too, and evidence bundles. Each may run twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from ahize.web import base
from ahize.web.complaints import bundles, exposure
from ahize.web.jobs import GoOn
from ahize.web.proof import keys
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

QUEUE = "complaints"
NIGHTLY = timedelta(days=30)
"""How far back the meter looks by itself."""


@app.task(name="complaints.meter", queue=QUEUE, pass_context=True, retry=GoOn())
def meter_job(context: JobContext, meter_id: str, tenant: str) -> None:
    """Read the meter."""

    def look() -> None:
        if context.should_abort():
            raise JobAborted

    exposure.read(UUID(meter_id), UUID(tenant), now=base.CLOCK.now, look=look)


def meter_later(meter_id: UUID, tenant: UUID) -> None:
    """Hand a reading to the worker; the job appears when the transaction commits."""
    meter_job.configure(lock=f"meter {tenant}").defer(meter_id=str(meter_id), tenant=str(tenant))


@app.periodic(cron="37 3 * * *")
@app.task(name="complaints.nightly", queue=QUEUE, queueing_lock="complaints.nightly")
def nightly_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Read the meter of every house over the last days."""
    now = base.CLOCK.now()
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            made, _few = exposure.ask(since=now - NIGHTLY, until=now, tenant=tenant.id, by=None, now=now)
            meter_later(made.pk, tenant.id)


@app.task(name="complaints.bundle", queue=QUEUE, pass_context=True, retry=GoOn())
def bundle_job(context: JobContext, bundle_id: str, tenant: str) -> None:  # noqa: ARG001 - a bundle is short work
    """Make an evidence bundle."""
    bundles.make(UUID(bundle_id), UUID(tenant), sealer=keys.sealer(), now=base.CLOCK.now)


def bundle_later(bundle_id: UUID, tenant: UUID) -> None:
    """Hand a bundle to the worker; the job appears when the transaction commits."""
    bundle_job.configure(lock=f"bundle {tenant}").defer(bundle_id=str(bundle_id), tenant=str(tenant))
