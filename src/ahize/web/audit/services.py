"""Write down a deed, and chain what is written.

``record`` is one INSERT in the deed's own transaction, so that a deed and its entry stand or fall together. The chain
is closed just after the commit (``seal``): a lock on the chain's head during people's transactions would make one
slow import hold up everybody's "remove me". An entry not yet sealed is sealed with the next one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, transaction

from ahize.web.audit.models import ChainHead, Entry
from ahize.web.rls import tenant_scope


def record(
    *,
    tenant: UUID,
    by: UUID | None,
    action: str,
    subject_kind: str,
    subject_id: object,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Write down who did what to which thing. Call it inside the transaction of the deed.

    Args:
        by: the user; ``None`` for what the house does by itself.
        action: the service's verb, like ``start_campaign``.
        before, after: the fields that changed; no names or numbers of called people (an entry is never erased).
    """
    Entry.objects.using(using).create(
        tenant_id=tenant,
        at=now,
        by=by,
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        before=_plain(before),
        after=_plain(after),
        reason=reason,
    )
    transaction.on_commit(lambda: seal(tenant, using=using), using=using, robust=True)


def seal(tenant: UUID, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Chain the tenant's entries that are not yet chained, in the order they were written; how many."""
    with tenant_scope(tenant, using=using):
        ChainHead.objects.using(using).bulk_create([ChainHead(tenant_id=tenant)], ignore_conflicts=True)
        head = ChainHead.objects.using(using).select_for_update().get(tenant_id=tenant)
        fresh = list(Entry.objects.using(using).filter(hash="").order_by("id"))
        for entry in fresh:
            entry.number = head.number + 1
            entry.previous_hash = head.hash
            entry.hash = entry_hash(entry)
            entry.save(using=using, update_fields=["number", "previous_hash", "hash"])
            head.number, head.hash = entry.number, entry.hash
        if fresh:
            head.save(using=using, update_fields=["number", "hash"])
    return len(fresh)


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the hash before and the entry's canonical JSON, in hexadecimal."""
    return hashlib.sha256(entry.previous_hash.encode() + entry_text(entry).encode()).hexdigest()


def entry_text(entry: Entry) -> str:
    """The entry's canonical JSON, as it is hashed."""
    said = {
        "number": entry.number,
        "tenant": str(entry.tenant_id),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": str(entry.by) if entry.by else None,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(values: Mapping[str, Any] | None) -> Any:
    """As it will be read back, so that the hash is of what is kept."""
    return None if values is None else json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
