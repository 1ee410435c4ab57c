"""Who called us back, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Router, Schema

from ahize.web.base import Request
from ahize.web.dialing import inbound
from ahize.web.permissions import Verb, requires

router = Router(tags=["calls"])


class InboundCallOut(Schema):
    """A call to a number that a seller shows.

    ``caller`` is empty where no number was sent; ``name`` is what the caller's carrier said, and may be anything.
    ``outcome``: ``informed``, ``opted_out``, ``withheld``, ``hung_up`` or ``cannot_play``; empty while it lasts.
    """

    id: UUID
    seller: UUID = Field(alias="seller_id")
    seller_name: str = Field(alias="seller.name")
    called: str
    caller: str
    name: str
    at: datetime
    ended_at: datetime | None
    outcome: str
    stopped_at: datetime | None
    receipt: str = Field(alias="stop_receipt")


@router.get("/inbound-calls", response=list[InboundCallOut], auth=requires(Verb.SEE_ATTEMPTS))
def inbound_calls(request: Request) -> Any:
    """Who called a number of ours, the latest first: each heard who we are, and could end our calls by a key."""
    return list(inbound.calls())
