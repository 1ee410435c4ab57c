"""Jobs of retention: each house's purge in its own night, in small batches. May run twice, goes on where it stood."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ahize.kernel.errors import Conflict
from ahize.kernel.seals import Sealer
from ahize.web import base
from ahize.web.audit import services as audit
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


@app.task(name="retention.purge_now", queue=QUEUE, lock="retention.purge")
def purge_now_job(tenant: str) -> None:
    """Whenever asked."""
    purge_house(UUID(tenant), keys.sealer())


def purge_later(tenant: UUID, *, by: UUID, now: datetime) -> None:
    """Ask the worker for a purge; where it is asked already, once is enough."""
    try:
        purge_now_job.configure(queueing_lock=f"retention.purge_now {tenant}").defer(tenant=str(tenant))
    except AlreadyEnqueued:
        return
    audit.record(tenant=tenant, by=by, action="ask_purge", subject_kind="purge", subject_id=tenant, now=now)


def purge_house(tenant: UUID, sealer: Sealer) -> Receipt:
    """Say what would go, let it go batch by batch, and write the receipt. A class that fails stops no other.

    Raises: Conflict where another process is at it.
    """
    with _alone(tenant):
        return _purge(tenant, sealer)


@contextmanager
def _alone(tenant: UUID) -> Iterator[None]:
    """The worker by night and whoever asks for it by hand must not both go on with one run."""
    lock = f"retention.purge {tenant}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [lock])
        if not cursor.fetchone()[0]:
            raise Conflict("A purge of this house is under way.", next_step="Its receipt comes when it has ended.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [lock])


def _purge(tenant: UUID, sealer: Sealer) -> Receipt:
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
