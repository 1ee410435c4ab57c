"""A made-up house for tests of the lower apps: a tenant, its seller, its caller ID and people who work there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ahize.web.accounts.models import User
from ahize.web.base import draw_id
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import CallerId, Seller, Tenant

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class House:
    """Ids of what stands; open it with ``with house.open():`` to see its rows."""

    tenant: UUID
    seller: UUID
    caller_id: UUID
    people: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def open(self) -> Iterator[None]:
        with tenant_scope(self.tenant):
            yield


def build(name: str = "Acme house") -> House:
    """A house with one seller, one caller ID and a person of every role; written as the web process may."""
    tenant = draw_id(NOW)
    with tenant_scope(tenant):
        Tenant.objects.create(id=tenant, name=name, world="made_up", created_at=NOW)
        seller = Seller.objects.create(
            tenant_id=tenant,
            name="Acme",
            org_type="commercial",
            sector="retail",
            country="US",
            phone_e164="+12125550100",
            created_at=NOW,
        )
        caller = CallerId.objects.create(
            tenant_id=tenant,
            seller=seller,
            e164="+12125550100",
            kind="geographic",
            dialable=True,
            rights_proof="contract",
            valid_from=NOW - timedelta(days=30),
        )
        people = {}
        for role in Role:
            user = User.objects.create(
                tenant_id=tenant,
                email=f"{role}.{tenant.hex[-6:]}@example.com",
                name=role.value.title(),
                role=role,
                created_at=NOW,
            )
            people[role.value] = user.id
    return House(tenant, seller.id, caller.id, people)
