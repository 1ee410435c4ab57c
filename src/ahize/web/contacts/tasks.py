"""Jobs of lists: reading an import. A job may run twice; the import's checkpoint makes the second go on."""

from __future__ import annotations

import logging
from uuid import UUID

from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.contacts.reading import read_import

log = logging.getLogger(__name__)

QUEUE = "imports"


@app.task(name="contacts.read_import", queue=QUEUE)
def read_import_job(import_id: str, tenant: str) -> None:
    """Read one import's file into staging."""
    log.info("import %s begins", import_id)
    read_import(
        UUID(import_id),
        UUID(tenant),
        now=base.CLOCK.now,
        after_batch=lambda rows: log.info("import %s: %d rows", import_id, rows),
    )


def read_later(import_id: UUID, tenant: UUID) -> None:
    """Hand an import to the worker; the job appears when the transaction commits.

    The lock keeps two readings of one import from running side by side.
    """
    read_import_job.configure(lock=f"import {import_id}").defer(import_id=str(import_id), tenant=str(tenant))
