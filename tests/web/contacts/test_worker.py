"""The worker as a process: killed in mid-import it goes on, and told to stop it stops within a batch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ahize.web.contacts import services, tasks
from ahize.web.contacts.models import Import, ImportRow
from ahize.web.contacts.reading import BATCH
from web.campaigns.house import NOW, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stack]

ROWS = 8 * BATCH
CLONE = os.environ.get("AHIZE_CLONE", ".")


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "AHIZE_PROCESS": "worker", "PYTHONPATH": f"{CLONE}/src"}
    process = subprocess.Popen([sys.executable, "-P", "-m", "ahize.run.worker"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Looks until it holds; a process is waited for, not a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_an_import_goes_on_after_kill_9_and_stopping_hands_it_back():
    house = build()
    lines = [f"P{n},212-555-{n % 10000:04d}" for n in range(ROWS)]
    with house.open():
        found = services.receive(
            ["\n".join(["Name,Phone", *lines]).encode()],
            tenant=house.tenant, seller=None, filename="list.csv", by=None, now=NOW,
        )  # fmt: skip
        services.start_reading(found, mapping=None, now=NOW)
        tasks.read_later(found.pk, found.tenant_id)

    def at() -> Import:
        with house.open():
            return Import.objects.get(pk=found.pk)

    with worker() as first:
        assert within(60, lambda: at().progress_rows >= BATCH)
        first.send_signal(signal.SIGKILL)
        first.wait()
    left = at()
    assert left.state == "reading"
    with worker() as second:
        assert within(60, lambda: at().progress_rows > left.progress_rows)
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    with worker():
        assert within(60, lambda: at().state == "ready")
    with house.open():
        assert ImportRow.objects.filter(imported=found).count() == at().counts["good"] + at().counts["bad"] == ROWS
