"""Houses with somebody in every role, and a browser for each: what web tests stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from ahize.web.accounts.models import User
from ahize.web.permissions import Person, Role
from ahize.web.rls import tenant_scope
from ahize.web.tenants import evidence
from ahize.web.tenants import services as tenants

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

SELLER: dict[str, Any] = {
    "name": "Acme Garden Tools",
    "brand": "Acme",
    "org_type": "commercial",
    "sector": "retail",
    "country": "US",
    "phone_e164": "+12025550100",
    "address": "1 Main Street, Springfield",
    "opt_out_url": "",
}
SUBSCRIPTION: dict[str, Any] = {
    "kind": "registry_subscription",
    "code": "US-FTC-SAN",
    "number": "10203-40506",
    "areas": ["202"],
}
CALLER_ID: dict[str, Any] = {
    "e164": "+12025550101",
    "label": "Washington",
    "kind": "geographic",
    "dialable": True,
    "rights_proof": "contract 17",
    "valid_until": None,
}


@dataclass
class House:
    """A tenant with one user in each role, one seller and one caller ID."""

    tenant: UUID
    users: dict[Role, User]
    ids: dict[str, str] = field(default_factory=dict)

    def person(self, role: Role = Role.ADMINISTRATOR) -> Person:
        return self.users[role].as_person()

    def browser(self, role: Role = Role.ADMINISTRATOR) -> Client:
        """A browser in which this role is signed in; signing in itself has its own tests."""
        user = self.users[role]
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        client = Client(HTTP_HOST="127.0.0.1")
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        return client


@cache
def _hashed() -> str:
    """The one password, hashed once: hashing is slow on purpose."""
    return make_password(PASSWORD)


def found_house(name: str) -> House:
    """A new tenant with everybody in it. Addresses begin with the role and end with the house's name."""
    tenant = tenants.found_tenant(name=name, world="made_up", zone="America/New_York", now=NOW)
    with tenant_scope(tenant.id):
        users = {
            role: User(
                tenant_id=tenant.id,
                email=f"{role}@{name}.example",
                name=f"{role} of {name}",
                role=role,
                password=_hashed(),
                created_at=NOW,
            )
            for role in Role
        }
        User.objects.bulk_create(users.values())
        by = users[Role.ADMINISTRATOR].as_person()
        seller = tenants.make_seller(SELLER, by=by, now=NOW)
        evidence.add_evidence(seller, SUBSCRIPTION, by=by, now=NOW)
        caller_id = tenants.make_caller_id(seller, CALLER_ID, by=by, now=NOW)
    return House(tenant=tenant.id, users=users, ids={"seller_id": str(seller.id), "caller_id": str(caller_id.id)})
