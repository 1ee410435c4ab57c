"""Every claim here is made twice: of the made-up side and of PostgreSQL, or of the made-up switch and of Asterisk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from telephony.conftest import asterisk, sipp  # noqa: F401 - fixtures


@pytest.fixture(params=["simulated", "postgres"])
def side(request: pytest.FixtureRequest) -> Iterator[Any]:
    """One implementation with one campaign of three people."""
    # Imported here: pytest reads this file before the root conftest has set Django up.
    from contract import sides  # noqa: PLC0415

    if request.param == "simulated":
        yield sides.Simulated()
        return
    from django.db import connections  # noqa: PLC0415

    from web.dialing import shop as shops  # noqa: PLC0415
    from web.dialing.conftest import add_dialerd  # noqa: PLC0415

    request.getfixturevalue("emptied")
    with request.getfixturevalue("django_db_blocker").unblock():
        add_dialerd()
        with sides.postgres(shops.build()) as postgres:
            yield postgres
        connections.close_all()
