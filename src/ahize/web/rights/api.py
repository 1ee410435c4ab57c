"""HTTP of rights: requests with their clocks, the most urgent first; decided with a reason, answered, carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Status

from ahize.web.base import Request as Asked
from ahize.web.consents import access
from ahize.web.consents.uploads import number_in
from ahize.web.permissions import Verb, requires
from ahize.web.rights import clocks, erasure, services
from ahize.web.rights.models import Came, Erasure, Request
from ahize.web.rights.schemas import RightsDecisionIn, RightsOpenedOut, RightsRequestIn, RightsRequestOut, RightsWhyIn

router = Router(tags=["rights"])

SHOWN = 500


@router.get("/rights/requests", response=list[RightsRequestOut], auth=requires(Verb.SEE_RIGHTS))
def rights_requests(request: Asked, *, state: str = "", number: str = "", region: str = "") -> Any:
    """Requests: those that wait first, the most overdue on top; at most 500. ``state`` may be ``waiting``."""
    e164 = number_in(number, region or access.home_region(None)) if number else ""
    return [_told(one, request.now) for one in services.requests(state=state, e164=e164)[:SHOWN]]


@router.get("/rights/requests/{request_id}", response=RightsRequestOut, auth=requires(Verb.SEE_RIGHTS))
def rights_request(request: Asked, request_id: UUID) -> Any:
    """One request."""
    return _told(services.access_request(request_id), request.now)


@router.post("/rights/requests", response={201: RightsOpenedOut}, auth=requires(Verb.ANSWER_RIGHTS))
def open_rights_request(request: Asked, payload: RightsRequestIn) -> Any:
    """Take a request down that came another way than by the page; its clock runs from when it came."""
    opened = services.open_request(
        payload.kind,
        tenant=request.tenant,
        e164=number_in(payload.number, payload.region or access.home_region(payload.seller)),
        came=Came.SCREEN,
        proven=False,
        said=payload.said,
        seller=access.seller_named_or_all(payload.seller),
        by=request.person.id,
        received_at=payload.received_at,
        now=request.now,
    )
    told = _told(opened.request, request.now)
    return Status(201, {"request": told, "receipt": opened.receipt.code, "receipt_sha256": opened.receipt.digest})


@router.post("/rights/requests/{request_id}/proof", response=RightsRequestOut, auth=requires(Verb.ANSWER_RIGHTS))
def prove_rights_request(request: Asked, request_id: UUID, payload: RightsWhyIn) -> Any:
    """Note how the person proved that the number is theirs."""
    found = services.access_request(request_id)
    return _told(services.prove(found, how=payload.reason, by=request.person.id, now=request.now), request.now)


@router.post("/rights/requests/{request_id}/extension", response=RightsRequestOut, auth=requires(Verb.ANSWER_RIGHTS))
def extend_rights_request(request: Asked, request_id: UUID, payload: RightsWhyIn) -> Any:
    """Take the longer time that the law allows once; the person must be told why."""
    found = services.access_request(request_id)
    return _told(services.extend(found, why=payload.reason, by=request.person.id, now=request.now), request.now)


@router.post("/rights/requests/{request_id}/decision", response=RightsRequestOut, auth=requires(Verb.ANSWER_RIGHTS))
def decide_rights_request(request: Asked, request_id: UUID, payload: RightsDecisionIn) -> Any:
    """Grant or refuse it, with a reason and the answer to the person."""
    found = services.decide(
        services.access_request(request_id),
        grant=payload.grant,
        reason=payload.reason,
        answer=payload.answer,
        by=request.person.id,
        now=request.now,
    )
    return _told(found, request.now)


def _told(one: Request, now: datetime) -> dict[str, Any]:
    clock = clocks.named(one.clock)
    waits = one.state in services.OPEN
    under_way = Erasure.objects.filter(request=one).first()
    return {
        **{field.attname: getattr(one, field.attname) for field in Request._meta.concrete_fields},
        "number": one.e164,
        "seller": one.seller_id,
        "seller_name": one.seller.name if one.seller else "",
        "citation": clock.citation,
        "overdue": waits and one.due_at <= now,
        "may_extend": bool(clock.longer) and one.extended_at is None and one.state == "open",
        "erasure": erasure.told(under_way) if under_way else None,
    }
