"""HTTP of where a list's data come from, and of the privacy notice its people were given."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from ahize.web.base import Request
from ahize.web.contacts import origins, queries
from ahize.web.permissions import Verb, requires

router = Router(tags=["lists"])


class OriginIn(Schema):
    """Unknown is ``""`` and ``null``, never "no". ``notice``: which privacy notice, and how people got it."""

    data_source: Literal["", "person", "broker", "public"] = ""
    notice_given: bool | None = None
    notice: str = Field("", max_length=origins.NOTICE_MAX)


class OriginOut(OriginIn):
    """What is said of a list."""


@router.get("/lists/{list_id}/origin", response=OriginOut, auth=requires(Verb.SEE_LISTS))
def list_origin(request: Request, list_id: UUID) -> Any:
    """Where the data of its people come from, and whether they were told what is done with them."""
    return queries.access_list(list_id)


@router.put("/lists/{list_id}/origin", response=OriginOut, auth=requires(Verb.BRING_LISTS))
def say_origin(request: Request, list_id: UUID, payload: OriginIn) -> Any:
    """Say so; in force from the next permit, and in the audit."""
    return origins.say(queries.access_list(list_id), **payload.model_dump(), by=request.person.id, now=request.now)
