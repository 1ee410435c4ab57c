"""A third way in for these tests: the alias ``dialerd``, as dialerd's own role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def shop(emptied: dict[str, str], django_db_blocker: Any) -> Iterator[Any]:
    """A shop with three people, everything committed, gone after the test."""
    # Imported here: pytest reads this file before the root conftest has set Django up.
    from django.db import connections  # noqa: PLC0415

    from web.dialing import shop as shops  # noqa: PLC0415

    with django_db_blocker.unblock():
        add_dialerd()
        yield shops.build()
        connections.close_all()


def add_dialerd() -> None:
    """Teach Django the alias; the tests' own ``default`` is the web process."""
    from django.db import connections  # noqa: PLC0415

    from ahize.web.settings import database  # noqa: PLC0415

    if "dialerd" not in connections.settings:
        connections.settings["dialerd"] = {
            **connections.settings["clearance"],
            **database(os.environ["AHIZE_DATABASE_URL_DIALERD"]),
        }
