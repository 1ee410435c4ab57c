"""One order between "do not call me again" and "may we call?": advisory locks on seller × number.

Who suppresses takes the lock alone; who clears takes it together with other clearances. Both hold it until their
transaction ends, so a suppression committed before a clearance begins to read is always seen by it, and a clearance
that reads first commits first. Locks are taken in rising order, so two batches never wait for each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

_EVERY_SELLER = "*"
_EVERY_NUMBER = "*"
_AGENCIES_KEYS = int.from_bytes(hashlib.sha256(b"ahize/agencies' keys").digest()[:8], "big", signed=True)


def number_key(e164: str, seller: UUID | None) -> int:
    """The lock's key: 64 signed bits of a digest, the same in every process. ``None`` means every seller."""
    digest = hashlib.sha256(f"ahize/number/{seller or _EVERY_SELLER}/{e164}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def number_lock(e164: str, seller: UUID | None, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold this number alone until the transaction ends: for whoever suppresses or lifts a suppression.

    Args:
        seller: whose suppression it is; ``None`` for one that binds every seller of the tenant.
    """
    _take("pg_advisory_xact_lock", {number_key(e164, seller)}, using=using)


def numbers_locked(numbers: Iterable[tuple[str, UUID | None]], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Like :func:`number_lock` for a batch; a few hundred at most, for the server keeps a place for each."""
    _take("pg_advisory_xact_lock", {number_key(e164, seller) for e164, seller in numbers}, using=using)


def sellers_locked(sellers: Iterable[UUID], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold every number of these sellers alone: for a deed on more numbers than the server has places for locks."""
    _take("pg_advisory_xact_lock", {number_key(_EVERY_NUMBER, seller) for seller in sellers}, using=using)


def numbers_shared(numbers: Iterable[tuple[str, UUID]], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold these numbers with others until the transaction ends: for clearance, before it reads any fact.

    Three keys are taken: the number's for this seller, the number's for all sellers, and the seller's for all numbers.
    """
    keys = {
        key
        for e164, seller in numbers
        for key in (number_key(e164, seller), number_key(e164, None), number_key(_EVERY_NUMBER, seller))
    }
    _take("pg_advisory_xact_lock_shared", keys, using=using)


def keys_locked(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold the keys of agencies alone: for whoever issues one, so that no suppression misses its token meanwhile."""
    _take("pg_advisory_xact_lock", {_AGENCIES_KEYS}, using=using)


def keys_shared(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold the keys of agencies as they are: for whoever suppresses."""
    _take("pg_advisory_xact_lock_shared", {_AGENCIES_KEYS}, using=using)


def _take(function: str, keys: set[int], *, using: str) -> None:
    connection = connections[using]
    assert connection.in_atomic_block, "a number lock lives as long as its transaction; open one first"
    with connection.cursor() as cursor:
        # ``function`` is one of the two names above, never input.
        cursor.execute(f"SELECT {function}(key) FROM unnest(%s::bigint[]) AS key", [sorted(keys)])  # noqa: S608
