"""Statements that go to PostgreSQL together and are answered together: one journey, however many there are.

For the few places where the way there and back is what takes the time. PostgreSQL works through them in order, each
sees what the ones before it did, and a lock that one waits for is held when the next begins. It knows no table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

T = TypeVar("T")
Rows = list[tuple[Any, ...]]


@contextmanager
def together(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """What is asked inside is sent at the end of the block; answers may be read after it, not before."""
    wrapper = connections[using]
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors, wrapper.connection.pipeline():
        yield


def ask(
    statement: str,
    params: Sequence[Any] | Mapping[str, Any],
    read: Callable[[Rows], T],
    *,
    using: str = DEFAULT_DB_ALIAS,
) -> Callable[[], T]:
    """Send a statement; its answer, read from the rows, is what the returned function says, once."""
    cursor = connections[using].cursor()
    cursor.execute(statement, params)

    def answer() -> T:
        with cursor:
            return read(cursor.fetchall())

    return answer
