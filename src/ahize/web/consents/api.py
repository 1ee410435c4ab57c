"""HTTP of consents: suppress and lift with two people, do-not-call lists, relationships, registries."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from ahize.web.base import Request
from ahize.web.consents import access, ledger_api, queries, registries, services, uploads
from ahize.web.consents.copies import listed_at
from ahize.web.consents.models import RegistryVersion
from ahize.web.consents.receipts import receipt_read
from ahize.web.consents.schemas import (
    RegistryOut,
    RegistrySaidOut,
    RelationshipIn,
    RelationshipOut,
    SuppressIn,
    SuppressionOut,
    UploadOut,
    WhyIn,
)
from ahize.web.permissions import Verb, requires

router = Router(tags=["consents"])
router.add_router("", ledger_api.router)

SHOWN = 500


@router.get("/suppressions", response=list[SuppressionOut], auth=requires(Verb.SEE_CONSENTS))
def suppressions(
    request: Request,
    *,
    number: str = "",
    region: str = "",
    receipt: str = "",
    seller: UUID | None = None,
    in_force: bool | None = None,
    asked: bool = False,
) -> Any:
    """Suppressions, the newest first, at most 500; ``asked`` keeps those that wait for a second person."""
    e164 = uploads.number_in(number, region or access.home_region(seller)) if number else ""
    told = receipt_read(receipt) if receipt else ""
    return queries.suppressions(e164=e164, receipt=told, seller=seller, in_force=in_force, asked=asked)[:SHOWN]


@router.post("/suppressions", response={201: SuppressionOut}, auth=requires(Verb.SUPPRESS))
def suppress(request: Request, payload: SuppressIn) -> Any:
    """Nobody calls this number any more, from this answer on; the receipt is for the person who asked."""
    suppression = services.suppress(
        tenant=request.tenant,
        seller=access.seller_named_or_all(payload.seller),
        e164=uploads.number_in(payload.number, payload.region or access.home_region(payload.seller)),
        source=payload.source,
        reason=payload.reason,
        channel=payload.channel,
        covers=payload.covers,
        by=request.person.id,
        now=request.now,
    )
    return Status(201, suppression)


@router.post("/suppressions/upload", response=UploadOut, auth=requires(Verb.LOAD_REGISTRIES))
def upload_suppressions(
    request: Request,
    *,
    file: File[UploadedFile],
    seller: Form[UUID | None] = None,
    region: Form[str] = "",
    phone_column: Form[str] = "",
    reason: Form[str] = "",
) -> Any:
    """An own do-not-call list, for one seller or, without one, for all; it holds whole or not at all."""
    told = uploads.upload(
        _path(file),
        tenant=request.tenant,
        seller=access.seller_named_or_all(seller),
        region=(region or access.home_region(seller)).upper(),
        phone_columns=[phone_column] if phone_column else (),
        reason=reason,
        by=request.person.id,
        now=request.now,
    )
    return {
        "numbers": told.numbers,
        "new": told.new,
        "already": told.already,
        "refused": told.refused,
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "code": problem.code,
                "value": problem.value,
                "reason": problem.sentence(request.person.language),
            }
            for problem in told.problems
        ],
    }


@router.post("/suppressions/{suppression_id}/ask-end", response=SuppressionOut, auth=requires(Verb.ASK_UNSUPPRESS))
def ask_unsuppress(request: Request, suppression_id: UUID, payload: WhyIn) -> Any:
    """Ask that a suppression end; a second person confirms."""
    suppression = queries.access_suppression(suppression_id)
    return services.ask_unsuppress(suppression, reason=payload.reason, by=request.person.id, now=request.now)


@router.post(
    "/suppressions/{suppression_id}/confirm-end", response=SuppressionOut, auth=requires(Verb.CONFIRM_UNSUPPRESS)
)
def confirm_unsuppress(request: Request, suppression_id: UUID) -> Any:
    """End a suppression that somebody else asked to end."""
    suppression = queries.access_suppression(suppression_id)
    return services.confirm_unsuppress(suppression, by=request.person.id, now=request.now)


@router.post(
    "/suppressions/{suppression_id}/refuse-end",
    response=SuppressionOut,
    auth=requires(Verb.CONFIRM_UNSUPPRESS, Verb.ASK_UNSUPPRESS),
)
def refuse_unsuppress(request: Request, suppression_id: UUID) -> Any:
    """Leave it as it is: the asking is taken back or turned down."""
    suppression = queries.access_suppression(suppression_id)
    return services.refuse_unsuppress(suppression, by=request.person.id, now=request.now)


@router.get("/relationships", response=list[RelationshipOut], auth=requires(Verb.SEE_CONSENTS))
def relationships(
    request: Request, *, number: str = "", region: str = "", contact: UUID | None = None, seller: UUID | None = None
) -> Any:
    """What ties people to sellers, the newest first, at most 500."""
    e164 = uploads.number_in(number, region or access.home_region(seller)) if number else ""
    return queries.relationships(e164=e164, contact=contact, seller=seller)[:SHOWN]


@router.post("/relationships", response={201: RelationshipOut}, auth=requires(Verb.EDIT_CONTACTS))
def record_relationship(request: Request, payload: RelationshipIn) -> Any:
    """Write down a purchase, an inquiry, a membership…"""
    said = payload.model_dump(exclude={"number", "region", "seller"})
    relationship = services.record_relationship(
        **said,
        tenant=request.tenant,
        seller=access.seller_named(payload.seller),
        e164=uploads.number_in(payload.number, payload.region or access.home_region(payload.seller)),
        by=request.person.id,
        now=request.now,
    )
    return Status(201, relationship)


@router.get("/registries", response=list[RegistryOut], auth=requires(Verb.SEE_CONSENTS))
def loaded_registries(request: Request, seller: UUID | None = None) -> Any:
    """The copies held, the newest day first."""
    return [_registry(request, version) for version in queries.registry_versions(seller=seller)[:SHOWN]]


@router.post("/registries", response={201: RegistryOut}, auth=requires(Verb.LOAD_REGISTRIES))
def load_registry(
    request: Request,
    *,
    file: File[UploadedFile],
    code: Form[str],
    as_of: Form[date],
    seller: Form[UUID],
    areas: Form[str] = "",
    may_shrink: Form[bool] = False,
    may_repeat: Form[bool] = False,
    change: Form[bool] = False,
    column: Form[str] = "",
    day_column: Form[str] = "",
    categories: Form[str] = "",
    modes: Form[str] = "",
    bands: Form[str] = "",
    days: Form[str] = "",
) -> Any:
    """Bring in a registry file. ``areas``: the area codes it covers, with commas; empty means those found in it.

    Of registers whose layout nobody publishes ``column`` and ``day_column`` name where numbers and days of listing
    stand, and ``categories``, ``modes``, ``bands`` and ``days``, with commas, what the register bars of each number.
    """
    named = [area for area in areas.replace(",", " ").split() if area]
    told = {"categories": categories, "modes": modes, "bands": bands, "days": days}
    version = registries.load(
        code,
        _path(file),
        tenant=request.tenant,
        seller=access.seller_named(seller),
        as_of=as_of,
        areas=named or None,
        may_shrink=may_shrink,
        may_repeat=may_repeat,
        change=change,
        column=column.strip(),
        day_column=day_column.strip(),
        told={key: text.replace(",", " ").split() for key, text in told.items()},
        by=request.person.id,
        now=request.now,
    )
    return Status(201, _registry(request, version))


@router.get("/registries/said", response=list[RegistrySaidOut], auth=requires(Verb.SEE_CONSENTS))
def what_registries_said(request: Request, *, number: str, seller: UUID, at: datetime, region: str = "") -> Any:
    """What the copies that were in force at ``at`` said of a number, from what is kept."""
    e164 = uploads.number_in(number, region or access.home_region(seller))
    return [{"code": code, **fact} for code, fact in listed_at(access.seller_named(seller), e164, at).items()]


def _registry(request: Request, version: RegistryVersion) -> dict[str, Any]:
    return {
        "id": version.pk,
        "seller_id": version.seller_id,
        "code": version.code,
        "as_of": version.as_of,
        "age_days": queries.age_days(version, request.now.date()),
        "areas": version.areas,
        "rows": version.rows,
        "sha256": version.sha256,
        "loaded_at": version.loaded_at,
        "by": version.by,
        "inferred": version.inferred,
        "attributes": version.attributes,
        "read_from": version.read_from,
    }


def _path(file: UploadedFile) -> Path:
    """Where the upload lies while the request lasts; settings stream every upload to disk."""
    assert isinstance(file, TemporaryUploadedFile), "uploads are streamed to disk"
    return Path(file.temporary_file_path())
