"""HTTP of the registers that answer number by number: the Reassigned Numbers Database by file, İYS by its API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from ahize.kernel.errors import BadInput
from ahize.web.accounts.models import User
from ahize.web.base import Request
from ahize.web.consents import access, iys_house, uploads
from ahize.web.contacts import iys_asking, reassigned
from ahize.web.contacts.schemas import IysStandingOut, ReassignedLineOut, ReassignedLoadOut, ReassignedOut
from ahize.web.permissions import Verb, requires
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import sellers

router = Router(tags=["lists"])


@router.get("/reassigned", response=list[ReassignedOut], auth=requires(Verb.SEE_CONSENTS))
def reassigned_standing(request: Request) -> Any:
    """Of each seller: how many American numbers were asked about, how old the answers are, what was loaded last."""
    return [
        {
            **_flat(reassigned.known(seller.pk, request.now.date())),
            "seller": seller.pk,
            "seller_name": seller.name,
            "good_for_days": reassigned.GOOD_FOR.days,
            "loads": _loads(seller.pk),
        }
        for seller in sellers()
    ]


@router.post("/reassigned", response={201: ReassignedLoadOut}, auth=requires(Verb.LOAD_REGISTRIES))
def load_reassigned(request: Request, *, file: File[UploadedFile], answered_on: Form[date], seller: Form[UUID]) -> Any:
    """Bring in a result file: its answers stand beside the phones of the seller's contacts, whole or not at all."""
    assert isinstance(file, TemporaryUploadedFile), "uploads are streamed to disk"
    named = access.seller_named(seller)
    reassigned.load_answers(
        Path(file.temporary_file_path()),
        tenant=request.tenant,
        seller=named,
        answered_on=answered_on,
        by=request.person.id,
        now=request.now,
    )
    return Status(201, _loads(named)[0])


@router.get("/reassigned/questions", auth=requires(Verb.LOAD_REGISTRIES))
def reassigned_questions(request: Request, seller: UUID) -> StreamingHttpResponse:
    """The query file: each American number with a consent that nothing fresh is known of, and its first consent."""
    named, tenant, today = access.seller_named(seller), request.tenant, request.now.date()

    def lines() -> Iterator[str]:
        # The answer is streamed after the request's transaction has ended, so it opens one of its own.
        with tenant_scope(tenant):
            yield from reassigned.questions(named, today)

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="reassigned-{today.isoformat()}.csv"'},
    )


@router.get("/reassigned/said", response=list[ReassignedLineOut], auth=requires(Verb.SEE_CONSENTS))
def reassigned_said(request: Request, *, number: str, seller: UUID) -> Any:
    """What the result files that are kept say of a number, the newest first."""
    e164 = uploads.number_in(number, "US")
    if not e164.startswith("+1"):
        raise BadInput(
            _("The Reassigned Numbers Database knows North American numbers only."),
            code="not_nanp",
            field="number",
            next_step=_("Ask about a number that begins with +1."),
        )
    return [_flat(line) for line in reassigned.said_of(access.seller_named(seller), request.tenant, e164)]


@router.get("/iys", response=list[IysStandingOut], auth=requires(Verb.SEE_CONSENTS))
def iys_standing(request: Request) -> Any:
    """Of each seller that has to do with Türkiye: what waits for İYS, what it refused, when it was last asked."""
    has_account = _has_account(request.tenant)
    found = []
    for seller in sellers():
        standing = iys_asking.standing(seller.pk, request.now)
        if standing.brand or standing.waiting or standing.refused or standing.accepted or standing.to_ask:
            line = {"seller": seller.pk, "seller_name": seller.name, "has_account": has_account}
            found.append({**_flat(standing), **line})
    return found


def _has_account(tenant: UUID) -> bool:
    """Whether the house has an account at İYS that can be read."""
    try:
        return iys_house.client_maker(tenant) is not None
    except BadInput:
        return False


def _loads(seller: UUID) -> list[dict[str, Any]]:
    found = reassigned.loads(seller)
    names = dict(User.objects.filter(pk__in={one.by for one in found if one.by}).values_list("id", "name"))
    return [{**_flat(one), **asdict(one.counts), "by_name": names.get(one.by, "") if one.by else ""} for one in found]


def _flat(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}
