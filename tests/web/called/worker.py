"""For a while the tests' own connection is the worker's: what only the worker may do is refused to the web."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from ahize.web.settings import database


@contextmanager
def as_worker() -> Iterator[None]:
    """Work as the worker's role."""
    web = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({name: database(os.environ["AHIZE_DATABASE_URL_WORKER"])[name] for name in _WHO})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update({name: web[name] for name in _WHO})


_WHO = ("USER", "PASSWORD")
