"""A shop at work on a Monday morning, whatever the hour outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The system's clock, moved so that the test begins on Monday, 2 March 2026, 10:00 in New York."""
    from ahize.kernel.clock import SystemClock  # noqa: PLC0415
    from ahize.web import base  # noqa: PLC0415
    from web.dialing.shop import NOW  # noqa: PLC0415

    moved = SystemClock((NOW - SystemClock().now()).total_seconds())
    monkeypatch.setattr(base, "CLOCK", moved)
    return moved


@pytest.fixture
def walk(emptied: dict[str, str], django_db_blocker: Any, clock: Any, tmp_path: Path) -> Iterator[Any]:
    """A shop with a running floor; ``walk.shop``, ``walk.switch``."""
    from django.db import connections  # noqa: PLC0415

    from walks.floor import running  # noqa: PLC0415
    from web.dialing import shop as shops  # noqa: PLC0415
    from web.dialing.conftest import add_dialerd  # noqa: PLC0415

    with django_db_blocker.unblock():
        add_dialerd()
        shop = shops.build()
        with running(shop, clock, tmp_path / "gate.sock") as floor:
            yield floor
        connections.close_all()
