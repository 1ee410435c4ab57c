"""Hints with ids only: the row is the truth, a notice says where to look.

``tell_browsers`` leaves a row in the outbox and wakes the front (``front.py``) when the transaction commits; a tab that
was away asks for what it missed by its last number. Nothing personal ever stands in a notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models

from ahize.web import base

BROWSERS = "ahize_browsers"
DIALER = "ahize_dialer"
REPLAYED = 1_000
"""A tab that missed more than this many notices is told to read everything afresh."""


class Outbox(models.Model):
    """One notice for the browsers of one tenant, or of one person in it."""

    seq = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    topic = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    audience = models.UUIDField(null=True)

    class Meta:
        app_label = "audit"
        db_table = "notices_outbox"
        default_permissions = ()
        indexes = (models.Index(fields=["tenant", "seq"], name="notices_outbox_tenant_seq"),)


def tell_browsers(
    tenant: UUID,
    topic: str,
    subject_id: object,
    user: UUID | None = None,
    *,
    now: datetime | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Tell every open tab of the tenant (or of one user) that ``subject_id`` of ``topic`` has changed, at commit.

    Topics are plural nouns as in the API's paths (``campaigns``, ``seats``, ``imports``), listed with who hears of them
    in ``sockets.HEARD_BY``; ``user`` addresses one person, whatever their rights. Three have a meaning of their
    own: ``card`` (to an agent: look at your seat), ``taken_over`` (to a user: the tab whose session is ``subject_id``
    has lost the seat) and ``signed_out`` (to a user: look whether you still are).
    """
    row = Outbox.objects.using(using).create(
        tenant_id=tenant,
        at=now or base.CLOCK.now(),
        topic=topic,
        subject_id=str(subject_id),
        audience=user,
    )
    # The notice carries the row's ids, so that whoever is awake need not read it; the row is for those who were away.
    said = [str(tenant), row.seq, topic, row.subject_id, str(user) if user else None]
    wake(BROWSERS, json.dumps(said, separators=(",", ":")), using=using)


def tell_dialer(
    tenant: UUID,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Leave a deed for the tenant's floor (``dialing.Deed``) and wake dialerd at commit; it reads them in order."""
    deed = apps.get_model("dialing", "Deed")
    row = deed._default_manager.using(using).create(
        tenant_id=tenant, at=now or base.CLOCK.now(), kind=kind, payload=dict(payload)
    )
    wake(DIALER, f"{tenant} {row.pk}", using=using)


def tell_facts_changed(
    tenant: UUID, *, now: datetime, seller: UUID | None = None, numbers: Sequence[str] | None = None
) -> None:
    """What a ruling rests on is otherwise now: whom only a ruling had taken out is asked about again.

    Args:
        seller: whose campaigns; None: every seller's.
        numbers: whose owners; None: everybody.
    """
    named = None if numbers is None else list(numbers)
    tell_dialer(tenant, "facts_changed", {"seller": str(seller) if seller else None, "numbers": named}, now=now)


def wake(channel: str, payload: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """NOTIFY: PostgreSQL delivers it when the transaction commits, and never otherwise."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
