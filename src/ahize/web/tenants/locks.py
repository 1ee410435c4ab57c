"""One order between "from now on" and "may we call?": an advisory lock on what all calls of a house rest on.

That is its policy, its states of emergency, its sellers and agencies with their evidence, and its caller IDs. Whoever
changes any of it takes the lock alone, clearance with others; both hold it until their transaction ends. So what was
tightened, revoked or ended before a clearance begins to read is always seen by it, and one lock stands for the many
rows it reads. Taken after the numbers' locks, and before any row's, so nobody waits in a circle.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections


def house_key(tenant: UUID) -> int:
    """The lock's key: 64 signed bits of a digest, the same in every process."""
    return int.from_bytes(hashlib.sha256(f"ahize/house/{tenant}".encode()).digest()[:8], "big", signed=True)


def house_lock(tenant: UUID) -> None:
    """Hold it alone until the transaction ends."""
    _take("SELECT pg_advisory_xact_lock(%s)", tenant, using=DEFAULT_DB_ALIAS)


def house_shared(tenant: UUID, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold it with others until the transaction ends: for clearance, before it reads any of it."""
    _take("SELECT pg_advisory_xact_lock_shared(%s)", tenant, using=using)


def _take(statement: str, tenant: UUID, *, using: str) -> None:
    connection = connections[using]
    assert connection.in_atomic_block, "the lock lives as long as its transaction; open one first"
    with connection.cursor() as cursor:
        cursor.execute(statement, [house_key(tenant)])
