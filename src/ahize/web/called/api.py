"""HTTP of the house's own side: the word of its public page, and the code an agent reads out in a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from ahize.web.base import Request
from ahize.web.called import houses, saying, senders
from ahize.web.called.models import Page
from ahize.web.permissions import Verb, requires
from ahize.web.tenants.queries import access_tenant

router = Router(tags=["called"])


class CalledPageIn(Schema):
    word: str = Field(max_length=40)


class CalledPageOut(Schema):
    """Where the page for people who are called stands, and whether codes can be brought to them."""

    word: str
    address: str
    can_send: bool


class CallWordOut(Schema):
    word: str
    until: datetime
    address: str


@router.get("/called-page", response=CalledPageOut, auth=requires(Verb.SEE_SELLERS))
def called_page(request: Request) -> Any:
    """The address of the house's page for people who are called."""
    return _page(request)


@router.put("/called-page", response=CalledPageOut, auth=requires(Verb.EDIT_SELLERS))
def name_called_page(request: Request, payload: CalledPageIn) -> Any:
    """Give the page a word that can be said on the telephone."""
    houses.name_page(payload.word, tenant=request.tenant, by=request.person.id, now=request.now)
    return _page(request)


@router.post("/calls/{call_id}/word", response=CallWordOut, auth=requires(Verb.TAKE_SEAT))
def call_word(request: Request, call_id: UUID) -> Any:
    """The code of the call at one's own seat: whoever is on the line types it into the page and learns who calls."""
    row = saying.word_for(request.person, call_id, now=request.now)
    return {"word": row.word, "until": row.until, "address": houses.address(access_tenant(request.tenant))}


def _page(request: Request) -> dict[str, Any]:
    page = Page.objects.first()
    return {
        "word": page.word if page else "",
        "address": houses.address(access_tenant(request.tenant)),
        "can_send": senders.can_send(request.tenant),
    }
