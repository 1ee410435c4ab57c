"""Whom a request means: the seller it names, and the country by which a number without + is read."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput
from ahize.web.tenants.models import Seller


def seller_named(seller: UUID) -> UUID:
    """A seller of the tenant. Raises: BadInput."""
    if not Seller.objects.filter(pk=seller).exists():
        raise BadInput(_("There is no such seller."), field="seller")
    return seller


def seller_named_or_all(seller: UUID | None) -> UUID | None:
    """A seller of the tenant, or None for all. Raises: BadInput."""
    return None if seller is None else seller_named(seller)


def home_region(seller: UUID | None) -> str:
    """The country by which a number without + is read: the seller's, where there is but one."""
    rows = Seller.objects.filter(pk=seller) if seller else Seller.objects.all()
    countries = set(rows.values_list("country", flat=True)[:10])
    return countries.pop() if len(countries) == 1 else ""
