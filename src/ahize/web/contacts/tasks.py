"""Jobs of lists: reading an import. A job may run twice; the import's checkpoint makes the second go on."""

from __future__ import annotations

import logging
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from ahize.web import base
from ahize.web.contacts import iys_asking
from ahize.web.contacts.reading import read_import
from ahize.web.jobs import GoOn
from ahize.web.tenants.queries import every_tenant

log = logging.getLogger(__name__)

QUEUE = "imports"


@app.task(name="contacts.read_import", queue=QUEUE, pass_context=True, retry=GoOn())
def read_import_job(context: JobContext, import_id: str, tenant: str) -> None:
    """Read one import's file into staging."""

    def after_batch(rows: int) -> None:
        log.info("import %s: %d rows", import_id, rows)
        if context.should_abort():
            raise JobAborted

    log.info("import %s begins or goes on", import_id)
    read_import(UUID(import_id), UUID(tenant), now=base.CLOCK.now, after_batch=after_batch)


def read_later(import_id: UUID, tenant: UUID) -> None:
    """Hand an import to the worker; the job appears when the transaction commits.

    The lock keeps two readings of one import from running side by side.
    """
    read_import_job.configure(lock=f"import {import_id}").defer(import_id=str(import_id), tenant=str(tenant))


@app.periodic(cron="2-59/5 * * * *")
@app.task(name="contacts.ask_iys", queue="consents", queueing_lock="contacts.ask_iys")
def ask_iys_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Ask Türkiye's consent registry about the numbers on lists, before they are called."""
    for tenant in every_tenant():
        given = iys_asking.round_of(tenant.id)
        if given:
            log.info("İYS answered about %d numbers", given)
