"""One order between "we are stricter from now on" and "may we call?": an advisory lock on the house's policy.

Whoever changes the policy takes it alone, clearance with others; both hold it until their transaction ends. A policy
that was tightened before a clearance begins to read is always seen by it. Taken after the numbers' locks, and by those
who change the policy alone, so nobody waits in a circle.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections


def policy_key(tenant: UUID) -> int:
    """The lock's key: 64 signed bits of a digest, the same in every process."""
    return int.from_bytes(hashlib.sha256(f"ahize/policy/{tenant}".encode()).digest()[:8], "big", signed=True)


def policy_lock(tenant: UUID) -> None:
    """Hold the policy alone until the transaction ends."""
    _take("SELECT pg_advisory_xact_lock(%s)", tenant, using=DEFAULT_DB_ALIAS)


def policy_shared(tenant: UUID, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Hold it with others until the transaction ends: for clearance, before it reads the policy."""
    _take("SELECT pg_advisory_xact_lock_shared(%s)", tenant, using=using)


def _take(statement: str, tenant: UUID, *, using: str) -> None:
    connection = connections[using]
    assert connection.in_atomic_block, "the lock lives as long as its transaction; open one first"
    with connection.cursor() as cursor:
        cursor.execute(statement, [policy_key(tenant)])
