"""The worker: jobs that take longer than a request, one process, any number of them side by side.

A job that a kill left behind is taken up again as soon as its worker's heartbeat is too old; SIGTERM hands the running
job back at its next batch, so that stopping never waits for a million rows. Which jobs there are, each app's
``tasks.py`` says. Where the database falls, the process ends with 1 and whoever supervises it starts it again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ahize.web.settings")
os.environ.setdefault("AHIZE_PROCESS", "worker")
django.setup()

import procrastinate  # noqa: E402 - Django stands before the apps' jobs are found
from procrastinate.contrib.django import app as django_app  # noqa: E402
from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: E402
from procrastinate.exceptions import ConnectorException  # noqa: E402

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
STALLED_AFTER_S = 6.0
"""A worker silent for so long is taken for dead. Jobs may run twice, so being wrong costs a batch and no more."""

LOOK_EVERY_S = 2.0
SIDE_BY_SIDE = 4
"""Imports are the heavy jobs, and each keeps a core busy; the job of a plan waits for processes of its own."""


async def take_up_stalled(app: procrastinate.App) -> int:
    """Put the jobs of dead workers back in the queue; how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S))
    for job in stalled:
        log.warning("job %s (%s) is taken up again: its worker fell silent", job.id, job.task_name)
        await app.job_manager.retry_job(job)
    return len(stalled)


async def _watch(app: procrastinate.App) -> None:
    while True:
        await take_up_stalled(app)
        await asyncio.sleep(LOOK_EVERY_S)


async def work(app: procrastinate.App, *, until_empty: bool = False) -> None:
    """Run jobs until SIGTERM or SIGINT, or until there are none left; raises where the database falls."""
    async with app.open_async():
        await take_up_stalled(app)
        watching = asyncio.create_task(_watch(app))
        working = asyncio.create_task(
            app.run_worker_async(
                name="worker",
                concurrency=SIDE_BY_SIDE,
                wait=not until_empty,
                fetch_job_polling_interval=LOOK_EVERY_S,
                abort_job_polling_interval=LOOK_EVERY_S,
                shutdown_graceful_timeout=0.0,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_AFTER_S,
                install_signal_handlers=True,
                delete_jobs="successful",
            )
        )
        try:
            done, _ = await asyncio.wait({watching, working}, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                ended.result()
        finally:
            for task in (watching, working):
                task.cancel()
            await asyncio.gather(watching, working, return_exceptions=True)


def worker_app() -> procrastinate.App:
    """The apps' jobs on a connection fit for a worker."""
    connector = django_app.connector
    assert isinstance(connector, DjangoConnector), "jobs are deferred through Django's own connection"
    return django_app.with_connector(connector.get_worker_connector())


def main() -> int:
    log.info("worker is up")
    try:
        asyncio.run(work(worker_app()))
    except ConnectorException as error:
        log.error("the database is gone: %s", error)
        return 1
    log.info("worker has stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
