"""Founding a house, its sellers, who calls for them and the numbers they may show. Every change is in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.kernel.phone import E164
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.permissions import Person, second_person
from ahize.web.rls import tenant_scope
from ahize.web.tenants.locks import house_lock
from ahize.web.tenants.models import Agency, CallerId, Seller, Tenant


def found_tenant(*, name: str, world: str, now: datetime, zone: str = "UTC") -> Tenant:
    """A new house. For shells only; inside nobody's wall, for its own is raised here."""
    tenant = Tenant(id=draw_id(now), name=name, world=world, zone=zone, created_at=now)
    with tenant_scope(tenant.id):
        tenant.save(force_insert=True)
        audit.record(
            tenant=tenant.id,
            by=None,
            action="found_tenant",
            subject_kind="tenant",
            subject_id=tenant.id,
            after={"name": name, "world": world},
            now=now,
        )
    return tenant


def make_seller(values: dict[str, Any], *, by: Person, now: datetime) -> Seller:
    """Somebody on whose behalf is called. Raises: BadInput, Conflict."""
    seller = Seller(id=draw_id(now), tenant_id=by.tenant, created_at=now, **_checked_seller(values))
    _one_of_its_name(seller)
    seller.save(force_insert=True)
    _tell(seller, "make_seller", before=None, by=by, now=now)
    return seller


def change_seller(seller: Seller, values: dict[str, Any], *, by: Person, now: datetime) -> Seller:
    """What the seller says of itself; in force from the next permit. Raises: BadInput, Conflict."""
    house_lock(by.tenant)
    seller = Seller.objects.select_for_update().get(pk=seller.pk)
    before = {field: getattr(seller, field) for field in values}
    for field, value in _checked_seller(values).items():
        setattr(seller, field, value)
    _one_of_its_name(seller)
    seller.save()
    _tell(seller, "change_seller", before=before, by=by, now=now)
    return seller


def make_agency(values: dict[str, Any], *, by: Person, now: datetime) -> Agency:
    """Somebody who calls for sellers. Raises: BadInput, Conflict."""
    agency = Agency(id=draw_id(now), tenant_id=by.tenant, created_at=now, **_checked_seller(values))
    _one_of_its_name(agency)
    agency.save(force_insert=True)
    _tell(agency, "make_agency", before=None, by=by, now=now)
    return agency


def change_agency(agency: Agency, values: dict[str, Any], *, by: Person, now: datetime) -> Agency:
    """Where its people sit, as what they call, or that they no longer do. Raises: BadInput, Conflict."""
    house_lock(by.tenant)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    values = dict(values)
    if "ended" in values:
        values["ended_at"] = (agency.ended_at or now) if values.pop("ended") else None
    before = {field: getattr(agency, field) for field in values}
    for field, value in _checked_seller(values).items():
        setattr(agency, field, value)
    _one_of_its_name(agency)
    agency.save()
    _tell(agency, "change_agency", before=before, by=by, now=now)
    return agency


def make_caller_id(seller: Seller, values: dict[str, Any], *, by: Person, now: datetime) -> CallerId:
    """A number the seller may show, with the proof that it may. Raises: BadInput, Conflict."""
    values = {"valid_from": now, **{field: value for field, value in values.items() if value is not None}}
    made = CallerId(id=draw_id(now), tenant_id=by.tenant, seller=seller, **_checked_caller_id(values))
    if CallerId.objects.filter(seller=seller, e164=made.e164).exists():
        raise Conflict(_("This seller has this caller ID already."), code="caller_id_exists")
    made.save(force_insert=True)
    _tell(made, "make_caller_id", before=None, by=by, now=now)
    return made


def change_caller_id(caller_id: CallerId, values: dict[str, Any], *, by: Person, now: datetime) -> CallerId:
    """Another label, proof or time, from the next permit; the number itself stays what it was. Raises: BadInput."""
    house_lock(by.tenant)
    caller_id = CallerId.objects.select_for_update().get(pk=caller_id.pk)
    before = {field: getattr(caller_id, field) for field in values}
    for field, value in values.items():
        setattr(caller_id, field, value)
    if "rights_proof" in values and values["rights_proof"] != before["rights_proof"]:
        caller_id.proven_at, caller_id.proven_by = None, None
    if caller_id.valid_until is not None and caller_id.valid_until <= caller_id.valid_from:
        raise _bad("valid_until", _("The end must come after the beginning."))
    caller_id.save()
    _tell(caller_id, "change_caller_id", before=before, by=by, now=now)
    return caller_id


def prove_caller_id(caller_id: CallerId, *, by: Person, now: datetime) -> CallerId:
    """A second person has looked at the proof that the number is the seller's own. Raises: NotAllowed, BadInput."""
    caller_id = CallerId.objects.select_for_update().get(pk=caller_id.pk)
    if not caller_id.rights_proof.strip():
        raise _bad("rights_proof", _("There is no proof to look at."))
    entered = Entry.objects.filter(
        action__in=("make_caller_id", "change_caller_id"), subject_kind="caller_id", subject_id=str(caller_id.pk)
    )
    second_person(
        entered.order_by("-id").values_list("by", flat=True).first(),
        by.id,
        refused=_("Whoever entered a caller ID cannot prove it."),
        next_step=_("Have another person look at the proof."),
    )
    before = {"proven_at": caller_id.proven_at}
    caller_id.proven_at, caller_id.proven_by = now, by.id
    caller_id.save(update_fields=["proven_at", "proven_by"])
    _tell(caller_id, "prove_caller_id", before=before, by=by, now=now)
    return caller_id


def _checked_seller(values: dict[str, Any]) -> dict[str, Any]:
    if "name" in values and not values["name"].strip():
        raise _bad("name", _("Please give a name."))
    if values.get("phone_e164") and not E164.fullmatch(values["phone_e164"]):
        raise _bad("phone_e164", _("Write the number in full, like +12025550123."))
    for name in ("country", "region"):
        if name in values:
            values = {**values, name: values[name].upper()}
    return values


def _checked_caller_id(values: dict[str, Any]) -> dict[str, Any]:
    if not E164.fullmatch(values["e164"]):
        raise _bad("e164", _("Write the number in full, like +12025550123."))
    if values.get("valid_until") is not None and values["valid_until"] <= values["valid_from"]:
        raise _bad("valid_until", _("The end must come after the beginning."))
    return values


def _one_of_its_name(one: Seller | Agency) -> None:
    if not type(one)._default_manager.filter(name=one.name).exclude(pk=one.pk).exists():
        return
    if isinstance(one, Seller):
        said, code = _("There is a seller of this name already."), "seller_exists"
    else:
        said, code = _("There is an agency of this name already."), "agency_exists"
    raise Conflict(said, code=code, next_step=_("Choose another name."))


def _bad(field: str, said: str) -> BadInput:
    return BadInput(said, fields=[{"field": field, "message": said}])


def _tell(
    row: Seller | Agency | CallerId, action: str, *, before: dict[str, Any] | None, by: Person, now: datetime
) -> None:
    kind = {Seller: "seller", Agency: "agency", CallerId: "caller_id"}[type(row)]
    fields = before if before is not None else {f.attname for f in row._meta.concrete_fields} - {"id", "tenant_id"}
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind=kind,
        subject_id=row.id,
        before=before,
        after={field: getattr(row, field) for field in sorted(fields)},
        now=now,
    )
    notices.tell_browsers(by.tenant, "sellers", row.seller_id if isinstance(row, CallerId) else row.id, now=now)
    notices.tell_facts_changed(by.tenant, now=now)
