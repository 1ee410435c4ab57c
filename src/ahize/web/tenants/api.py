"""Sellers, agencies, their evidence and caller IDs over HTTP."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from ahize.kernel.errors import BadInput
from ahize.web import documents
from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.tenants import evidence, queries, services
from ahize.web.tenants.kinds import KINDS, EvidenceKind
from ahize.web.tenants.models import Agency, CallerId, Evidence, Seller
from ahize.web.tenants.schemas import (
    AgencyChange,
    AgencyIn,
    AgencyOut,
    CallerIdChange,
    CallerIdIn,
    CallerIdOut,
    EndIn,
    EvidenceKindOut,
    EvidenceOut,
    SellerChange,
    SellerIn,
    SellerOut,
)

SHOWN = 500

router = Router(tags=["tenants"])


@router.get("/sellers", response=list[SellerOut], auth=requires(Verb.SEE_SELLERS))
def sellers(request: Request) -> Any:
    found = list(queries.sellers())
    standing = evidence.standings((seller.id, None, "in_house") for seller in found)
    return [_seller(seller, standing[seller.id, None], request) for seller in found]


@router.post("/sellers", response={201: SellerOut}, auth=requires(Verb.EDIT_SELLERS))
def make_seller(request: Request, payload: SellerIn) -> Any:
    seller = services.make_seller(payload.dict(), by=request.person, now=request.now)
    return 201, _seller(seller, evidence.Standing(), request)


@router.get("/sellers/{seller_id}", response=SellerOut, auth=requires(Verb.SEE_SELLERS))
def seller(request: Request, seller_id: UUID) -> Any:
    return _seller(queries.access_seller(seller_id), evidence.standing_of(seller_id), request)


@router.patch("/sellers/{seller_id}", response=SellerOut, auth=requires(Verb.EDIT_SELLERS))
def change_seller(request: Request, seller_id: UUID, payload: SellerChange) -> Any:
    """What the seller says of itself; in force from the next permit. What it can prove is evidence."""
    changed = services.change_seller(
        queries.access_seller(seller_id), payload.dict(exclude_unset=True), by=request.person, now=request.now
    )
    return _seller(changed, evidence.standing_of(seller_id), request)


def _seller(seller: Seller, standing: evidence.Standing, request: Request) -> dict[str, Any]:
    return {
        **{name: getattr(seller, name) for name in SellerOut.model_fields if hasattr(seller, name)},
        "registrations": standing.registrations(request.now),
        "pays_registry_for": standing.areas(request.now),
        "registered_charity_in": standing.charity_in(request.now),
        "brand_registered_in": standing.brand_in(request.now),
    }


@router.get("/agencies", response=list[AgencyOut], auth=requires(Verb.SEE_SELLERS))
def agencies(request: Request, working: bool = False) -> Any:
    """Who calls for the sellers where their own people do not."""
    return list(queries.agencies(working=working))


@router.post("/agencies", response={201: AgencyOut}, auth=requires(Verb.EDIT_SELLERS))
def make_agency(request: Request, payload: AgencyIn) -> tuple[int, Agency]:
    return 201, services.make_agency(payload.dict(), by=request.person, now=request.now)


@router.patch("/agencies/{agency_id}", response=AgencyOut, auth=requires(Verb.EDIT_SELLERS))
def change_agency(request: Request, agency_id: UUID, payload: AgencyChange) -> Agency:
    """Where its people sit and as what they call; in force from the next permit."""
    return services.change_agency(
        queries.access_agency(agency_id), payload.dict(exclude_unset=True), by=request.person, now=request.now
    )


@router.get("/evidence/kinds", response=list[EvidenceKindOut], auth=requires(Verb.SEE_SELLERS))
def evidence_kinds(request: Request) -> Any:
    """What can be proved, whose proof it must be, and how its code looks."""
    return [
        {"kind": kind, "whose": line.whose, "example": line.example, "areas": line.areas, "numbered": line.numbered}
        for kind, line in KINDS.items()
    ]


@router.get("/evidence", response=list[EvidenceOut], auth=requires(Verb.SEE_SELLERS))
def all_evidence(request: Request, seller: UUID | None = None, agency: UUID | None = None) -> Any:
    """Evidence records, those that end soonest first, ended ones among them; at most 500."""
    return list(evidence.evidence(seller=seller, agency=agency)[:SHOWN])


@router.post("/evidence", response={201: EvidenceOut}, auth=requires(Verb.EDIT_EVIDENCE))
def add_evidence(
    request: Request,
    *,
    kind: Form[EvidenceKind],
    code: Form[str],
    seller: Form[UUID | None] = None,
    agency: Form[UUID | None] = None,
    number: Form[str] = "",
    account: Form[str] = "",
    areas: Form[str] = "",
    note: Form[str] = "",
    valid_from: Form[AwareDatetime | None] = None,
    valid_until: Form[AwareDatetime | None] = None,
    document: File[UploadedFile | None] = None,
) -> Any:
    """Write down what a seller or an agency can prove, with its document. ``areas``: area codes, with commas.

    ``valid_from`` is now where it is left out; without ``valid_until`` it has no end.
    """
    made = evidence.add_evidence(
        _holder(seller, agency),
        {
            **{"kind": kind, "code": code, "number": number, "account": account, "note": note},
            **{"areas": areas.replace(",", " ").replace(";", " ").split()},
            **{"valid_from": valid_from, "valid_until": valid_until},
        },
        document=document.chunks() if document is not None else None,
        document_name=(document.name or "") if document is not None else "",
        by=request.person,
        now=request.now,
    )
    return 201, evidence.access_evidence(made.pk)


@router.get("/evidence/{evidence_id}/document", auth=requires(Verb.SEE_SELLERS))
def evidence_document(request: Request, evidence_id: UUID) -> HttpResponse:
    """The document behind a record, as it was kept; refused where its file has changed."""
    return documents.download(evidence.document_of(evidence.access_evidence(evidence_id)))


@router.post("/evidence/{evidence_id}/end", response=EvidenceOut, auth=requires(Verb.EDIT_EVIDENCE))
def end_evidence(request: Request, evidence_id: UUID, payload: EndIn) -> Evidence:
    """End a record early, with the reason; the calls that rest on it stop."""
    return evidence.end_evidence(
        evidence.access_evidence(evidence_id), reason=payload.reason, by=request.person, now=request.now
    )


def _holder(seller: UUID | None, agency: UUID | None) -> Seller | Agency:
    if (seller is None) == (agency is None):
        raise BadInput(_("Say whose evidence it is: a seller's or an agency's."), field="seller")
    return queries.access_seller(seller) if seller is not None else queries.access_agency(cast(UUID, agency))


@router.get("/sellers/{seller_id}/caller-ids", response=list[CallerIdOut], auth=requires(Verb.SEE_SELLERS))
def caller_ids(request: Request, seller_id: UUID) -> list[CallerId]:
    return list(queries.caller_ids(queries.access_seller(seller_id).id))


@router.post("/sellers/{seller_id}/caller-ids", response={201: CallerIdOut}, auth=requires(Verb.EDIT_SELLERS))
def make_caller_id(request: Request, seller_id: UUID, payload: CallerIdIn) -> tuple[int, CallerId]:
    made = services.make_caller_id(queries.access_seller(seller_id), payload.dict(), by=request.person, now=request.now)
    return 201, made


@router.patch("/caller-ids/{caller_id}", response=CallerIdOut, auth=requires(Verb.EDIT_SELLERS))
def change_caller_id(request: Request, caller_id: UUID, payload: CallerIdChange) -> CallerId:
    return services.change_caller_id(
        queries.access_caller_id(caller_id), payload.dict(exclude_unset=True), by=request.person, now=request.now
    )


@router.post("/caller-ids/{caller_id}/prove", response=CallerIdOut, auth=requires(Verb.EDIT_EVIDENCE))
def prove_caller_id(request: Request, caller_id: UUID) -> CallerId:
    """Say, as a second person, that the proof holds: only then may the number look like a neighbour's."""
    return services.prove_caller_id(queries.access_caller_id(caller_id), by=request.person, now=request.now)
