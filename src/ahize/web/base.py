"""What every app of the shell shares: ids, the tenant's column, and what a request carries.

It answers "whose row is this, who asks, and what time is it?" and refuses to know any app.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models
from django.http import HttpRequest

from ahize.kernel.chance import system_stream
from ahize.kernel.clock import SystemClock
from ahize.kernel.ids import new_uuid
from ahize.web.permissions import Person

CLOCK = SystemClock.from_environment()
"""The shell's one clock; ``request.now`` is read from it once a request. Services are handed ``now``."""

_CHANCE = system_stream()


def draw_id(now: datetime) -> UUID:
    """A fresh id that sorts by ``now``."""
    return new_uuid(now, _CHANCE)


def fresh_id() -> UUID:
    """A fresh id as a model's default: the shell's clock gives its time part."""
    return new_uuid(CLOCK.now(), _CHANCE)


class Request(HttpRequest):
    """What ``middleware.py`` has put on a request before a route sees it.

    On a route declared with ``requires(...)`` somebody is signed in, so ``person`` and ``tenant`` are there.
    """

    now: datetime
    tenant: UUID
    person: Person


class TenantModel(models.Model):
    """A row that belongs to one tenant. Its table needs a ``TenantWall`` in the migration that makes it."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
