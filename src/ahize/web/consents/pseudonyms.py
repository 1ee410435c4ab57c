"""A number as it stands once its owner was erased: who brings it finds its records, the table alone tells nobody.

A pseudonym is an HMAC of the number under a key of the house's own, which hangs on a key that only the worker and
clearance are given (``AHIZE_NUMBER_KEY``): the web, and whoever steals the database, cannot try numbers out. Older keys
stand behind commas; what they made is still found.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from ahize.kernel.errors import Unavailable
from ahize.web.tenants.models import Seller

MARK = "~"
"""How a pseudonym begins; no number does."""
_LETTERS = 15
"""Ninety bits, as many as fit where a number stood."""


def pseudonyms(tenant: UUID, e164: str) -> list[str]:
    """What this number may stand under, the present key's first; none where this process holds no key."""
    said = e164.encode("ascii")
    return [_short(hmac.digest(key, said, hashlib.sha256)) for key in _keys(settings.NUMBER_KEYS, tenant)]


def pseudonym(tenant: UUID, e164: str) -> str:
    """What this number is to stand under from now on. Raises: Unavailable where this process holds no key."""
    found = pseudonyms(tenant, e164)
    if not found:
        raise Unavailable("This process has no key of pseudonyms.", code="no_number_key")
    return found[0]


@cache
def tenant_of(seller: UUID, *, using: str = DEFAULT_DB_ALIAS) -> UUID:
    """Whose seller it is."""
    return Seller.objects.using(using).values_list("tenant_id", flat=True).get(pk=seller)


@cache
def _keys(told: str, tenant: UUID) -> tuple[bytes, ...]:
    roots = (base64.b64decode(one) for one in told.split(",") if one.strip())
    return tuple(hmac.digest(root, b"ahize/numbers of " + tenant.bytes, hashlib.sha256) for root in roots)


def _short(digest: bytes) -> str:
    return MARK + base64.urlsafe_b64encode(digest).decode()[:_LETTERS]
