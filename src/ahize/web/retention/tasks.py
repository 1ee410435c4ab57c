"""Jobs of retention: each house's purge in its own night, in small batches. May run twice, goes on where it stood."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from ahize.kernel.seals import Sealer
from ahize.web import base
from ahize.web.proof import keys
from ahize.web.recordings import services as recordings
from ahize.web.retention import purge, terms
from ahize.web.retention.models import Receipt, Run
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

log = logging.getLogger(__name__)

QUEUE = "retention"


@app.periodic(cron="23 * * * *")
@app.task(name="retention.purge", queue=QUEUE, queueing_lock="retention.purge", lock="retention.purge")
def purge_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every hour: the houses whose night has come, and what a stopped worker left."""
    sealer, now = keys.sealer(), base.CLOCK.now()
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            due = purge.is_due(tenant.id, now=now)
        if due:
            try:
                purge_house(tenant.id, sealer)
            except Exception:
                log.exception("the purge of house %s stands still", tenant.id)
    forget_finished(now)


def purge_house(tenant: UUID, sealer: Sealer) -> Receipt:
    """Say what would go, let it go batch by batch, and write the receipt. A class that fails stops no other."""
    with tenant_scope(tenant):
        run = purge.begin(tenant, now=base.CLOCK.now())
        _today, zone = terms.today_in(tenant, base.CLOCK.now())
    for sweep in purge.SWEEPS:
        try:
            more = True
            while more:
                with tenant_scope(tenant):
                    run = Run.objects.get(pk=run.pk)
                    more = purge.step(run, sweep, zone=zone) == purge.BATCH
        except Exception:
            log.exception("purge %s: %s could not be finished", run.pk, sweep.code)
            with tenant_scope(tenant):
                run = Run.objects.get(pk=run.pk)
                run.problems[sweep.code] = "could not be finished; what it was stands in the worker's log"
                run.save(update_fields=["problems"])
    more = True
    while more:
        with tenant_scope(tenant):
            run = Run.objects.get(pk=run.pk)
            gone = recordings.purge(tenant, now=base.CLOCK.now()).gone
            if gone:
                run.counts["recordings"] = run.counts.get("recordings", 0) + gone
                run.save(update_fields=["counts"])
            more = gone == recordings.CHUNK
    with tenant_scope(tenant):
        return purge.finish(Run.objects.get(pk=run.pk), sealer, now=base.CLOCK.now())


def forget_finished(now: datetime) -> None:
    """Finished jobs and sessions that ended: they are of no house."""
    kept = terms.kinds()["jobs"].default
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
            " AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)",
            [now - timedelta(days=kept.days)],
        )
        cursor.execute("DELETE FROM django_session WHERE expire_date < %s", [now])
