"""Jobs of recordings: what was reported and forgotten is written down, and what has been kept long enough goes.

Both may run twice. A recording that somebody holds stays, whatever its day.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.recordings import files, services
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

log = logging.getLogger(__name__)

QUEUE = "recordings"


@app.periodic(cron="*/5 * * * *")
@app.task(name="recordings.settle", queue=QUEUE, queueing_lock="recordings.settle")
def settle_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    settle()


def settle(using: str = DEFAULT_DB_ALIAS) -> None:
    """Write down what the gate left beside its recordings, in case nobody heard it say so."""
    left: list[tuple[Path, dict[str, Any]]] = list(files.reports())
    for tenant in every_tenant() if left else []:
        with tenant_scope(tenant.id, using=using), connections[using].cursor() as cursor:
            settled = [file for file, report in left if services.note(cursor, tenant.id, report, base.CLOCK.now())]
        for file in settled:
            file.unlink(missing_ok=True)
        left = [(file, report) for file, report in left if file not in settled]
    if left:
        log.warning("%d recordings belong to no call that we know", len(left))


@app.periodic(cron="17 * * * *")
@app.task(name="recordings.purge", queue=QUEUE, queueing_lock="recordings.purge")
def purge_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Let go of what has been kept long enough."""
    for tenant in every_tenant():
        while True:
            with tenant_scope(tenant.id):
                done = services.purge(tenant.id, now=base.CLOCK.now())
            if done.gone < services.CHUNK:
                break
        if done.failed:
            log.error("%d recordings could not be destroyed", done.failed)
