"""Looking up tenants, sellers, agencies and caller IDs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web.rls import setting_scope
from ahize.web.tenants.models import Agency, CallerId, Seller, Tenant

ROLL_CALL = "ahize.roll_call"


def every_tenant() -> list[Tenant]:
    """All tenants, oldest first, for shells that serve each in turn. No request ever asks this."""
    with setting_scope(ROLL_CALL, "on"):
        return list(Tenant.objects.order_by("created_at", "id"))


def access_tenant(tenant_id: UUID) -> Tenant:
    """The tenant inside whose wall we are."""
    return Tenant.objects.get(pk=tenant_id)


def tenant_of_link(tenant_id: UUID) -> Tenant:
    """The tenant whose invitation a stranger holds; its name is on the page that greets them."""
    with setting_scope(ROLL_CALL, "on"):
        return Tenant.objects.get(pk=tenant_id)


def sellers() -> QuerySet[Seller]:
    return Seller.objects.order_by("name", "id")


def access_seller(seller_id: UUID) -> Seller:
    """One seller of the tenant. Raises: NotFound."""
    found = Seller.objects.filter(pk=seller_id).first()
    if found is None:
        raise NotFound(_("There is no such seller."))
    return found


def agencies(*, working: bool = False) -> QuerySet[Agency]:
    """Who calls for the tenant's sellers; ``working`` leaves out those that no longer do."""
    rows = Agency.objects.order_by("name", "id")
    return rows.filter(ended_at=None) if working else rows


def access_agency(agency_id: UUID) -> Agency:
    """One agency of the tenant. Raises: NotFound."""
    found = Agency.objects.filter(pk=agency_id).first()
    if found is None:
        raise NotFound(_("There is no such agency."), code="no_agency")
    return found


def caller_ids(seller_id: UUID | None = None, *, at: datetime | None = None) -> QuerySet[CallerId]:
    """Caller IDs of the tenant, of one seller, or only those in force at a time."""
    found = CallerId.objects.order_by("e164", "id")
    if seller_id is not None:
        found = found.filter(seller_id=seller_id)
    if at is not None:
        found = found.filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at)
    return found


def access_caller_id(caller_id: UUID) -> CallerId:
    """One caller ID of the tenant. Raises: NotFound."""
    found = CallerId.objects.filter(pk=caller_id).first()
    if found is None:
        raise NotFound(_("There is no such caller ID."))
    return found
