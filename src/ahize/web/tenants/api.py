"""Sellers and caller IDs over HTTP."""

from __future__ import annotations

from uuid import UUID

from ninja import Router

from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.tenants import queries, services
from ahize.web.tenants.models import CallerId, Seller
from ahize.web.tenants.schemas import (
    CallerIdChange,
    CallerIdIn,
    CallerIdOut,
    SellerChange,
    SellerIn,
    SellerOut,
)

router = Router(tags=["tenants"])


@router.get("/sellers", response=list[SellerOut], auth=requires(Verb.SEE_SELLERS))
def sellers(request: Request) -> list[Seller]:
    return list(queries.sellers())


@router.post("/sellers", response={201: SellerOut}, auth=requires(Verb.EDIT_SELLERS))
def make_seller(request: Request, payload: SellerIn) -> tuple[int, Seller]:
    return 201, services.make_seller(payload.dict(), by=request.person, now=request.now)


@router.get("/sellers/{seller_id}", response=SellerOut, auth=requires(Verb.SEE_SELLERS))
def seller(request: Request, seller_id: UUID) -> Seller:
    return queries.access_seller(seller_id)


@router.patch("/sellers/{seller_id}", response=SellerOut, auth=requires(Verb.EDIT_SELLERS))
def change_seller(request: Request, seller_id: UUID, payload: SellerChange) -> Seller:
    """What the seller says of itself; in force from the next permit."""
    return services.change_seller(
        queries.access_seller(seller_id), payload.dict(exclude_unset=True), by=request.person, now=request.now
    )


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
